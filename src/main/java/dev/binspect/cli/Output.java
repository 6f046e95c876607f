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

/** Where reports go: standard output, or the file of {@code -o}. */
final class Output {
  private Output() {}

  /**
   * {@return a writer; closing it closes the file, and only flushes standard output}
   *
   * @throws IOException if the file cannot be written
   */
  static Writer open(FileOptions options, Console console) throws IOException {
    OutputStream to = stream(options, console);
    return new BufferedWriter(new OutputStreamWriter(to, StandardCharsets.UTF_8), 1 << 14);
  }

  /**
   * {@return the same for bytes, not buffered}
   *
   * @throws IOException if the file cannot be written
   */
  static OutputStream stream(FileOptions options, Console console) throws IOException {
    String file = options.output();
    if (file == null) {
      return new Unclosed(console.out());
    }
    spare(file, options.files());
    return create(file, false);
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
   * {@return a stream into a file that a command writes besides its report}
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
