package dev.binspect.rust;

import dev.binspect.image.Door;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one profile below Cargo's target (or build) folder, found from the path of a
 * program that was built there.
 *
 * <p>The layout is Cargo's own business and told nowhere; what is read here is what Cargo 1.60 to
 * 1.97 writes. Whatever is missing counts as unknown, never as an error.
 *
 * @param uplifted folder with the finished programs ({@code target/debug})
 * @param build folder with {@code deps}, {@code build} and {@code .fingerprint}: the same one,
 *     unless {@code build.build-dir} moved them
 * @param unit hash of the program's own unit ({@code deps/app-<unit>}), or null
 * @param certain whether the unit's file, or the finished program, is this very program (a hard
 *     link, or the same build id)
 */
public record CargoFolder(
    String uplifted, String build, @Nullable String unit, boolean certain, String program) {
  private static final int HASH_DIGITS = 16;
  private static final int MAX_UP = 12;

  /** {@return the target folder: what holds the profiles} */
  public String target() {
    return parent(uplifted);
  }

  /** {@return the target triple that {@code --target} put into the path, or null for the host's} */
  public @Nullable String triple() {
    String name = name(target());
    int dashes = 0;
    for (int i = 0; i < name.length(); i++) {
      dashes += name.charAt(i) == '-' ? 1 : 0;
    }
    return dashes >= 2 && dashes <= 4 && name.indexOf(' ') < 0 ? name : null;
  }

  /**
   * {@return the folders that {@code cargo run} puts before the library path, in its order}
   *
   * @param nativeFolders what the units' build scripts named with {@code rustc-link-search}
   * @param neededStd file name of the needed libstd, or null
   */
  public List<String> libraryPath(
      List<String> nativeFolders, @Nullable String neededStd, Door door) {
    Set<String> folders = new LinkedHashSet<>();
    for (String folder : nativeFolders) {
      // Cargo adds only those that lie in its own output.
      if (folder.startsWith(build + "/")) {
        folders.add(folder);
      }
    }
    folders.add(build + "/deps");
    folders.add(uplifted);
    String sysroot = Toolchains.libraryFolder(this, neededStd, door);
    if (sysroot != null) {
      folders.add(sysroot);
    }
    return List.copyOf(folders);
  }

  /**
   * {@return where Cargo put this very program: what was stripped since is whole there, perhaps}
   */
  public List<String> programs() {
    if (!certain) {
      return List.of();
    }
    List<String> files = new ArrayList<>();
    if (unit != null) {
      for (String stem : new String[] {program.replace('-', '_'), program}) {
        files.add(build + "/deps/" + stem + "-" + unit);
        files.add(build + "/examples/" + stem + "-" + unit);
      }
    }
    files.add(uplifted + "/" + program);
    return files;
  }

  /**
   * {@return the workspace's root: the folder above the target folder, or, where that stands
   * elsewhere, above the sources}
   */
  public @Nullable String workspace(Door door) {
    String above = parent(triple() != null ? parent(target()) : target());
    String found = climb(above, "/Cargo.toml", door);
    if (found != null) {
      return found;
    }
    String sources = CargoConfig.sources(uplifted + "/" + program, door);
    return sources == null ? null : climb(sources, "/Cargo.lock", door);
  }

  private static @Nullable String climb(String from, String file, Door door) {
    String folder = from;
    for (int i = 0; i < MAX_UP && !folder.isEmpty(); i++) {
      if (door.isFile(folder + file)) {
        return folder;
      }
      folder = parent(folder);
    }
    return null;
  }

  static boolean isHash(String text) {
    if (text.length() != HASH_DIGITS) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }

  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "" : path.substring(0, slash);
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
