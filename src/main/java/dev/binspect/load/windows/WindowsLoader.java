package dev.binspect.load.windows;

import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import dev.binspect.load.Binding;
import dev.binspect.load.Counters;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Windows' loader (ntdll's Ldr functions) does with a program or a DLL: maps what the import
 * tables name, level by level, relocates what moves, and fills the import address tables, following
 * forwarders into further modules.
 */
public final class WindowsLoader {
  private final LoadOptions options;
  private final WindowsModules modules;
  private final WindowsBinding binding;
  private final List<Note> notes = new ArrayList<>();

  private WindowsLoader(
      String path,
      Image image,
      PeTables tables,
      LoadOptions options,
      Door door,
      Binding.@Nullable Sink sink) {
    this.options = options;
    String root = options.sysroot();
    if (root == null) {
      String installed = options.environment().get("SystemRoot");
      root = installed != null && door.isFolder(installed) ? installed : null;
    }
    WindowsTree windows = new WindowsTree(root, image.machine(), door);
    if (options.sysroot() != null && !windows.present()) {
      notes.add(
          Note.warning(
              "sysroot-no-windows",
              "no Windows installation was found below "
                  + options.sysroot()
                  + ": system libraries are known by their names only"));
    }
    WindowsRedirection redirection = WindowsRedirection.of(path, image, tables, door, notes);
    WindowsSearch search =
        new WindowsSearch(path, image.machine(), redirection, options, windows, door, notes);
    this.modules = new WindowsModules(search, windows.present(), notes);
    this.binding = new WindowsBinding(modules, sink);
  }

  public static LoadPlan plan(
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
    modules.program(path, image, tables);
    for (int i = 0; i < modules.start().size(); i++) {
      WindowsModule module = modules.start().get(i);
      modules.imports(module);
      if (options.bindings()) {
        binding.bind(module);
      }
    }
  }

  private LoadPlan finish() {
    List<LoadedObject> objects = new ArrayList<>(modules.start().size());
    long relative = 0;
    long lookups = 0;
    long probes = 0;
    long deferred = 0;
    long relocations = 0;
    long pages = 0;
    int unread = 0;
    long still = 0;
    boolean bindings = options.bindings();
    for (WindowsModule module : modules.start()) {
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
    if (binding.undefinedCut()) {
      notes.add(LoadPlan.UNDEFINED_CUT);
    }
    return new LoadPlan(
        LoadPlan.Loader.WINDOWS,
        List.copyOf(objects),
        List.copyOf(modules.missing()),
        List.copyOf(binding.undefined()),
        new Counters(
            relative,
            bindings ? lookups : Counters.UNKNOWN,
            bindings ? 0 : Counters.UNKNOWN,
            bindings ? 0 : Counters.UNKNOWN,
            bindings ? probes : Counters.UNKNOWN,
            deferred,
            relocations,
            pages),
        List.copyOf(binding.pairs()),
        List.of(),
        modules.delayed(),
        List.copyOf(notes));
  }
}
