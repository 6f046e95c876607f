package dev.binspect.check;

import dev.binspect.json.JsonTree;
import dev.binspect.report.Build;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was known when it was written: reports as JSON, one after another ({@code --write-baseline},
 * or the NDJSON and JSON that any command writes).
 */
public final class Baseline {
  /**
   * One file's.
   *
   * @param figures those known then
   * @param accepted fingerprints of the checks that failed then
   */
  public record Entry(String path, Map<Figure, Long> figures, Set<String> accepted) {}

  private final Map<String, Entry> byPath = new HashMap<>();
  private final Map<String, @Nullable Entry> byName = new HashMap<>();

  private Baseline() {}

  /** {@return what is known of a file of that path, else of the only one of that name, or null} */
  public @Nullable Entry of(String path) {
    Entry entry = byPath.get(plain(path));
    return entry != null ? entry : byName.get(name(path));
  }

  private static String plain(String path) {
    return path.startsWith("./") ? path.substring(2) : path;
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * Reads a baseline.
   *
   * @throws PolicyException if it cannot be read or is none
   */
  public static Baseline read(File file) throws PolicyException {
    if (!file.exists()) {
      throw new PolicyException(file.getPath(), 0, "no such file");
    }
    try (InputStream in = new FileInputStream(file)) {
      return read(file, in);
    } catch (IOException e) {
      throw new PolicyException(
          file.getPath(), 0, "cannot be read as a baseline: " + e.getMessage());
    }
  }

  /** The same of what a stream holds; the file is for messages. */
  static Baseline read(File file, InputStream in) throws PolicyException {
    Baseline baseline = new Baseline();
    try {
      JsonTree.each(
          in,
          (report, line) -> {
            Build build = Build.of(report);
            if (build == null) {
              throw new NoReportException(line);
            }
            baseline.add(new Entry(build.path(), build.figures(), accepted(report)));
          });
    } catch (NoReportException e) {
      throw new PolicyException(
          file.getPath(),
          e.line,
          "is no baseline: reports as JSON are expected (binspect check --write-baseline FILE)");
    } catch (IOException e) {
      throw new PolicyException(
          file.getPath(), 0, "cannot be read as a baseline: " + e.getMessage());
    }
    return baseline;
  }

  private static final class NoReportException extends IOException {
    private static final long serialVersionUID = 1;
    final int line;

    NoReportException(int line) {
      this.line = line;
    }
  }

  private void add(Entry entry) {
    byPath.put(plain(entry.path()), entry);
    String name = name(entry.path());
    byName.put(name, byName.containsKey(name) ? null : entry);
  }

  /** Fingerprints of what failed when the report was made, accepted by a baseline before or not. */
  private static Set<String> accepted(JsonTree report) {
    Set<String> accepted = new HashSet<>();
    for (JsonTree check : report.get("checks").items()) {
      String fingerprint = check.get("fingerprint").text();
      if (fingerprint != null && (check.get("holds").isFalse() || check.get("accepted").isTrue())) {
        accepted.add(fingerprint);
      }
    }
    return accepted;
  }
}
