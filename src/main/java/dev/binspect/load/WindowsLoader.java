package dev.binspect.load;

import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Windows' loader (ntdll's Ldr functions) does with a program or a DLL: maps what the import
 * tables name, level by level, relocates what moves, and fills the import address tables, following
 * forwarders into further modules.
 */
final class WindowsLoader {
  /** Hops of a forwarder; real ones take three (contract, kernel32, kernelbase, ntdll). */
  private static final int FORWARDERS = 32;

  private static final int MODULES = 10_000;

  private final LoadOptions options;
  private final Binding.@Nullable Sink sink;
  private final WindowsSearch search;
  private final List<Note> notes = new ArrayList<>();
  private final List<WindowsModule> modules = new ArrayList<>();

  /** By completed name in lower case; an API set and its host are one module. */
  private final Map<String, @Nullable WindowsModule> byKey = new HashMap<>();

  private final List<LoadPlan.Missing> missing = new ArrayList<>();
  private final List<LoadPlan.Undefined> undefined = new ArrayList<>();
  private final Map<String, Map<String, long[]>> pairs = new LinkedHashMap<>();
  private final boolean tree;

  private WindowsLoader(
      String path,
      Image image,
      PeTables tables,
      LoadOptions options,
      Door door,
      Binding.@Nullable Sink sink) {
    this.options = options;
    this.sink = sink;
    String root = options.sysroot();
    if (root == null) {
      String installed = options.environment().get("SystemRoot");
      root = installed != null && door.isFolder(installed) ? installed : null;
    }
    WindowsTree windows = new WindowsTree(root, image.machine(), door);
    this.tree = windows.present();
    if (options.sysroot() != null && !tree) {
      notes.add(
          Note.warning(
              "sysroot-no-windows",
              "no Windows installation was found below "
                  + options.sysroot()
                  + ": system libraries are known by their names only"));
    }
    List<String> assemblies = new ArrayList<>();
    for (String dependency : tables.manifestDependencies()) {
      int space = dependency.indexOf(' ');
      assemblies.add(space < 0 ? dependency : dependency.substring(0, space));
      notes.add(
          Note.info(
              "side-by-side",
              "the manifest asks for the assembly " + dependency + ": its DLLs come from WinSxS"));
    }
    this.search =
        new WindowsSearch(path, image.machine(), assemblies, options, windows, door, notes);
  }

  static LoadPlan plan(
      String path,
      Image image,
      PeTables tables,
      LoadOptions options,
      Door door,
      Binding.@Nullable Sink sink) {
    WindowsLoader loader = new WindowsLoader(path, image, tables, options, door, sink);
    loader.run(path, image, tables);
    return loader.finish();
  }

  private void run(String path, Image image, PeTables tables) {
    String file = fileName(path);
    WindowsModule program = new WindowsModule(file, path, null, FoundBy.PROGRAM, 0, image);
    modules.add(program);
    byKey.put(WindowsNames.key(file), program);
    boolean process = image.kind() == Kind.EXECUTABLE && !tables.details().driver();
    if (process) {
      start(program, tables);
    }
    for (int i = 0; i < modules.size() && i < MODULES; i++) {
      WindowsModule module = modules.get(i);
      load(module);
      bind(module);
    }
  }

