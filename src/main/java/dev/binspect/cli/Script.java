package dev.binspect.cli;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Files that name the program that runs them. */
final class Script {
  private static final int LONGEST = 256;

  private Script() {}

  /** {@return path of the program after {@code #!}, or null where the file is none such} */
  static @Nullable String interpreter(String path) {
    File file = new File(path);
    if (!file.isFile()) {
      return null;
    }
    byte[] head = new byte[LONGEST];
    int n;
    try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
      n = in.read(head);
    } catch (IOException e) {
      return null; // whoever reads it next says why
    }
    if (n < 3 || head[0] != '#' || head[1] != '!') {
      return null;
    }
    int from = 2;
    while (from < n && (head[from] == ' ' || head[from] == '\t')) {
      from++;
    }
    int to = from;
    while (to < n && head[to] != ' ' && head[to] != '\t' && head[to] != '\n' && head[to] != '\r') {
      to++;
    }
    return to == from ? null : new String(head, from, to - from, StandardCharsets.UTF_8);
  }
}
