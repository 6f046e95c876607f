package dev.binspect.cli;

import dev.binspect.json.JsonTree;
import dev.binspect.report.Build;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reports that were written as JSON or NDJSON. */
final class SavedReports {
  private SavedReports() {}

  /** {@return whether a file begins as JSON does, and as no binary} */
  static boolean is(String path) throws IOException {
    File file = new File(path);
    if (Subject.isStandardInput(path) || !file.isFile()) {
      return false;
    }
    try (InputStream in = new FileInputStream(file)) {
      for (int i = 0; i < 64; i++) {
        int c = in.read();
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
          return c == '{';
        }
      }
    }
    return false;
  }

  /**
   * {@return all reports of a file}
   *
   * @throws IOException if it holds something else; the message is fit for one line
   */
  static List<Build> read(String path) throws IOException {
    List<Build> builds = new ArrayList<>();
    try (InputStream in = new FileInputStream(path)) {
      JsonTree.each(
          in,
          (report, line) -> {
            Build build = Build.of(report);
            if (build == null) {
              throw new IOException(
                  "line " + line + ": is no report of binspect's (binspect --json FILE)");
            }
            builds.add(build);
          });
    }
    return builds;
  }

  /** {@return the only one, else the only one of a file name, or null} */
  static @Nullable Build of(List<Build> builds, @Nullable String path) {
    if (builds.size() == 1) {
      return builds.getFirst();
    }
    Build found = null;
    for (Build build : builds) {
      if (path != null && name(build.path()).equals(name(path))) {
        if (build.path().equals(path)) {
          return build;
        }
        if (found != null) {
          return null;
        }
        found = build;
      }
    }
    return found;
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
