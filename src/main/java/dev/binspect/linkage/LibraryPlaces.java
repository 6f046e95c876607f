package dev.binspect.linkage;

import dev.binspect.image.Door;
import dev.binspect.image.Format;
import dev.binspect.rust.CargoFolder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a library that the program does not load may stand all the same: the folders of its build,
 * its neighbours, the folders it would be searched in, the system's.
 */
final class LibraryPlaces {
  private static final int MAX_FOUND = 16;

  private static final int MOST_FOLDERS = 64;

  /** A folder's shared libraries by their keys. */
  private record Libraries(Map<String, List<String>> byKey) {}

  private final List<String> folders;
  private final Door door;
  private final Map<String, Libraries> listed = new HashMap<>();

  /**
   * Names the folders; they are listed when first asked.
   *
   * @param folder Cargo's, or null
   * @param named the folder that the user calls Cargo's, or null
   * @param searched where the build scripts told the linker to search
   */
  LibraryPlaces(
      Program program,
      @Nullable CargoFolder folder,
      @Nullable String named,
      List<String> searched) {
    Set<String> folders = new LinkedHashSet<>();
    if (folder != null) {
      folders.add(folder.uplifted());
      folders.add(folder.build() + "/deps");
    }
    if (named != null) {
      folders.add(named);
      folders.add(named + "/deps");
    }
    folders.addAll(searched.subList(0, Math.min(MOST_FOLDERS, searched.size())));
    String own = parent(program.path());
    named(program.image().searchPaths().runpath(), own, folders);
    named(program.image().searchPaths().rpath(), own, folders);
    folders.add(own);
    folders.add(own + "/deps");
    folders.add(own + "/lib");
    folders.add(own + "/../lib");
    folders.add(own + "/..");
    besideBin(own, program.door(), folders);
    if (program.image().format() == Format.ELF) {
      String multiarch = multiarch(program.image().machine());
      for (String root : new String[] {"/usr/local/lib", "/lib", "/usr/lib"}) {
        if (multiarch != null) {
          folders.add(root + "/" + multiarch);
        }
        folders.add(root);
      }
      folders.add("/lib64");
      folders.add("/usr/lib64");
    }
    this.folders = List.copyOf(folders);
    this.door = program.door();
  }

  /** {@return files that bear the library's name, the likeliest first} */
  List<String> of(String key) {
    List<String> found = new ArrayList<>(2);
    for (String in : folders) {
      List<String> there = libraries(in).get(key);
      for (int i = 0; there != null && i < there.size() && found.size() < MAX_FOUND; i++) {
        found.add(in + "/" + there.get(i));
      }
    }
    return found;
  }

  private Map<String, List<String>> libraries(String folder) {
    Libraries known = listed.get(folder);
    if (known == null) {
      known = door.kept(folder, Libraries.class);
    }
    if (known == null) {
      known = new Libraries(new HashMap<>());
      for (String file : door.list(folder)) {
        if (shared(file)) {
          String key = LibraryName.key(file);
          List<String> alike = known.byKey().get(key);
          if (alike == null) {
            alike = new ArrayList<>(1);
            known.byKey().put(key, alike);
          }
          if (alike.size() < MAX_FOUND) {
            alike.add(file);
          }
        }
      }
      door.keep(folder, known);
    }
    listed.put(folder, known);
    return known.byKey();
  }

  private static void named(List<String> searchPath, String own, Set<String> folders) {
    for (String one : searchPath.subList(0, Math.min(MOST_FOLDERS, searchPath.size()))) {
      folders.add(own(one, own));
    }
  }

  /**
   * Of a tree with a folder for its programs the libraries stand in a folder beside that: one that
   * is being built, or that was installed somewhere of its own.
   */
  private static void besideBin(String own, Door door, Set<String> folders) {
    String tree = parent(own);
    if (!(own.endsWith("/bin") || own.equals("bin"))
        || tree.equals("/")
        || tree.equals("/usr")
        || tree.equals("/usr/local")) {
      return;
    }
    List<String> beside = door.list(tree);
    for (String one : beside.subList(0, Math.min(MOST_FOLDERS, beside.size()))) {
      if (door.isFolder(tree + "/" + one)) {
        folders.add(tree + "/" + one);
      }
    }
  }

  private static boolean shared(String file) {
    int so = file.indexOf(".so");
    return (so > 0 && (so + 3 == file.length() || file.charAt(so + 3) == '.'))
        || file.endsWith(".dylib")
        || file.endsWith(".dll");
  }

  private static String own(String searchPath, String folder) {
    return searchPath
        .replace("${ORIGIN}", folder)
        .replace("$ORIGIN", folder)
        .replace("@executable_path", folder)
        .replace("@loader_path", folder);
  }

  private static @Nullable String multiarch(String machine) {
    return switch (machine) {
      case "x86-64" -> "x86_64-linux-gnu";
      case "i386" -> "i386-linux-gnu";
      case "aarch64" -> "aarch64-linux-gnu";
      case "arm" -> "arm-linux-gnueabihf";
      case "riscv" -> "riscv64-linux-gnu";
      case "ppc64" -> "powerpc64le-linux-gnu";
      case "s390x" -> "s390x-linux-gnu";
      default -> null;
    };
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "." : slash == 0 ? "/" : path.substring(0, slash);
  }
}
