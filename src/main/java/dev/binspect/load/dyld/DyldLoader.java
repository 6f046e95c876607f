package dev.binspect.load.dyld;

import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.Relocations;
import dev.binspect.load.Binding;
import dev.binspect.load.Counters;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Root;
import dev.binspect.load.SearchTrail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What dyld will do with a Mach-O program or library: that of macOS 13 and later ({@code
 * JustInTimeLoader::loadDependents} and {@code Loader::getLoader} of its source), without the
 * launch closures that keep its findings.
 */
public final class DyldLoader {
  private static final int MOST_OBJECTS = 2000;

  /** More libraries than any image names. */
  private static final int MOST_NAMES = 10_000;

  /** Absent libraries that may be, each with a note. */
  private static final int MOST_ABSENT = 100;

  private final Door door;
  private final DyldSearch search;
  private final DyldEnvironment environment;
  private final List<DyldImage> loaded = new ArrayList<>();
  private final List<LoadPlan.Missing> missing = new ArrayList<>();

  /** The names among those, by who asked. */
  private final Map<String, Set<String>> told = new HashMap<>();

  private int absent;
  private boolean cut;

  private final List<Note> notes = new ArrayList<>();

  private DyldLoader(Door door, DyldSearch search, DyldEnvironment environment) {
    this.door = door;
    this.search = search;
    this.environment = environment;
  }

  public static LoadPlan plan(
      String path, Image image, LoadOptions options, Door door, Binding.@Nullable Sink sink) {
    Root root = new Root(options.sysroot(), door);
    boolean restricted =
        image.kind() == Kind.EXECUTABLE
            && (Boolean.TRUE.equals(image.hardening().more().get("hardenedRuntime"))
                || door.privileged(path));
    String real = door.realPath(path);
    String inside = root.inside(real);
    boolean outside = root.moved() && inside == null;
    String guest = inside == null ? real : inside;
    DyldEnvironment environment =
        DyldEnvironment.of(image, DyldSearch.folder(guest), options, restricted);
    DyldSearch search = new DyldSearch(image, guest, outside, environment, root, door);
    DyldImage main =
        new DyldImage(
            path.substring(path.lastIndexOf('/') + 1),
            new DyldSearch.Found(guest, outside, path, image, null, FoundBy.PROGRAM),
            null,
            0,
            door.identity(path));
    DyldLoader loader = new DyldLoader(door, search, environment);
    if (restricted && hasDyldVariables(options)) {
      loader.notes.add(
          Note.info(
              "dyld-variables-ignored",
              "The program is hardened: dyld takes no DYLD_ variables from the environment, unless"
                  + " an entitlement allows them."));
    }
    return loader.plan(main, options, sink);
  }

  private static boolean hasDyldVariables(LoadOptions options) {
    for (String name : options.environment().keySet()) {
      if (name.startsWith("DYLD_")) {
        return true;
      }
    }
    return false;
  }

  private LoadPlan plan(DyldImage main, LoadOptions options, Binding.@Nullable Sink sink) {
    loaded.add(main);
    List<DyldImage> chain = new ArrayList<>(List.of(main));
    for (String name : environment.inserted()) {
      DyldImage inserted = find(name, FoundBy.PRELOAD, chain, null, true);
      if (inserted != null) {
        load(inserted, chain);
      }
    }
    load(main, new ArrayList<>());
    if (loaded.size() >= MOST_OBJECTS || cut) {
      notes.add(
          Note.warning(
              "too-many-objects",
              "The closure was cut at "
                  + MOST_OBJECTS
                  + " objects or "
                  + MOST_NAMES
                  + " names of one image: libraries that were not looked for are neither found nor missing."));
    }
    if (absent > MOST_ABSENT) {
      notes.add(
          Note.info(
              "weak-library-absent",
              absent - MOST_ABSENT + " more libraries are not there, and may be absent."));
    }
    DyldBinding binding = new DyldBinding(loaded, sink);
    boolean bound = options.bindings();
    if (bound) {
      binding.run();
      notes.addAll(binding.notes());
      bound = !binding.cut();
    }
    List<LoadedObject> objects = new ArrayList<>();
    for (DyldImage image : loaded) {
      objects.add(image.toLoadedObject(bound));
    }
    return new LoadPlan(
        LoadPlan.Loader.DYLD,
        List.copyOf(objects),
        List.copyOf(missing),
        bound ? binding.undefined() : List.of(),
        counters(bound),
        bound ? binding.pairs() : List.of(),
        DyldAdvice.of(loaded),
        List.copyOf(notes));
  }

