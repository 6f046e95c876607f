package dev.binspect.rust;

import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the folder of Cargo's that a program was built in: from where the program stands, from the
 * folder that the user names, or from what its debug information tells.
 */
public final class CargoFolderSearch {
  private static final int MAX_CANDIDATES = 64;

  /** Programs and tests of one profile that are opened to find one that got another name. */
  private static final int MAX_RENAMED = 256;

  /** {@code <build folder>/<two digits>/<digits>/<triple>/<profile>}. */
  private static final int MAX_DEPTH = 4;

  private CargoFolderSearch() {}

  /**
   * {@return the folder of the program's profile, or null where the program stands in none}
   *
   * @param path of the program, absolute
   * @param cargoDir target or profile folder that the user names, or null
   * @param buildDirectory where the user's environment moves Cargo's build folder
   *     (CARGO_BUILD_BUILD_DIR), or null
   */
  public static @Nullable CargoFolder of(
      String path,
      Image image,
      @Nullable String cargoDir,
      @Nullable String buildDirectory,
      Door door) {
    if (cargoDir != null) {
      return named(path, image, cargoDir, buildDirectory, true, door);
    }
    CargoFolder found = around(path, image, buildDirectory, door);
    if (found == null) {
      String real = door.realPath(path);
      if (!real.equals(path)) {
        found = around(real, image, buildDirectory, door);
      }
    }
    if (found == null || found.unit() != null || image.kind() != Kind.EXECUTABLE) {
      return found;
    }
    // A copy that was put beside the others, under another name.
    CargoFolder other = renamed(found.build(), image, door);
    return other == null
        ? found
        : new CargoFolder(found.uplifted(), found.build(), other.unit(), true, other.program());
  }

  /**
   * {@return the folder in which this very build of the program was made, or null where it is gone}
   *
   * @param workspace where the program's debug information says that it was compiled
   * @param crate its root crate: what Cargo calls the program, whatever it is called now
   * @param targetDirectories where the user's environment moves Cargo's target folder
   */
  public static @Nullable CargoFolder traced(
      String workspace,
      String crate,
      Image image,
      List<String> targetDirectories,
      @Nullable String buildDirectory,
      Door door) {
    if (!door.isFile(workspace + "/Cargo.toml")) {
      return null;
    }
    List<String> places = CargoConfig.targetFolders(workspace, targetDirectories, door);
    places.addAll(CargoConfig.buildRoots(workspace, buildDirectory, door));
    for (String place : places) {
      CargoFolder found = named(workspace + "/" + crate, image, place, buildDirectory, false, door);
      if (found != null && found.certain()) {
        return found;
      }
    }
    return null;
  }

  /**
   * {@return the part of {@code cargo run}'s library path that is known where Cargo finished the
   * program, and the folder that it was built in is not; empty where Cargo did not}
   *
   * @param cargoDir folder that the user names, or null
   * @param neededStd file name of the needed libstd, or null
   */
  public static List<String> finishedPath(
      String path, Image image, @Nullable String cargoDir, @Nullable String neededStd, Door door) {
    String finished = cargoDir == null ? path : trimmed(cargoDir) + "/" + CargoFolder.name(path);
    if (CargoConfig.sources(finished, door) == null
        || (cargoDir != null && !SameBuild.of(image, finished, door))) {
      return List.of();
    }
    String folder = CargoFolder.parent(finished);
    CargoFolder uplifted = new CargoFolder(folder, folder, null, false, CargoFolder.name(path));
    return uplifted.libraryPath(List.of(), neededStd, door);
  }

