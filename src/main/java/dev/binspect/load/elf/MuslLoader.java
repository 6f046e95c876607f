package dev.binspect.load.elf;

import dev.binspect.image.Door;
import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.Entries;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.Symbols;
import dev.binspect.load.Binding;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Root;
import dev.binspect.load.SearchTrail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What musl's loader will do: it is libc.so itself, resolves everything at start, and has no cache
 * of look-ups.
 */
public final class MuslLoader {
  /** Names that mean libc.so whatever stands in the folders. */
  private static final List<String> RESERVED =
      List.of("c.", "pthread.", "rt.", "m.", "dl.", "util.", "xnet.");

  private final LinkMap main;
  private final @Nullable LinkMap libc;
  private final MuslSearch search;
  private final Door door;
  private final List<LinkMap> chain = new ArrayList<>();
  private final Map<String, LinkMap> byShortName = new HashMap<>();
  private final Map<Object, LinkMap> byIdentity = new HashMap<>();
  private final List<LoadPlan.Missing> missing = new ArrayList<>();
  private int names;
  private final List<Note> notes = new ArrayList<>();
  private final Set<LoadPlan.Undefined> undefined = new LinkedHashSet<>();
  private boolean undefinedCut;

  private MuslLoader(LinkMap main, @Nullable LinkMap libc, MuslSearch search, Door door) {
    this.main = main;
    this.libc = libc;
    this.search = search;
    this.door = door;
  }

  public static LoadPlan plan(
      String path, Image image, LoadOptions options, Door door, Binding.@Nullable Sink sink) {
    Root root = new Root(options.sysroot(), door);
    LinkMap main = LinkMap.program(path, image, root, door);
    main.origin = folder(main.guest);
    main.program = true;
    String named = image.interpreter();
    String interpreter = named == null ? "/lib/ld-musl-" + arch(image) + ".so.1" : named;
    LinkMap libc = GlibcClosure.loader(interpreter, root.host(interpreter), door);
    boolean secure = door.privileged(path);
    MuslLoader loader =
        new MuslLoader(
            main, libc, new MuslSearch(image, interpreter, options, secure, root, door), door);
    if (libc == null) {
      loader.missing.add(new LoadPlan.Missing(interpreter, path, List.of(interpreter)));
    } else {
      libc.loaderItself = true;
    }
    loader.load(secure ? "" : options.environment().getOrDefault("LD_PRELOAD", ""));
    return loader.bind(options.bindings(), sink);
  }

  private static String arch(Image image) {
    return image.machine().equals("x86-64") ? "x86_64" : image.machine();
  }

  private static String folder(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "." : path.substring(0, slash);
  }

  private void load(String preload) {
    enter(main);
    for (String name : GlibcClosure.split(preload, " \t\n\u000b\f\r:")) {
      SearchTrail trail = new SearchTrail();
      if (library(name, main, true, trail) == null) {
        notes.add(Note.warning("not-preloaded", name + " cannot be preloaded and is ignored."));
      }
    }
    for (int i = 0; i < chain.size() && chain.size() < GlibcClosure.OBJECTS; i++) {
      LinkMap object = chain.get(i);
      for (Needed needed : object.image.needed()) {
        if (names++ >= GlibcClosure.NAMES) {
          break;
        }
        SearchTrail trail = new SearchTrail();
        if (library(needed.name(), object, false, trail) == null
            && missing.stream().noneMatch(m -> m.name().equals(needed.name()))) {
          missing.add(new LoadPlan.Missing(needed.name(), object.path, trail.places()));
        }
      }
    }
  }

  private void enter(LinkMap object) {
    object.index = chain.size();
    chain.add(object);
  }

  private @Nullable LinkMap self() {
    LinkMap itself = libc;
    if (itself != null && itself.index < 0) {
      enter(itself);
    }
    return itself;
  }

  private static boolean reserved(String name) {
    if (name.startsWith("lib")) {
      for (String start : RESERVED) {
        if (name.startsWith(start, 3)) {
          return true;
        }
      }
    }
    return false;
  }

  private @Nullable LinkMap library(String name, LinkMap by, boolean preload, SearchTrail trail) {
    LinkMap itself = libc;
    if (reserved(name) || (itself != null && name.equals(itself.name))) {
      return self();
    }
    boolean plain = name.indexOf('/') < 0;
    LinkMap known = plain ? byShortName.get(name) : null;
    if (known != null) {
      return known;
    }
    Candidate found = search.find(name, by, trail);
    if (found == null) {
      return null;
    }
    Object identity = door.identity(found.path());
    LinkMap same = identity == null ? null : byIdentity.get(identity);
    if (same != null) {
      if (plain) {
        byShortName.putIfAbsent(GlibcLoader.fileName(same.path), same);
      }
      return same;
    }
    LinkMap object = new LinkMap(name, found, by, preload, identity);
    if (isLibc(object)) {
      return self();
    }
    object.origin = folder(found.guest());
    if (plain) {
      byShortName.put(name, object);
    }
    if (identity != null) {
      byIdentity.put(identity, object);
    }
    enter(object);
    return object;
  }

