package dev.binspect.cli;

import java.io.BufferedWriter;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Where reports go: standard output, or the file of {@code -o}. */
final class Output {
  private Output() {}

  /**
   * {@return a writer; closing it closes the file, and only flushes standard output}
   *
   * @throws IOException if the file cannot be written
   */
  static Writer open(FileOptions options, Console console) throws IOException {
    String file = options.output();
    OutputStream to = file == null ? new Unclosed(console.out()) : create(file);
    return new BufferedWriter(new OutputStreamWriter(to, StandardCharsets.UTF_8), 1 << 14);
  }

  private static OutputStream create(String file) throws IOException {
    try {
      return new FileOutputStream(file);
    } catch (FileNotFoundException e) {
      // "FILE (why)": who tells it names the file anyway
      String message = String.valueOf(e.getMessage());
      boolean twice = message.startsWith(file + " (") && message.endsWith(")");
      throw new IOException(
          twice ? message.substring(file.length() + 2, message.length() - 1) : message, e);
    }
  }

  /** Standard output belongs to the process. */
  private static final class Unclosed extends java.io.FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
    }

    @Override
    public void close() throws IOException {
      out.flush();
    }
  }
}
