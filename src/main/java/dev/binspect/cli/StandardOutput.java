package dev.binspect.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers how it failed: a reader that went away (a closed pipe) is nobody's
 * fault and ends quietly, a full disk must be told. PrintStream knows only that something failed.
 */
final class StandardOutput extends FilterOutputStream {
  private @Nullable IOException failure;

  StandardOutput(OutputStream out) {
    super(new BufferedOutputStream(out, 1 << 16));
  }

  @Override
  public void write(int b) throws IOException {
    try {
      out.write(b);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      out.write(bytes, from, count);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /** {@return what to tell, or null if all was written or the reader went away} */
  @Nullable String failure() {
    IOException e = failure;
    if (e == null) {
      return null;
    }
    String message = String.valueOf(e.getMessage());
    return message.toLowerCase(Locale.ROOT).contains("pipe") ? null : message;
  }
}
