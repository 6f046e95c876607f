package dev.binspect.load.elf;

import dev.binspect.image.Door;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Note;
import dev.binspect.image.Relocations;
import dev.binspect.load.Binding;
import dev.binspect.load.Counters;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Root;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What glibc's ld.so will do with a program or library. */
public final class GlibcLoader implements LoadAdvisor.Without {
  private final String path;
  private final Image image;
  private final LoadOptions options;
  private final Door door;
  private final Root root;
  private final boolean secure;
  private final String interpreter;
  private final @Nullable Image loaderImage;
  private final GlibcBuild build;
  private final List<Note> notes = new ArrayList<>();

  private GlibcLoader(String path, Image image, LoadOptions options, Door door) {
    this.path = path;
    this.image = image;
    this.options = options;
    this.door = door;
    this.root = new Root(options.sysroot(), door);
    this.secure = door.privileged(path);
    this.interpreter = interpreter(image);
    LinkMap loader = loader();
    this.loaderImage = loader == null ? null : loader.image;
    this.build = build(loaderImage, image, root, door);
  }

  public static LoadPlan plan(
      String path, Image image, LoadOptions options, Door door, Binding.@Nullable Sink sink) {
    return new GlibcLoader(path, image, options, door).plan(sink);
  }

  private LoadPlan plan(Binding.@Nullable Sink sink) {
    if (secure) {
      notes.add(
          Note.info(
              "secure-mode",
              "The program is setuid or setgid: the loader ignores LD_LIBRARY_PATH and most of"
                  + " LD_PRELOAD."));
    }
    List<LoadPlan.Missing> missing = new ArrayList<>();
    if (loaderImage == null && image.interpreter() != null) {
      missing.add(new LoadPlan.Missing(interpreter, path, List.of(interpreter)));
    }
    GlibcClosure closure = closure(Set.of());
    missing.addAll(closure.missing);
    for (LoadPlan.Missing not : closure.notPreloaded) {
      notes.add(
          Note.warning(
              "not-preloaded",
              not.name() + " cannot be preloaded and is ignored: " + places(not.searched())));
    }
    if (closure.cut()) {
      notes.add(
          Note.warning(
              "too-many-objects",
              "The closure was cut at "
                  + GlibcClosure.OBJECTS
                  + " objects or "
                  + GlibcClosure.NAMES
                  + " names."));
    }
    notes.addAll(Interposers.notes(closure.scope, options.environment().get("LD_AUDIT")));
    notes.addAll(NeededVersions.check(closure.scope));
    if (build.version() != null && !build.upTo(35)) {
      notes.addAll(NeededVersions.packed(closure.scope));
    }
    return bind(closure, missing, sink);
  }

  /** Finds the objects, without those of the program's needed names that are ignored. */
  private GlibcClosure closure(Set<String> ignored) {
    LinkMap main = LinkMap.program(path, image, root, door);
    main.origin = folder(main.guest);
    GlibcSearch search = new GlibcSearch(image, main, options, secure, build, root, door);
    GlibcClosure closure = new GlibcClosure(main, loader(), search, door, ignored);
    closure.walk(options.environment().get("LD_PRELOAD"), root.host("/etc/ld.so.preload"), secure);
    return closure;
  }