  private static @Nullable CargoFolder around(
      String path, Image image, @Nullable String buildDirectory, Door door) {
    String folder = CargoFolder.parent(path);
    String above = CargoFolder.parent(folder);
    String last = CargoFolder.name(folder);
    @Nullable CargoFolder found = null;
    if (isBuild(folder, door)) {
      found = with(folder, folder, path, image, door);
    } else if ((last.equals("deps") || last.equals("examples")) && isBuild(above, door)) {
      found = with(above, above, path, image, door);
    } else if (last.equals("out")
        && isBuild(CargoFolder.parent(CargoFolder.parent(CargoFolder.parent(above))), door)) {
      // build/<package>/<hash>/out of the layout that Cargo is moving to.
      String profile = CargoFolder.parent(CargoFolder.parent(CargoFolder.parent(above)));
      found = with(profile, profile, path, image, door);
    }
    if (found != null && found.certain()) {
      return found;
    }
    String uplifted = last.equals("examples") ? above : folder;
    String sources = CargoConfig.sources(uplifted + "/" + CargoFolder.name(path), door);
    for (String moved : CargoConfig.buildFolders(uplifted, sources, buildDirectory, door)) {
      if (isBuild(moved, door)) {
        CargoFolder there = with(uplifted, moved, path, image, door);
        if (there.certain()) {
          return there;
        }
        found = found == null ? there : found;
      }
    }
    return found;
  }

  /**
   * Searches a target folder for the profile that built this program.
   *
   * @param renamed whether it may be called otherwise there: then every program is looked at
   */
  private static @Nullable CargoFolder named(
      String path,
      Image image,
      String cargoDir,
      @Nullable String buildDirectory,
      boolean renamed,
      Door door) {
    String root = trimmed(cargoDir);
    List<String> profiles = new ArrayList<>();
    collect(root, 0, profiles, door);
    if (profiles.isEmpty()
        && (CargoFolder.name(root).equals("deps") || CargoFolder.name(root).equals("examples"))) {
      collect(CargoFolder.parent(root), MAX_DEPTH, profiles, door);
    }
    if (profiles.isEmpty()) {
      collect(root + "/target", 0, profiles, door);
    }
    @Nullable CargoFolder best = null;
    for (String profile : profiles) {
      CargoFolder folder = with(profile, profile, path, image, door);
      if (folder.certain()) {
        return folder;
      }
      if (best == null || (best.unit() == null && folder.unit() != null)) {
        best = folder;
      }
    }
    for (String profile : renamed ? profiles : List.<String>of()) {
      CargoFolder folder = renamed(profile, image, door);
      if (folder != null) {
        return folder;
      }
    }
    return best != null ? best : moved(path, image, root, buildDirectory, door);
  }

  /** {@return the folder with the unit that is this program, whatever that is called there} */
  private static @Nullable CargoFolder renamed(String build, Image image, Door door) {
    for (String folder : new String[] {build + "/deps", build + "/examples"}) {
      int seen = 0;
      for (String candidate : door.list(folder)) {
        int dash = candidate.lastIndexOf('-');
        String stem = dash > 0 ? candidate.substring(0, dash) : candidate;
        String hash = unitOf(candidate, stem.replace('-', '_'));
        if (hash != null
            && seen++ < MAX_RENAMED
            && SameBuild.of(image, folder + "/" + candidate, door)) {
          return new CargoFolder(build, build, hash, true, stem);
        }
      }
    }
    return null;
  }

