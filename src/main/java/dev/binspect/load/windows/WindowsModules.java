package dev.binspect.load.windows;

import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The modules of a process: those of its start, level by level, and then those that come with the
 * first calls of delayed functions. A name is looked for once.
 */
final class WindowsModules {
  private static final int LIMIT = 10_000;

  /** Libraries of which a module imports nothing, each with a note. */
  private static final int MOST_EMPTY = 100;

  private final WindowsSearch search;
  private final boolean tree;
  private final List<Note> notes;
  private final List<WindowsModule> start = new ArrayList<>();

  /** By completed name in lower case; an API set and its host are one module. */
  private final Map<String, @Nullable WindowsModule> byKey = new HashMap<>();

  private final List<LoadPlan.Missing> missing = new ArrayList<>();
  private final List<WindowsModule> later = new ArrayList<>();
  private final List<LoadPlan.Delayed> delayed = new ArrayList<>();
  private boolean starting = true;

  /**
   * @param tree whether there is a Windows installation to look at
   */
  WindowsModules(WindowsSearch search, boolean tree, List<Note> notes) {
    this.search = search;
    this.tree = tree;
    this.notes = notes;
  }

  /** {@return the modules of the start in the order of loading; it grows while they are loaded} */
  List<WindowsModule> start() {
    return start;
  }

  List<LoadPlan.Missing> missing() {
    return missing;
  }

  /** Maps the program, and what every process has before its imports are looked at. */
  void program(String path, Image image, PeTables tables) {
    String file = WindowsNames.file(path);
    WindowsModule program = new WindowsModule(file, path, null, FoundBy.PROGRAM, 0, image);
    start.add(program);
    byKey.put(WindowsNames.key(file), program);
    if (image.kind() == Kind.EXECUTABLE && !tables.details().driver()) {
      // The kernel maps ntdll, which loads kernel32 for programs of the Windows subsystem.
      find(spelled(program, "ntdll.dll"), program, true, FoundBy.LOADER);
      if (tables.details().subsystem().startsWith("windows-")) {
        find(spelled(program, "kernel32.dll"), program, true, null);
      }
    }
  }

  /** {@return the name as the program writes it, where it does} */
  private static String spelled(WindowsModule program, String name) {
    if (program.image != null) {
      for (Needed needed : program.image.needed()) {
        if (needed.name().equalsIgnoreCase(name)) {
          return needed.name();
        }
      }
    }
    return name;
  }

  private static boolean names(WindowsModule module, String name) {
    if (module.image != null) {
      for (Needed needed : module.image.needed()) {
        if (needed.name().equalsIgnoreCase(name)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Loads what a module imports, and is not there yet. */
  void imports(WindowsModule module) {
    PeTables tables = module.tables();
    Image image = module.image;
    if (tables == null || image == null) {
      return;
    }
    if (tree && WindowsNames.key(module.name).equals("user32.dll")) {
      // Its initialiser loads the input method manager, whoever imports that or not.
      find("imm32.dll", module, true, null);
    }
    int empty = 0;
    Set<String> asked = new HashSet<>();
    for (PeTables.Import entry : tables.imports()) {
      if (!entry.delayed()) {
        asked.add(entry.library());
      }
    }
    for (Needed needed : image.needed()) {
      if (needed.how() == Needed.How.DELAY) {
        continue;
      }
      // A descriptor whose address table is empty is skipped: its DLL is not loaded.
      if (asked.contains(needed.name()) || image.imports() == null) {
        find(needed.name(), module, false, null);
      } else if (starting && empty++ < MOST_EMPTY) {
        notes.add(
            Note.info(
                "empty-import",
                WindowsNames.file(module.path)
                    + " names "
                    + needed.name()
                    + " and imports nothing from it: it is not loaded"));
      }
    }
    if (empty > MOST_EMPTY) {
      notes.add(
          Note.info(
              "empty-import",
              WindowsNames.file(module.path)
                  + " names "
                  + (empty - MOST_EMPTY)
                  + " more from which it imports nothing: they are not loaded"));
    }
  }

  /**
   * {@return the module of that name, loaded if it is not yet; null where it is missing}
   *
   * @param process whether every process has it, found or not
   * @param by why it is there, or null for how it is found
   */
  @Nullable WindowsModule find(
      String asked, WindowsModule from, boolean process, @Nullable FoundBy by) {
    String name = WindowsSearch.complete(asked);
    String key = WindowsNames.key(name);
    if (byKey.containsKey(key)) {
      return byKey.get(key);
    }
    List<WindowsModule> modules = starting ? start : later;
    PeTables tables = from.tables();
    int flags = tables == null ? 0 : tables.details().dependentLoadFlags();
    WindowsModule module = null;
    WindowsSearch.Answer answer = search.find(name, WindowsNames.file(from.path), flags);
    if (answer instanceof WindowsSearch.Found found) {
      String actual = WindowsNames.key(found.name());
      module = byKey.get(actual);
      if (module == null && modules.size() < LIMIT) {
        module =
            new WindowsModule(
                found.name(),
                found.path(),
                by == FoundBy.LOADER && !names(from, name) ? null : from.path,
                by == null ? found.by() : by,
                from.depth + 1,
                found.image());
        modules.add(module);
        byKey.put(actual, module);
        if (!starting) {
          delayed.add(new LoadPlan.Delayed(module.name, module.path, from.path));
        }
      }
    } else if (answer instanceof WindowsSearch.NotFound none) {
      if (!process && starting) {
        missing.add(new LoadPlan.Missing(asked, from.path, List.copyOf(none.searched())));
      } else if (!process) {
        delayed.add(new LoadPlan.Delayed(name, null, from.path));
      }
    }
    if (module != null || !process) {
      byKey.put(key, module); // who imports what every process has is told all the same
    }
    return module;
  }

  /**
   * {@return what the first calls of delayed functions load, with all that this needs}
   *
   * <p>Windows' own modules delay dozens of others for rare cases: theirs are left out.
   */
  List<LoadPlan.Delayed> delayed() {
    starting = false;
    for (WindowsModule module : start) {
      PeTables tables = module.tables();
      Image image = module.image;
      if (tables == null
          || image == null
          || module.foundBy == FoundBy.SYSTEM
          || module.foundBy == FoundBy.LOADER) {
        continue;
      }
      for (Needed needed : image.needed()) {
        if (needed.how() == Needed.How.DELAY) {
          find(needed.name(), module, false, null);
        }
      }
      for (PeTables.Undeclared one : tables.details().undeclaredDelays()) {
        find(one.library(), module, false, null);
      }
    }
    for (int i = 0; i < later.size(); i++) {
      imports(later.get(i));
    }
    return List.copyOf(delayed);
  }
}
