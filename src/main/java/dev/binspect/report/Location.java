package dev.binspect.report;

import dev.binspect.check.Check;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where a check is shown by those that put it beside a repository's files: at the source that its
 * fix is about, else at the binary.
 *
 * @param path relative to the repository where it lies inside
 * @param line from 1; 0 for a binary, which has none
 */
record Location(String path, int line) {
  static Location of(Report report) {
    return new Location(inRepository(report.path()), 0);
  }

  static Location of(Unread file) {
    return new Location(inRepository(file.path()), 0);
  }

  static Location of(Report report, Check check) {
    return check.at() == null
        ? of(report)
        : new Location(inRepository(check.at().file()), check.at().line());
  }

  private static String inRepository(String path) {
    String here = System.getProperty("user.dir", "");
    // GitHub's runner says where the repository is; a step may run in a folder of it.
    String workspace = System.getenv("GITHUB_WORKSPACE");
    return inRepository(path, here, workspace == null || workspace.isEmpty() ? here : workspace);
  }

  /** {@return the path as seen from the repository's root; one outside of it as it is} */
  static String inRepository(String path, String here, String repository) {
    try {
      Path root = Path.of(repository).normalize();
      Path file = Path.of(here).resolve(path).normalize();
      if (!path.equals("-") && !repository.isEmpty() && file.startsWith(root)) {
        return root.relativize(file).toString();
      }
    } catch (InvalidPathException e) {
      // a name that is no path here is shown as it is
    }
    return path;
  }
}
