package dev.binspect.linkage;

import dev.binspect.image.Door;
import dev.binspect.image.ElfTables;
import dev.binspect.image.GlibcVersion;
import dev.binspect.image.Image;
import dev.binspect.linkage.Linkage.Evidence;
import dev.binspect.load.LoadedObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a program with dylibs needs on another machine. */
final class Shipping {
  private Shipping() {}

  static List<Evidence> of(Program program, Search search) {
    List<Evidence> evidence = new ArrayList<>();
    List<String> ship = new ArrayList<>();
    int[] glibc = null;
    Set<String> system = new HashSet<>();
    for (LoadedObject object : search.best().objects()) {
      if (ofTheSystem(object, system)) {
        system.add(object.path());
      } else {
        glibc = newestGlibc(object.image(), glibc);
        if (object.depth() > 0) {
          ship.add(tidy(object.path(), program.door()));
        }
      }
    }
    if (!ship.isEmpty()) {
      evidence.add(
          new Evidence("ship", "must be shipped with the program: " + String.join(", ", ship)));
    }
    for (String path : absolute(program.image())) {
      evidence.add(
          new Evidence(
              "build-path", "the program carries a path of the machine it was built on: " + path));
    }
    if (glibc != null) {
      evidence.add(
          new Evidence(
              "glibc",
              "needs glibc "
                  + glibc[0]
                  + "."
                  + glibc[1]
                  + " or newer"
                  + (ship.isEmpty() ? "" : ", with what must be shipped")));
    }
    return evidence;
  }

  /**
   * {@return whether a library is there with the system: where the loader looks by itself, whatever
   * search path led there, or by the search path of one that is}
   *
   * @param system paths of those that were asked about before
   */
  static boolean ofTheSystem(LoadedObject object, Set<String> system) {
    switch (object.foundBy()) {
      case CACHE, DEFAULT, LOADER, SYSTEM:
        return true;
      default:
        String path = object.path();
        return object.depth() > 0
            && (system.contains(String.valueOf(object.requiredBy()))
                || isDefaultFolder(path.substring(0, path.lastIndexOf('/') + 1)));
    }
  }

  /** {@code /lib}, {@code /usr/lib64}, {@code /usr/lib/x86_64-linux-gnu}. */
  private static boolean isDefaultFolder(String folder) {
    int at = folder.startsWith("/usr/") ? 4 : 0;
    if (!folder.startsWith("/lib", at)) {
      return false;
    }
    int end = folder.indexOf('/', at + 4);
    String lib = folder.substring(at + 4, end);
    boolean named = lib.isEmpty() || lib.equals("64") || lib.equals("32") || lib.equals("x32");
    int next = folder.indexOf('/', end + 1);
    return named
        && (next < 0
            || next == folder.length() - 1 && folder.substring(end, next).contains("-linux-"));
  }

  /**
   * {@return the path as a person would write it} -C rpath lets the loader walk up the whole build
   * folder and down again.
   */
  private static String tidy(String path, Door door) {
    int name = path.lastIndexOf('/') + 1;
    if (!path.contains("/../")) {
      return path;
    }
    String folder = door.realPath(path.substring(0, name));
    return folder + (folder.endsWith("/") ? "" : "/") + path.substring(name);
  }

  private static List<String> absolute(Image image) {
    List<String> paths = new ArrayList<>(image.searchPaths().rpath());
    paths.addAll(image.searchPaths().runpath());
    List<String> found = new ArrayList<>();
    for (String path : paths) {
      if (path.startsWith("/")
          && !path.equals("/lib")
          && !path.startsWith("/lib/")
          && !path.startsWith("/usr/")) {
        found.add(path);
      }
    }
    return found;
  }

  /** {@return the newest release of glibc that the image or what was found before asks for} */
  private static int @Nullable [] newestGlibc(@Nullable Image image, int @Nullable [] before) {
    int[] newest = before;
    if (image != null && image.tables() instanceof ElfTables elf) {
      for (ElfTables.VersionNeed need : elf.versionsNeeded()) {
        for (String version : need.versions()) {
          int[] since = GlibcVersion.since(version);
          if (since != null && (newest == null || Arrays.compare(since, newest) > 0)) {
            newest = since;
          }
        }
      }
    }
    return newest;
  }
}