  /** The named folder may hold finished programs only, because build.build-dir moved the rest. */
  private static @Nullable CargoFolder moved(
      String path, Image image, String root, @Nullable String buildDirectory, Door door) {
    String file = "/" + CargoFolder.name(path);
    List<String> uplifted = new ArrayList<>(List.of(root));
    for (String profile : children(root, door)) {
      uplifted.add(profile);
      uplifted.addAll(children(profile, door));
    }
    for (String folder : uplifted) {
      if (door.isFile(folder + file)) {
        CargoFolder found = around(folder + file, image, buildDirectory, door);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static void collect(String folder, int depth, List<String> profiles, Door door) {
    if (isBuild(folder, door)) {
      profiles.add(folder);
      return;
    }
    if (depth < MAX_DEPTH && door.isFolder(folder)) {
      for (String child : children(folder, door)) {
        if (profiles.size() < MAX_CANDIDATES) {
          collect(child, depth + 1, profiles, door);
        }
      }
    }
  }

  private static List<String> children(String folder, Door door) {
    List<String> children = new ArrayList<>();
    for (String child : door.list(folder)) {
      if (!child.startsWith(".")
          && children.size() < MAX_CANDIDATES
          && door.isFolder(folder + "/" + child)) {
        children.add(folder + "/" + child);
      }
    }
    return children;
  }

  private static boolean isBuild(String folder, Door door) {
    return !folder.isEmpty()
        && (door.isFolder(folder + "/.fingerprint")
            || (door.isFolder(folder + "/build")
                && (door.isFile(folder + "/.cargo-lock")
                    || door.isFile(folder + "/.cargo-build-lock"))));
  }

  private static CargoFolder with(
      String uplifted, String build, String path, Image image, Door door) {
    String file = CargoFolder.name(path);
    if (file.endsWith(".exe")) {
      file = file.substring(0, file.length() - 4);
    }
    String stem = file.replace('-', '_');
    int dash = file.lastIndexOf('-');
    if (dash > 0 && CargoFolder.isHash(file.substring(dash + 1))) {
      // A test or benchmark bears its unit's hash in its name, wherever it was copied to.
      String there = build + "/deps/" + CargoFolder.name(path);
      if (CargoFolder.parent(path).startsWith(build) || door.isFile(there)) {
        boolean certain =
            CargoFolder.parent(path).startsWith(build) || SameBuild.of(image, there, door);
        return new CargoFolder(
            uplifted, build, file.substring(dash + 1), certain, file.substring(0, dash));
      }
    }
    Object identity = door.identity(path);
    @Nullable String guess = null;
    long newest = Long.MIN_VALUE;
    // Where the program stands in Cargo's folder no other file has to be opened.
    for (boolean inside : new boolean[] {true, false}) {
      for (String folder : new String[] {build + "/deps", build + "/examples"}) {
        int seen = 0;
        for (String candidate : door.list(folder)) {
          String hash = unitOf(candidate, stem);
          if (hash == null || seen++ >= MAX_CANDIDATES) {
            continue;
          }
          String there = folder + "/" + candidate;
          if (inside
              ? identity != null && identity.equals(door.identity(there))
              : SameBuild.of(image, there, door)) {
            return new CargoFolder(uplifted, build, hash, true, file);
          }
          long modified = inside ? door.modified(there) : newest;
          if (modified > newest || guess == null) {
            newest = modified;
            guess = hash;
          }
        }
      }
    }
    if (guess == null) {
      for (NewLayout.Found found : NewLayout.units(build, stem, door)) {
        String there = found.folder() + "/out/" + CargoFolder.name(path);
        if ((identity != null && identity.equals(door.identity(there)))
            || SameBuild.of(image, there, door)) {
          return new CargoFolder(uplifted, build, found.hash(), true, file);
        }
        guess = guess == null ? found.hash() : guess;
      }
    }
    // A program that was put back after another build is no unit's file any more.
    String finished = uplifted + "/" + CargoFolder.name(path);
    boolean putBack = !finished.equals(path) && SameBuild.of(image, finished, door);
    return new CargoFolder(uplifted, build, guess, putBack, file);
  }

  private static @Nullable String unitOf(String candidate, String stem) {
    String plain =
        candidate.endsWith(".exe") ? candidate.substring(0, candidate.length() - 4) : candidate;
    int dash = plain.lastIndexOf('-');
    return dash > 0
            && CargoFolder.isHash(plain.substring(dash + 1))
            && plain.substring(0, dash).replace('-', '_').equals(stem)
        ? plain.substring(dash + 1)
        : null;
  }

  private static String trimmed(String folder) {
    String path = folder;
    while (path.length() > 1 && path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return path;
  }
}
