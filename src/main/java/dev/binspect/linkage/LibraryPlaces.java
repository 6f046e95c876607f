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

  private final Map<String, List<String>> files = new HashMap<>();

  /**
   * Lists the folders, once for all libraries asked for.
   *
   * @param folder Cargo's, or null
   */
  LibraryPlaces(Program program, @Nullable CargoFolder folder) {
    Set<String> folders = new LinkedHashSet<>();
    if (folder != null) {
      folders.add(folder.uplifted());
      folders.add(folder.build() + "/deps");
    }
    String own = parent(program.path());
    named(program.image().searchPaths().runpath(), own, folders);
    named(program.image().searchPaths().rpath(), own, folders);
    folders.add(own);
    folders.add(own + "/deps");
    folders.add(own + "/../lib");
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
    Door door = program.door();
    for (String in : folders) {
      for (String file : door.list(in)) {
        if (shared(file)) {
          List<String> known =
              files.computeIfAbsent(LibraryName.key(file), key -> new ArrayList<>(1));
          if (known.size() < MAX_FOUND) {
            known.add(in + "/" + file);
          }
        }
      }
    }
  }

  /** {@return files that bear the library's name, the likeliest first} */
  List<String> of(String key) {
    return files.getOrDefault(key, List.of());
  }

  private static void named(List<String> searchPath, String own, Set<String> folders) {
    for (String one : searchPath.subList(0, Math.min(MOST_FOLDERS, searchPath.size()))) {
      folders.add(own(one, own));
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
