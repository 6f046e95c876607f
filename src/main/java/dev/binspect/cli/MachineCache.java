package dev.binspect.cli;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small file of {@code $XDG_CACHE_HOME/binspect} with what was found out about this machine; it
 * holds for one version of binspect, one kernel and one kind of processor.
 */
final class MachineCache {
  private static final String FORMAT = "binspect-machine/1";
  private static final int LONGEST = 4096;
  private static final String MODEL_NAME = "model name";

  /** Read once: two files of this machine are looked at in each report, and by two threads. */
  private static volatile @Nullable String processor;

  private MachineCache() {}

  /** {@return the file of that name, null where there is no place for it} */
  static @Nullable File file(String name) {
    String cache = System.getenv("XDG_CACHE_HOME");
    String home = System.getenv("HOME");
    if (cache != null && cache.startsWith("/")) {
      return new File(cache, "binspect/" + name);
    }
    return home == null || home.isEmpty() ? null : new File(home, ".cache/binspect/" + name);
  }

  /** {@return the processor as the kernel calls it, else its architecture} */
  static String processor() {
    String known = processor;
    if (known == null) {
      known = readProcessor();
      processor = known;
    }
    return known;
  }

  private static String readProcessor() {
    String text = start(new File("/proc/cpuinfo"));
    int at = text.indexOf(MODEL_NAME);
    int colon = at < 0 ? -1 : text.indexOf(':', at);
    int end = colon < 0 ? -1 : text.indexOf('\n', colon);
    String name = end < 0 ? "" : text.substring(colon + 1, end).strip();
    return name.isEmpty() ? System.getProperty("os.arch", "") : name;
  }

  static String head() {
    return FORMAT
        + " "
        + Version.NUMBER
        + " "
        + System.getProperty("os.version")
        + " "
        + processor();
  }

  /** {@return its lines after the head; empty where it is missing, cut off or another machine's} */
  static List<String> read(File file) {
    String text = start(file);
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      lines.add(text.substring(from, to));
      from = to + 1;
    }
    return lines.isEmpty() || !lines.getFirst().equals(head())
        ? List.of()
        : lines.subList(1, lines.size());
  }

  /** Replaces the file at once: others may be reading it. */
  static void write(File file, List<String> lines) throws IOException {
    StringBuilder text = new StringBuilder(head()).append('\n');
    for (String line : lines) {
      text.append(line).append('\n');
    }
    Files.createDirectories(file.toPath().toAbsolutePath().getParent());
    try (Output out = Output.to(file.getPath())) {
      out.writer().append(text);
      out.complete();
    }
  }

  private static String start(File file) {
    byte[] content = new byte[LONGEST];
    try (FileInputStream in = new FileInputStream(file)) {
      int n = in.read(content);
      return n < 0 ? "" : new String(content, 0, n, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