  private LoadPlan bind(
      GlibcClosure closure, List<LoadPlan.Missing> missing, Binding.@Nullable Sink sink) {
    int machine = machine();
    boolean bound = options.bindings() && LookupClass.known(machine);
    if (options.bindings() && !bound) {
      notes.add(
          Note.warning(
              "look-ups-unknown",
              "The loader's look-ups are not simulated for " + image.machine() + "."));
    }
    if (bound && !here(image.machine())) {
      notes.add(
          Note.info(
              "emulated",
              "This machine can only emulate "
                  + image.machine()
                  + ", without a vDSO: on a real one, the loader looks that one's functions up too."));
    }
    List<LinkMap> maps = new ArrayList<>(closure.scope);
    LinkMap loader = closure.loader;
    if (loader != null && loader.index < 0) {
      maps.add(loader);
    }
    List<LoadPlan.Undefined> undefined = List.of();
    List<LoadPlan.Pair> pairs = List.of();
    List<LoadPlan.Advice> advice = List.of();
    Counters counters;
    OwnLookups own = own();
    GlibcBinding binding = new GlibcBinding(closure.scope, now(), own, sink);
    if (bound) {
      binding.run();
      if (binding.cut()) {
        notes.add(LoadPlan.LOOKUPS_CUT);
        bound = false;
      }
    }
    if (bound) {
      if (binding.undefinedCut()) {
        notes.add(LoadPlan.UNDEFINED_CUT);
      }
      undefined = binding.undefined();
      if (!undefined.isEmpty()
          && !binding.undefinedAtStart()
          && missing.isEmpty()
          && LoadPlan.refusal(notes) == null) {
        notes.add(LoadPlan.UNDEFINED_LATER);
      }
      pairs = pairs(binding.members());
      counters = counters(maps, true, own);
      if (missing.isEmpty() && undefined.isEmpty()) {
        advice = LoadAdvisor.advise(binding, counters, this);
      }
    } else {
      counters = counters(maps, false, null);
    }
    List<LoadedObject> objects = new ArrayList<>(maps.size());
    for (LinkMap map : maps) {
      objects.add(map.toLoadedObject(bound));
    }
    return new LoadPlan(
        LoadPlan.Loader.GLIBC,
        List.copyOf(objects),
        List.copyOf(missing),
        undefined,
        counters,
        pairs,
        advice,
        List.copyOf(notes));
  }

  /** {@return the counters of the start without some libraries, or null where it fails} */
  @Override
  public @Nullable Counters counters(Set<String> ignored) {
    GlibcClosure closure = closure(ignored);
    OwnLookups own = own();
    GlibcBinding binding = new GlibcBinding(closure.scope, now(), own, null);
    binding.run();
    return closure.missing.isEmpty() && binding.undefined().isEmpty() && !binding.cut()
        ? counters(closure.scope, true, own)
        : null;
  }

  private OwnLookups own() {
    return new OwnLookups(build.version(), machine(), image.bits(), here(image.machine()));
  }

  private int machine() {
    return image.tables() instanceof ElfTables tables ? tables.elfMachine() : 0;
  }

  /** ld.so takes any value of LD_BIND_NOW that is not empty for a yes. */
  private boolean now() {
    String value = options.environment().get("LD_BIND_NOW");
    return options.bindNow() || (value != null && !value.isEmpty());
  }

  /** {@return whether this machine's kernel can run such programs} */
  private static boolean here(String machine) {
    return switch (System.getProperty("os.arch", "")) {
      case "amd64" -> machine.equals("x86-64") || machine.equals("i386");
      case "aarch64" -> machine.equals("aarch64") || machine.equals("arm");
      default -> true;
    };
  }

  static Counters counters(List<LinkMap> maps, boolean bound, @Nullable OwnLookups own) {
    long relative = 0;
    long relocations = 0;
    long pages = 0;
    long lookups = 0;
    long cached = own == null ? 0 : own.cached();
    long probes = 0;
    long deferred = 0;
    for (LinkMap map : maps) {
      ElfTables tables = map.tables;
      boolean moved = !map.program || map.image.pie();
      if (tables == null) {
        relative = Counters.UNKNOWN;
      } else if (moved && map.index >= 0 && relative >= 0) {
        relative += tables.relative();
      }
      Relocations tally = map.image.relocations();
      relocations = tally == null || relocations < 0 ? -1 : relocations + tally.total();
      pages = tally == null || pages < 0 ? -1 : pages + tally.pages();
      lookups += map.lookups;
      cached += map.cachedLookups;
      probes += map.probes;
      deferred += map.deferred;
    }
    return new Counters(
        relative,
        bound ? lookups : Counters.UNKNOWN,
        bound ? cached : Counters.UNKNOWN,
        own == null ? Counters.UNKNOWN : own.count(),
        bound ? probes : Counters.UNKNOWN,
        bound ? deferred : Counters.UNKNOWN,
        relocations,
        pages);
  }