  /** First all that an image needs, then what those need, one after the other. */
  private void load(DyldImage image, List<DyldImage> before) {
    Image file = image.image;
    if (file == null) {
      return;
    }
    List<DyldImage> chain = new ArrayList<>(before);
    chain.add(image);
    List<DyldImage> fresh = new ArrayList<>();
    for (Needed needed : file.needed()) {
      boolean optional = needed.how() == Needed.How.WEAK || needed.how() == Needed.How.LAZY;
      int known = loaded.size();
      DyldImage found =
          loaded.size() < MOST_OBJECTS && image.needed.size() < MOST_NAMES
              ? find(needed.name(), null, chain, image, optional)
              : null;
      cut |= image.needed.size() == MOST_NAMES;
      image.needed.add(found);
      if (found != null && loaded.size() > known) {
        fresh.add(found);
      }
    }
    for (DyldImage next : fresh) {
      load(next, chain);
    }
  }

  private @Nullable DyldImage find(
      String name,
      @Nullable FoundBy by,
      List<DyldImage> chain,
      @Nullable DyldImage asking,
      boolean optional) {
    if (name.startsWith("/") || name.startsWith("@rpath/")) {
      DyldImage known = matching(name);
      if (known != null) {
        return known;
      }
    }
    SearchTrail trail = new SearchTrail();
    Taking taking = new Taking(name, by, trail, asking, chain.size());
    search.places(name, chain, taking);
    if (taking.taken == null) {
      String from = chain.getLast().path;
      if (!optional) {
        // A library that is reexported may be named by two commands.
        Set<String> names = told.get(from);
        if (names == null) {
          names = new HashSet<>();
          told.put(from, names);
        }
        if (names.add(name)) {
          missing.add(new LoadPlan.Missing(name, from, trail.places()));
        }
      } else if (asking != null && absent++ < MOST_ABSENT) {
        notes.add(
            Note.info("weak-library-absent", name + " is not there, and " + from + " allows it."));
      }
    }
    return taking.taken;
  }

  /** Takes the first place that holds the library. */
  private final class Taking implements DyldSearch.Visitor {
    private final String name;
    private final @Nullable FoundBy by;
    private final SearchTrail trail;
    private final @Nullable DyldImage asking;
    private final int depth;
    private @Nullable DyldImage taken;

    Taking(
        String name,
        @Nullable FoundBy by,
        SearchTrail trail,
        @Nullable DyldImage asking,
        int depth) {
      this.name = name;
      this.by = by;
      this.trail = trail;
      this.asking = asking;
      this.depth = depth;
    }

    @Override
    public boolean visit(DyldSearch.Place place) {
      taken = take(name, by, place, trail, asking, depth);
      return taken != null || door.exhausted();
    }

    @Override
    public void tooLong() {
      trail.tooLong();
    }
  }

  private @Nullable DyldImage take(
      String name,
      @Nullable FoundBy by,
      DyldSearch.Place place,
      SearchTrail trail,
      @Nullable DyldImage asking,
      int depth) {
    DyldImage known = matching(place.guest());
    if (known != null) {
      return known;
    }
    DyldSearch.Found found = search.open(place, trail);
    if (found == null) {
      return null;
    }
    Object identity = found.image() == null ? null : door.identity(found.path());
    for (DyldImage image : loaded) {
      if (found.guest().equals(image.guest)
          || (identity != null && identity.equals(image.identity))) {
        return image;
      }
    }
    DyldSearch.Found taken =
        by == null
            ? found
            : new DyldSearch.Found(
                found.guest(), found.outside(), found.path(), found.image(), found.stub(), by);
    DyldImage image =
        new DyldImage(name, taken, asking == null ? null : asking.path, depth, identity);
    loaded.add(image);
    return image;
  }

  private @Nullable DyldImage matching(String path) {
    for (int i = 1; i < loaded.size(); i++) {
      if (loaded.get(i).matches(path)) {
        return loaded.get(i);
      }
    }
    return null;
  }

  private Counters counters(boolean bound) {
    long relative = 0;
    long relocations = 0;
    long pages = 0;
    long lookups = 0;
    long probes = 0;
    for (DyldImage image : loaded) {
      Image file = image.image;
      if (file == null) {
        // The shared cache's libraries were relocated when it was made.
        continue;
      }
      Relocations own = file.relocations();
      if (own == null) {
        relative = relocations = pages = Counters.UNKNOWN;
      } else if (relocations >= 0) {
        relative += own.byKind().getOrDefault("relative", 0L);
        relocations += own.total();
        pages += own.pages();
      }
      boolean unknown = file.imports() == null || !(file.tables() instanceof MachoTables);
      lookups = unknown || lookups < 0 ? Counters.UNKNOWN : lookups + image.lookups;
      probes = unknown || probes < 0 ? Counters.UNKNOWN : probes + image.probes;
    }
    return new Counters(
        relative,
        bound ? lookups : Counters.UNKNOWN,
        bound ? 0 : Counters.UNKNOWN,
        bound ? 0 : Counters.UNKNOWN,
        bound ? probes : Counters.UNKNOWN,
        bound ? 0 : Counters.UNKNOWN,
        relocations,
        pages);
  }
}
