package dev.binspect.cli;

import java.io.BufferedWriter;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where reports go: standard output, or the file of {@code -o}. A file is put in its place when it
 * is {@link #complete}; closed before that, it leaves what was there.
 */
final class Output implements AutoCloseable {
  private final OutputStream stream;
  private final @Nullable Draft draft;
  private @Nullable Writer writer;

  private Output(OutputStream stream, @Nullable Draft draft) {
    this.stream = stream;
    this.draft = draft;
  }

  /**
   * {@return where a command's reports go}
   *
   * @throws IOException if the file cannot be written
   */
  static Output open(FileOptions options, Console console) throws IOException {
    String file = options.output();
    if (file == null) {
      return new Output(new Unclosed(console.out()), null);
    }
    spare(file, options.files());
    return to(file);
  }

  /**
   * {@return a file that a command writes}
   *
   * @throws IOException if it cannot be written; the message does not name it
   */
  static Output to(String file) throws IOException {
    Draft draft = Draft.of(file);
    return draft == null
        ? new Output(create(file, false), null)
        : new Output(draft.stream(), draft);
  }

  /**
   * {@return a file that a command adds to}
   *
   * @throws IOException if it cannot be written; the message does not name it
   */
  static Output appended(String file) throws IOException {
    return new Output(create(file, true), null);
  }

  /** {@return where text goes, in UTF-8} */
  Writer writer() {
    Writer known = writer;
    if (known == null) {
      known = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), 1 << 14);
      writer = known;
    }
    return known;
  }

  /** {@return where bytes go, not buffered} */
  OutputStream stream() {
    return stream;
  }

  /**
   * Says that all is written.
   *
   * @throws IOException if it cannot be
   */
  void complete() throws IOException {
    flush();
    if (draft != null) {
      draft.publish();
    }
  }

  /**
   * The same for a command that ends with a code: one that found nothing it could use, and wrote
   * nothing, leaves what was there.
   */
  void complete(int code) throws IOException {
    flush();
    if (code != ExitCode.UNUSABLE || draft == null || !draft.isEmpty()) {
      complete();
    }
  }

  private void flush() throws IOException {
    if (writer == null) {
      stream.flush();
    } else {
      writer.flush();
    }
  }

  @Override
  public void close() throws IOException {
    if (draft != null) {
      draft.discard();
    } else if (writer == null) {
      stream.close();
    } else {
      writer.close();
    }
  }

  /** {@return where reports go, for a diagnostic} */
  static String name(FileOptions options) {
    return options.output() == null ? "standard output" : options.output();
  }

  /**
   * Refuses to write over what is to be read: {@code binspect -o app app} would empty the program.
   *
   * @throws IOException if the file is one of the inputs, by whatever name
   */
  static void spare(String file, List<String> inputs) throws IOException {
    for (String input : inputs) {
      if (same(file, input)) {
        throw new IOException("is a file that is to be read; it is left as it is");
      }
    }
  }

  private static boolean same(String one, String other) {
    try {
      return Files.isSameFile(Path.of(one), Path.of(other));
    } catch (IOException | InvalidPathException e) {
      return false; // one of them is not there: whoever opens it tells
    }
  }

  /**
   * {@return a stream into the very file}
   *
   * @throws IOException if it cannot be written; the message does not name it
   */
  static OutputStream create(String file, boolean append) throws IOException {
    try {
      return new FileOutputStream(file, append);
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