  /** musl never maps a second C library, its own under another name or glibc's. */
  private static boolean isLibc(LinkMap object) {
    ScopeMember asking = OwnLookups.names(new String[] {"__libc_start_main", "stdin"}, object);
    ScopeMember member = new ScopeMember(object, 0);
    for (int i = 1; i <= 2; i++) {
      int found = MuslLookup.find(member, asking.symbols, i, new LookupBudget(List.of()));
      if (found < 0 || !member.symbols.defined(found)) {
        return false;
      }
    }
    return true;
  }

  private LoadPlan bind(boolean wanted, Binding.@Nullable Sink sink) {
    List<ScopeMember> members = new ArrayList<>();
    for (LinkMap object : chain) {
      members.add(new ScopeMember(object, chain.size()));
    }
    ElfTables program = main.tables;
    boolean bound = wanted && program != null && LookupClass.known(program.elfMachine());
    if (bound) {
      MuslLookup lookup = new MuslLookup(members);
      // Copy relocations need what the libraries' relocations wrote: the program comes last.
      for (ScopeMember member : members) {
        if (!member.program) {
          relocate(member, lookup, sink);
        }
      }
      relocate(members.getFirst(), lookup, sink);
      if (lookup.budget.exhausted()) {
        notes.add(LoadPlan.LOOKUPS_CUT);
        undefined.clear();
        bound = false;
      }
    }
    if (undefinedCut) {
      notes.add(LoadPlan.UNDEFINED_CUT);
    }
    List<LinkMap> maps = new ArrayList<>(chain);
    LinkMap itself = libc;
    if (itself != null && itself.index < 0) {
      maps.add(itself);
    }
    List<LoadedObject> objects = new ArrayList<>();
    for (LinkMap map : maps) {
      objects.add(map.toLoadedObject(bound));
    }
    return new LoadPlan(
        LoadPlan.Loader.MUSL,
        List.copyOf(objects),
        List.copyOf(missing),
        List.copyOf(undefined),
        GlibcLoader.counters(maps, bound, null),
        bound ? GlibcLoader.pairs(members) : List.of(),
        List.of(),
        List.copyOf(notes));
  }

  private void relocate(ScopeMember from, MuslLookup lookup, Binding.@Nullable Sink sink) {
    ElfTables tables = from.object.tables;
    if (tables == null) {
      return;
    }
    Entries entries = tables.entries();
    Symbols symbols = from.symbols;
    for (int i = 0; i < entries.count(); i++) {
      int symbol = entries.symbol()[i];
      int lookupClass = LookupClass.of(tables.elfMachine(), entries.type()[i]);
      if (symbol <= 0
          || symbol >= symbols.count()
          || lookupClass < 0
          || symbols.binding(symbol) == Symbols.LOCAL) {
        continue;
      }
      boolean jump = LookupClass.deferrable(tables.elfMachine(), entries.type()[i]);
      lookup.find(from, symbol, lookupClass, jump);
      from.object.lookups++;
      from.object.probes += lookup.probes;
      ScopeMember answer = lookup.answer;
      boolean weak = symbols.binding(symbol) == Symbols.WEAK;
      if (answer != null) {
        from.answeredLookups[answer.object.index]++;
        from.answeredProbes[answer.object.index] += lookup.probes;
      } else if (undefined.size() == LoadPlan.MOST_UNDEFINED) {
        undefinedCut = true;
      } else if (!weak || symbols.defined(symbol)) {
        lookup.budget.keep(symbols.nameLength(symbol));
        if (lookup.budget.exhausted()) {
          return;
        }
        undefined.add(new LoadPlan.Undefined(symbols.name(symbol), "", from.object.path));
      }
      if (sink != null) {
        lookup.budget.spend(symbols.nameLength(symbol));
        String kind =
            lookupClass == LookupClass.COPY
                ? "copy"
                : weak ? "weak" : answer == null ? "undefined" : "normal";
        sink.accept(
            new Binding(
                from.object.path,
                answer == null ? null : answer.object.path,
                symbols.name(symbol),
                "",
                kind,
                lookup.probes,
                false));
      }
    }
  }
}
