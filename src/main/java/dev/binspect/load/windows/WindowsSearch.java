package dev.binspect.load.windows;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.image.Note;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where Windows looks for a DLL (Microsoft, "Dynamic-link library search order", for unpackaged
 * applications with the safe search mode): API sets, side-by-side assemblies, known DLLs, the
 * application's folder, the system's folders, the folders of PATH. The current folder, which
 * nothing tells here, stands between the last two and is left out.
 */
final class WindowsSearch {
  private static final int SEARCH_APPLICATION_DIR = 0x200;
  private static final int SEARCH_SYSTEM32 = 0x800;
  private static final int SEARCH_DEFAULT_DIRS = 0x1000;

  /** How a search ended. */
  sealed interface Answer {}

  /**
   * @param path file, or the name itself where no file could be looked at
   * @param image null where no file could be looked at
   */
  record Found(String name, String path, FoundBy by, @Nullable Image image) implements Answer {}

  /**
   * Nothing, or a file that Windows refuses: it does not look for a better one.
   *
   * @param searched the places looked at, in order
   */
  record NotFound(String name, List<String> searched) implements Answer {}

  private final Door door;
  private final WindowsTree tree;
  private final String machine;
  private final String applicationFolder;
  private final List<String> path;
  private final WindowsRedirection redirection;
  private final List<Note> notes;
  private final @Nullable WindowsApiSets apiSets;

  WindowsSearch(
      String program,
      String machine,
      WindowsRedirection redirection,
      LoadOptions options,
      WindowsTree tree,
      Door door,
      List<Note> notes) {
    this.door = door;
    this.tree = tree;
    this.machine = machine;
    this.applicationFolder = folderOf(program);
    this.path = path(options);
    this.redirection = redirection;
    this.notes = notes;
    this.apiSets = apiSets();
  }

  private static String folderOf(String program) {
    int slash = Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\'));
    return slash < 0 ? "." : slash == 0 ? program.substring(0, 1) : program.substring(0, slash);
  }

  /** PATH counts where it is Windows' own: its entries are separated by semicolons. */
  private static List<String> path(LoadOptions options) {
    List<String> path = new ArrayList<>(options.libraryPath());
    String variable = options.environment().get("PATH");
    if (variable != null && (variable.indexOf(';') >= 0 || variable.indexOf('\\') >= 0)) {
      for (String folder : variable.split(";", -1)) {
        if (!folder.isEmpty()) {
          path.add(folder);
        }
      }
    }
    return path;
  }

  private @Nullable WindowsApiSets apiSets() {
    for (String folder : tree.system()) {
      String file = tree.file(folder, "apisetschema.dll");
      if (file != null) {
        try {
          return WindowsApiSets.read(door.images(file).get(0));
        } catch (IOException e) {
          notes.add(Note.warning("api-sets", file + ": " + e.getMessage()));
        } catch (MalformedException e) {
          notes.add(Note.warning("api-sets", file + ": " + e.getMessage()));
        }
        return null;
      }
    }
    return null;
  }

  /**
   * {@return the name as the loader completes it: without an extension it is a DLL, and dots and
   * blanks at the end of one with a dot do not count}
   */
  static String complete(String name) {
    int slash = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
    if (name.indexOf('.', slash + 1) < 0) {
      return name + ".dll";
    }
    int end = name.length();
    while (end > slash + 2 && (name.charAt(end - 1) == '.' || name.charAt(end - 1) == ' ')) {
      end--;
    }
    return name.substring(0, end);
  }

