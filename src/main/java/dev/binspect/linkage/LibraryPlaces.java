package dev.binspect.linkage;

import dev.binspect.image.Door;
import dev.binspect.image.Format;
import dev.binspect.rust.CargoFolder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a library that the program does not load may stand all the same: the folders of its build,
 * its neighbours, the folders it would be searched in, the system's.
 */
final class LibraryPlaces {
  private static final int MAX_FOUND = 16;

  private LibraryPlaces() {}

  /** {@return files that bear the library's name, the likeliest first} */
  static List<String> of(String key, Program program, @Nullable CargoFolder folder) {
    Set<String> folders = new LinkedHashSet<>();
    if (folder != null) {
      folders.add(folder.uplifted());
      folders.add(folder.build() + "/deps");
    }
    String own = parent(program.path());
    for (String one : program.image().searchPaths().runpath()) {
      folders.add(own(one, own));
    }
    for (String one : program.image().searchPaths().rpath()) {
      folders.add(own(one, own));
    }
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
    List<String> found = new ArrayList<>();
    Door door = program.door();
    for (String in : folders) {
      for (String file : door.list(in)) {
        if (found.size() < MAX_FOUND && shared(file) && LibraryName.key(file).equals(key)) {
          found.add(in + "/" + file);
        }
      }
    }
    return found;
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
