package dev.binspect.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tries files in virtual machines whose whole heap, the old and the young generation with all
 * garbage in them, is 64 MB and twice the file: who needs more gets an OutOfMemoryError there, and
 * tells.
 *
 * <p>Files of about one size share a machine: its heap is that for the smallest of them. What
 * stands beside the heap (code, classes, the files' pages in the kernel) does not depend on the
 * file.
 */
final class SmallHeaps {
  private static final long FREE_MB = 64;

  private SmallHeaps() {}

  /** {@return the highest exit code} */
  static int tryOut(List<String> options, List<Path> files)
      throws IOException, InterruptedException {
    Map<Long, List<String>> bySize = new TreeMap<>();
    for (Path file : files) {
      long megabytes = Files.size(file) >> 20;
      // Steps of an eighth: 1, 2 … 15, 16, 18, 20 …
      long step = Math.max(1, Long.highestOneBit(megabytes) >> 3);
      bySize
          .computeIfAbsent(megabytes / step * step, size -> new ArrayList<>())
          .add(file.toString());
    }
    int code = 0;
    for (Map.Entry<Long, List<String>> same : bySize.entrySet()) {
      long heap = FREE_MB + 2 * same.getKey();
      Path list = Files.createTempFile("torture", ".files");
      try {
        Files.write(list, same.getValue());
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(
            List.of(
                "-XX:+UseSerialGC",
                "-Xmx" + heap + "m",
                "-Xss2m",
                "--enable-native-access=ALL-UNNAMED"));
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), Torture.class.getName()));
        line.addAll(options);
        line.add("@" + list);
        System.out.print("heap of " + heap + " MB: ");
        System.out.flush();
        code = Math.max(code, new ProcessBuilder(line).inheritIO().start().waitFor());
      } finally {
        Files.delete(list);
      }
    }
    return code;
  }
}