  /**
   * {@return where the loader finds a module}
   *
   * @param name completed
   * @param importer file name of the asking module
   * @param flags LOAD_LIBRARY_SEARCH_* that the asking module sets for its imports
   */
  Answer find(String name, String importer, int flags) {
    String key = WindowsNames.key(name);
    List<String> searched = new ArrayList<>();
    if (WindowsNames.apiSet(key) && apiSets != null) {
      String host = apiSets.host(key, WindowsNames.key(importer));
      if (host != null) {
        if (host.isEmpty()) {
          searched.add("API set map (has no file for it)");
          return new NotFound(name, searched);
        }
        return find(host, importer, flags);
      }
    }
    boolean known = WindowsNames.known(key);
    String redirected = redirection.local();
    if (redirected != null && !known) {
      Answer found = in(redirected, WindowsNames.file(name), FoundBy.DEFAULT, searched);
      if (found != null) {
        return found;
      }
    }
    if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
      String local = name.replace('\\', '/');
      Answer found =
          open(name, WindowsTree.join(applicationFolder, local), FoundBy.ABSOLUTE, searched);
      return found != null ? found : new NotFound(name, searched);
    }
    for (String assembly : redirection.assemblies()) {
      Answer found = sideBySide(assembly, name, searched);
      if (found != null) {
        return found;
      }
    }
    if (known && !tree.present()) {
      return new Found(name, name, FoundBy.SYSTEM, null);
    }
    boolean restricted = (flags & SEARCH_SYSTEM32) != 0 && (flags & SEARCH_DEFAULT_DIRS) == 0;
    if (!known && (!restricted || (flags & SEARCH_APPLICATION_DIR) != 0)) {
      Answer found = in(applicationFolder, name, FoundBy.DEFAULT, searched);
      if (found != null) {
        return found;
      }
    }
    for (String folder : tree.system()) {
      Answer found = in(folder, name, FoundBy.SYSTEM, searched);
      if (found != null) {
        return found;
      }
    }
    if (!tree.present() && (WindowsNames.apiSet(key) || WindowsNames.system(key))) {
      return new Found(name, name, FoundBy.SYSTEM, null);
    }
    if (WindowsNames.apiSet(key) && apiSets == null) {
      // A tree without a map cannot tell; every Windows has one.
      return new Found(name, name, FoundBy.SYSTEM, null);
    }
    if (!restricted) {
      for (String folder : path) {
        Answer found = in(folder, name, FoundBy.LIBRARY_PATH, searched);
        if (found != null) {
          return found;
        }
      }
    }
    if (!tree.present() && WindowsNames.redistributable(key)) {
      notes.add(
          Note.info(
              "redistributable",
              name
                  + " is no part of Windows: taken as installed with Microsoft's redistributable"
                  + " package"));
      return new Found(name, name, FoundBy.SYSTEM, null);
    }
    return new NotFound(name, searched);
  }

  /** An assembly stands in WinSxS, or as the program's own in a folder of its name. */
  private @Nullable Answer sideBySide(String assembly, String name, List<String> searched) {
    String file = tree.sideBySide(assembly, machine, name);
    if (file != null) {
      return open(name, file, FoundBy.SYSTEM, searched);
    }
    String own = WindowsTree.join(applicationFolder, assembly);
    boolean described =
        tree.file(own, assembly + ".manifest") != null || tree.file(own, assembly + ".dll") != null;
    file = described ? tree.file(own, name) : null;
    return file == null ? null : open(name, file, FoundBy.DEFAULT, searched);
  }

  private @Nullable Answer in(String folder, String name, FoundBy by, List<String> searched) {
    String file = tree.file(folder, name);
    if (file == null) {
      searched.add(folder);
      return null;
    }
    return open(name, file, by, searched);
  }

  private @Nullable Answer open(String name, String file, FoundBy by, List<String> searched) {
    if (!door.isFile(file)) {
      searched.add(file);
      return null;
    }
    try {
      Image image = door.images(file).get(0);
      if (image.format() != Format.PE) {
        searched.add(file + " (not a PE file)");
      } else if (!runsWith(machine, image.machine())) {
        searched.add(file + " (" + image.machine() + ", not " + machine + ")");
      } else {
        return new Found(name, file, by, image);
      }
    } catch (IOException e) {
      searched.add(file + " (" + e.getMessage() + ")");
    } catch (MalformedException e) {
      searched.add(file + " (" + e.getMessage() + ")");
    }
    return new NotFound(name, searched);
  }

  /** {@return whether a process of one machine can load a module of another} */
  static boolean runsWith(String process, String module) {
    return process.equals(module)
        || switch (process) {
          case "x86-64" -> module.equals("arm64ec") || module.equals("arm64x");
          case "arm64ec" -> module.equals("x86-64") || module.equals("arm64x");
          case "aarch64" -> module.equals("arm64x");
          case "arm64x" -> module.equals("aarch64");
          default -> false;
        };
  }
}
