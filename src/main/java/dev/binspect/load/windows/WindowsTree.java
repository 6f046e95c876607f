package dev.binspect.load.windows;

import dev.binspect.image.Door;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Windows installation below a folder of this machine: a copied drive, a Wine prefix, or a bare
 * folder of DLLs. Names are found whatever their case.
 */
final class WindowsTree {
  /** A folder's names by what all their spellings have in common. */
  private record Names(Map<String, String> byKey) {}

  private final Door door;
  private final Map<String, Map<String, String>> listings = new HashMap<>();
  private final List<String> system = new ArrayList<>();
  private @Nullable String sideBySide;

  /**
   * @param root the folder, or null for none
   * @param machine of the program, which decides between System32 and SysWOW64
   */
  WindowsTree(@Nullable String root, String machine, Door door) {
    this.door = door;
    if (root == null) {
      return;
    }
    String windows = folder(root, "windows");
    if (windows == null) {
      String drive = folder(root, "drive_c");
      windows = drive == null ? null : folder(drive, "windows");
    }
    if (windows == null && folder(root, "system32") != null) {
      windows = root;
    }
    if (windows != null) {
      String special =
          switch (machine) {
            case "i386" -> folder(windows, "syswow64");
            case "arm" -> folder(windows, "sysarm32");
            default -> null;
          };
      String system32 = folder(windows, "system32");
      add(special != null ? special : system32);
      String drivers = system32 == null ? null : folder(system32, "drivers");
      add(folder(windows, "system"));
      add(windows);
      add(drivers);
      sideBySide = folder(windows, "winsxs");
      return;
    }
    // Wine keeps its modules in a folder for each machine.
    String wine =
        switch (machine) {
          case "x86-64", "arm64ec" -> "x86_64-windows";
          case "aarch64", "arm64x" -> "aarch64-windows";
          default -> machine + "-windows";
        };
    String modules = folder(root, wine);
    if (modules != null) {
      add(modules);
    } else if (file(root, "ntdll.dll") != null || file(root, "kernel32.dll") != null) {
      add(root);
    }
  }

  private void add(@Nullable String folder) {
    if (folder != null) {
      system.add(folder);
    }
  }

  /** {@return whether there is an installation to look at} */
  boolean present() {
    return !system.isEmpty();
  }

  /** {@return the folders of the system, in the order they are searched} */
  List<String> system() {
    return system;
  }

  /** {@return the file of that name in a folder, or null} */
  @Nullable String file(String folder, String name) {
    String actual = listing(folder).get(WindowsNames.key(name));
    if (actual == null) {
      return null;
    }
    String path = join(folder, actual);
    return door.isFile(path) ? path : null;
  }

  private @Nullable String folder(String parent, String name) {
    String actual = listing(parent).get(name);
    if (actual == null) {
      return null;
    }
    String path = join(parent, actual);
    return door.isFolder(path) ? path : null;
  }

  /**
   * {@return a file of a side-by-side assembly, or null}
   *
   * @param machine of the asking image
   */
  @Nullable String sideBySide(String assembly, String machine, String name) {
    String root = sideBySide;
    if (root == null) {
      return null;
    }
    String architecture =
        switch (machine) {
          case "i386" -> "x86_";
          case "x86-64", "arm64ec" -> "amd64_";
          case "aarch64", "arm64x" -> "arm64_";
          default -> machine + "_";
        };
    String prefix = architecture + WindowsNames.key(assembly) + "_";
    String found = null;
    // The highest version is the last one: good enough for names of one shape.
    for (Map.Entry<String, String> entry : listing(root).entrySet()) {
      if (entry.getKey().startsWith(prefix)) {
        String file = file(join(root, entry.getValue()), name);
        if (file != null && (found == null || file.compareTo(found) > 0)) {
          found = file;
        }
      }
    }
    return found;
  }

  private Map<String, String> listing(String folder) {
    Map<String, String> known = listings.get(folder);
    if (known == null) {
      Names kept = door.kept(folder, Names.class);
      if (kept == null) {
        kept = new Names(new HashMap<>());
        for (String name : door.list(folder)) {
          kept.byKey().putIfAbsent(WindowsNames.key(name), name);
        }
        if (!door.exhausted()) {
          door.keep(folder, kept);
        }
      }
      known = kept.byKey();
      listings.put(folder, known);
    }
    return known;
  }

  static String join(String folder, String name) {
    return folder.isEmpty()
        ? name
        : folder.endsWith("/") || folder.endsWith("\\") ? folder + name : folder + "/" + name;
  }
}
