package dev.binspect.rust;

import dev.binspect.image.Door;
import org.jspecify.annotations.Nullable;

/**
 * The layout that Cargo is moving to ({@code -Zbuild-dir-new-layout}): {@code
 * build/<package>/<hash>/{fingerprint,out}} instead of {@code .fingerprint} and {@code deps}.
 */
final class NewLayout {
  private static final int MAX_UNITS = 20_000;

  private NewLayout() {}

  /** {@return the hash of the unit that made a program of that name, or null} */
  static @Nullable String unit(String build, String stem, Door door) {
    int seen = 0;
    @Nullable String found = null;
    long newest = Long.MIN_VALUE;
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
            if (found == null || modified > newest) {
              found = hash;
              newest = modified;
            }
          }
        }
      }
    }
    return found;
  }
}