  /**
   * What every process has: ntdll is mapped by the kernel, and loads kernel32 for programs of the
   * Windows subsystem.
   */
  private void start(WindowsModule program, PeTables tables) {
    module(spelled(program, "ntdll.dll"), program, true, FoundBy.LOADER);
    if (tables.details().subsystem().startsWith("windows-")) {
      module(spelled(program, "kernel32.dll"), program, true, null);
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
    return module.image != null
        && module.image.needed().stream().anyMatch(n -> n.name().equalsIgnoreCase(name));
  }

  private void load(WindowsModule module) {
    PeTables tables = module.tables();
    Image image = module.image;
    if (tables == null || image == null) {
      return;
    }
    if (tree && WindowsNames.key(module.name).equals("user32.dll")) {
      // Its initialiser loads the input method manager, whoever imports that or not.
      module("imm32.dll", module, true, null);
    }
    Set<String> asked = new HashSet<>();
    for (PeTables.Import entry : tables.imports()) {
      asked.add(entry.library());
    }
    for (Needed needed : image.needed()) {
      if (needed.how() == Needed.How.DELAY) {
        continue;
      }
      // A descriptor whose address table is empty is skipped: its DLL is not loaded.
      if (asked.contains(needed.name()) || image.imports() == null) {
        module(needed.name(), module, false, null);
      } else {
        notes.add(
            Note.info(
                "empty-import",
                fileName(module.path)
                    + " names "
                    + needed.name()
                    + " and imports nothing from it: it is not loaded"));
      }
    }
  }

  /**
   * {@return the module of that name, loaded if it is not yet; null where it is missing}
   *
   * @param process whether every process has it, found or not
   * @param by why it is there, or null for how it is found
   */
  private @Nullable WindowsModule module(
      String asked, WindowsModule from, boolean process, @Nullable FoundBy by) {
    String name = WindowsSearch.complete(asked);
    String key = WindowsNames.key(name);
    if (byKey.containsKey(key)) {
      return byKey.get(key);
    }
    PeTables tables = from.tables();
    int flags = tables == null ? 0 : tables.details().dependentLoadFlags();
    WindowsModule module = null;
    switch (search.find(name, fileName(from.path), flags)) {
      case WindowsSearch.Found found -> {
        String actual = WindowsNames.key(found.name());
        module = byKey.get(actual);
        if (module == null) {
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
        }
      }
      case WindowsSearch.NotFound none -> {
        if (!process) {
          missing.add(new LoadPlan.Missing(asked, from.path, List.copyOf(none.searched())));
        }
      }
    }
    byKey.put(key, module);
    return module;
  }

  private void bind(WindowsModule module) {
    PeTables tables = module.tables();
    if (tables == null || !options.bindings()) {
      return;
    }
    for (PeTables.Import entry : tables.imports()) {
      if (entry.delayed()) {
        continue;
      }
      module.lookups++;
      WindowsModule target = module(entry.library(), module, false, null);
      if (target == null) {
        continue; // told as missing
      }
      String symbol =
          entry.name() != null ? entry.name() : fileName(entry.library()) + "#" + entry.ordinal();
      resolve(module, target, symbol, entry.name(), entry.ordinal());
    }
  }

  /** Finds the module that answers, through forwarders. */
  private void resolve(
      WindowsModule asking,
      WindowsModule target,
      String symbol,
      @Nullable String name,
      int ordinal) {
    int probes = 0;
    WindowsModule module = target;
    while (probes < FORWARDERS) {
      probes++;
      if (!module.readable()) {
        bound(asking, module, symbol, probes); // nothing says that it does not answer
        return;
      }
      PeTables.Export export = module.export(name, ordinal);
      if (export == null) {
        break;
      }
      String forwarder = export.forwarder();
      if (forwarder == null) {
        bound(asking, module, symbol, probes);
        return;
      }
      int dot = forwarder.lastIndexOf('.');
      if (dot <= 0) {
        break;
      }
      name = forwarder.substring(dot + 1);
      if (name.startsWith("#")) {
        ordinal = number(name);
        name = null;
      }
      WindowsModule next = module(forwarder.substring(0, dot), module, false, null);
      if (next == null) {
        break;
      }
      module = next;
    }
    asking.probes += probes;
    undefined.add(new LoadPlan.Undefined(symbol, "", asking.path));
  }

  private static int number(String ordinal) {
    int value = 0;
    for (int i = 1; i < ordinal.length() && value < 1 << 20; i++) {
      int digit = ordinal.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private void bound(WindowsModule from, WindowsModule to, String symbol, int probes) {
    from.probes += probes;
    long[] pair =
        pairs
            .computeIfAbsent(from.path, p -> new LinkedHashMap<>())
            .computeIfAbsent(to.path, p -> new long[2]);
    pair[0]++;
    pair[1] += probes;
    if (sink != null) {
      sink.accept(new Binding(from.path, to.path, symbol, "", "normal", probes, false));
    }
  }

  private LoadPlan finish() {
    List<LoadedObject> objects = new ArrayList<>(modules.size());
    long relative = 0;
    long lookups = 0;
    long probes = 0;
    long deferred = 0;
    long relocations = 0;
    long pages = 0;
    int unread = 0;
    long still = 0;
    boolean bindings = options.bindings();
    for (WindowsModule module : modules) {
      objects.add(
          new LoadedObject(
              module.name,
              module.path,
              module.requiredBy,
              module.foundBy,
              module.depth,
              module.image,
              bindings ? module.lookups : Counters.UNKNOWN,
              bindings ? 0 : Counters.UNKNOWN,
              bindings ? module.probes : Counters.UNKNOWN,
              module.deferred(),
              module.pages()));
      relative += module.baseRelocations();
      lookups += module.lookups;
      probes += module.probes;
      deferred += module.deferred();
      relocations += module.baseRelocations() + module.imported();
      pages += module.pages();
      if (module.image == null) {
        unread++;
      } else if (!module.moved() && module.image.relocations() != null) {
        still += module.image.relocations().byTable().getOrDefault("base", 0L);
      }
    }
    if (unread > 0) {
      notes.add(
          Note.info(
              "system-not-read",
              unread
                  + (unread == 1 ? " module" : " modules")
                  + " of Windows are known by name only: what their own start costs is not counted"
                  + " (--sysroot names a Windows tree)"));
    }
    if (still > 0) {
      notes.add(
          Note.info(
              "preferred-address",
              still
                  + " base relocations are applied only where the preferred address is taken: the"
                  + " image does not ask for another (no ASLR)"));
    }
    List<LoadPlan.Pair> list = new ArrayList<>();
    for (Map.Entry<String, Map<String, long[]>> from : pairs.entrySet()) {
      for (Map.Entry<String, long[]> to : from.getValue().entrySet()) {
        list.add(new LoadPlan.Pair(from.getKey(), to.getKey(), to.getValue()[0], to.getValue()[1]));
      }
    }
    return new LoadPlan(
        LoadPlan.Loader.WINDOWS,
        List.copyOf(objects),
        List.copyOf(missing),
        List.copyOf(undefined),
        new Counters(
            relative,
            bindings ? lookups : Counters.UNKNOWN,
            bindings ? 0 : Counters.UNKNOWN,
            bindings ? 0 : Counters.UNKNOWN,
            bindings ? probes : Counters.UNKNOWN,
            deferred,
            relocations,
            pages),
        List.copyOf(list),
        List.of(),
        List.copyOf(notes));
  }

  private static String fileName(String path) {
    int slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
    return path.substring(slash + 1);
  }
}
