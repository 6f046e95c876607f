package dev.binspect.rust;

import dev.binspect.image.Door;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout that Cargo is moving to ({@code -Zbuild-dir-new-layout}): {@code
 * build/<package>/<hash>/{fingerprint,out}} instead of {@code .fingerprint} and {@code deps}.
 */
final class NewLayout {
  private static final int MAX_UNITS = 20_000;

  private NewLayout() {}

  /**
   * A unit.
   *
   * @param folder {@code build/<package>/<hash>}
   * @param modified when its fingerprint was written, in milliseconds
   */
  record Found(String hash, String folder, long modified) {}

  /** {@return the units that made a program of that name, the newest first} */
  static List<Found> units(String build, String stem, Door door) {
    int seen = 0;
    List<Found> found = new ArrayList<>();
    for (String packageName : door.list(build + "/build")) {
      for (String hash : door.list(build + "/build/" + packageName)) {
        if (!CargoFolder.isHash(hash) || seen++ > MAX_UNITS) {
          continue;
        }
        String folder = build + "/build/" + packageName + "/" + hash;
        for (String file : door.list(folder + "/fingerprint")) {
          if (file.endsWith(".json")
              && !file.startsWith("lib-")
              && file.replace('-', '_').endsWith("_" + stem + ".json")) {
            long modified = door.modified(folder + "/fingerprint/" + file);
            int at = 0;
            while (at < found.size() && found.get(at).modified >= modified) {
              at++;
            }
            found.add(at, new Found(hash, folder, modified));
          }
        }
      }
    }
    return found;
  }
}