  static List<LoadPlan.Pair> pairs(List<ScopeMember> members) {
    List<LoadPlan.Pair> pairs = new ArrayList<>();
    for (ScopeMember from : members) {
      for (ScopeMember to : members) {
        long lookups = from.answeredLookups[to.object.index];
        if (lookups > 0) {
          pairs.add(
              new LoadPlan.Pair(
                  from.object.path, to.object.path, lookups, from.answeredProbes[to.object.index]));
        }
      }
    }
    return List.copyOf(pairs);
  }

  /** {@return the loader that the file names, or the usual one of its machine} */
  private static String interpreter(Image image) {
    String named = image.interpreter();
    if (named != null) {
      return named;
    }
    return switch (image.machine()) {
      case "x86-64" ->
          image.bits() == 64 ? "/lib64/ld-linux-x86-64.so.2" : "/libx32/ld-linux-x32.so.2";
      case "aarch64" -> "/lib/ld-linux-aarch64.so.1";
      case "arm" -> "/lib/ld-linux-armhf.so.3";
      case "riscv64", "riscv" -> "/lib/ld-linux-riscv64-lp64d.so.1";
      case "loongarch64", "loongarch" -> "/lib64/ld-linux-loongarch-lp64d.so.1";
      case "ppc64", "ppc64le" -> image.littleEndian() ? "/lib64/ld64.so.2" : "/lib64/ld64.so.1";
      case "ppc" -> "/lib/ld.so.1";
      case "s390x" -> "/lib/ld64.so.1";
      default -> "/lib/ld-linux.so.2";
    };
  }

  private @Nullable LinkMap loader() {
    // A program outside of the root may name a loader that is only there outside as well.
    LinkMap inside = GlibcClosure.loader(interpreter, root.host(interpreter), door);
    return inside != null || !root.moved()
        ? inside
        : GlibcClosure.loader(interpreter, interpreter, door);
  }

  /** What the loader's file says of itself; without one, what distributions usually build in. */
  private static GlibcBuild build(@Nullable Image loader, Image image, Root root, Door door) {
    GlibcBuild said = loader == null ? new GlibcBuild(null, List.of()) : GlibcBuild.of(loader);
    if (!said.systemFolders().isEmpty()) {
      return said;
    }
    String tuple =
        switch (image.machine()) {
          case "x86-64" -> "x86_64-linux-gnu";
          case "aarch64" -> "aarch64-linux-gnu";
          case "i386" -> "i386-linux-gnu";
          case "arm" -> "arm-linux-gnueabihf";
          case "riscv64", "riscv" -> "riscv64-linux-gnu";
          case "ppc64", "ppc64le" ->
              image.littleEndian() ? "powerpc64le-linux-gnu" : "powerpc64-linux-gnu";
          case "s390x" -> "s390x-linux-gnu";
          default -> "";
        };
    List<String> folders = new ArrayList<>();
    if (!tuple.isEmpty() && door.isFolder(root.host("/usr/lib/" + tuple))) {
      folders.add("/lib/" + tuple + "/");
      folders.add("/usr/lib/" + tuple + "/");
    } else if (image.bits() == 64) {
      folders.add("/lib64/");
      folders.add("/usr/lib64/");
    }
    folders.add("/lib/");
    folders.add("/usr/lib/");
    return new GlibcBuild(said.version(), List.copyOf(folders));
  }

  private static String places(List<String> searched) {
    return searched.isEmpty() ? "not found" : String.join(", ", searched);
  }

  static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String folder(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }
}
