package dev.binspect.load.elf;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.SearchTrail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a start as glibc's ld.so finds them: the program, preloaded objects, then breadth
 * first what each needs; the filtees of an object (DT_FILTER, DT_AUXILIARY) come before itself, so
 * that they answer first (dl-deps.c, _dl_map_object_deps).
 */
final class GlibcClosure {
  private static final int PRELOAD_LIMIT = 1 << 20;

  /** More objects than any program has: the closure is cut there, and a note says so. */
  static final int OBJECTS = 4_000;

  /** More names than any object needs; the rest is passed over, and a note says so. */
  static final int NAMES = 10_000;

  /** The global scope in its order; but for filtees also the order of loading. */
  final List<LinkMap> scope = new ArrayList<>();

  final List<LoadPlan.Missing> missing = new ArrayList<>();

  /** Names from LD_PRELOAD that are passed over without ending the start. */
  final List<LoadPlan.Missing> notPreloaded = new ArrayList<>();

  /** The loader's own object; it stands in the scope only where some object needs it. */
  final @Nullable LinkMap loader;

  private final LinkMap main;
  private final Door door;
  private final GlibcSearch search;
  private final List<LinkMap> loaded = new ArrayList<>();
  private final Map<Object, LinkMap> byIdentity = new HashMap<>();
  private final Map<String, LinkMap> byName = new HashMap<>();
  private final Set<String> ignored;
  private final Set<String> missingNames = new HashSet<>();
  private int names;

  /** Some object stands before the one that asked for it. */
  private boolean filtered;

  /**
   * @param ignored names that the program is taken not to need
   */
  GlibcClosure(
      LinkMap main, @Nullable LinkMap loader, GlibcSearch search, Door door, Set<String> ignored) {
    this.ignored = ignored;
    this.main = main;
    this.loader = loader;
    this.search = search;
    this.door = door;
    main.program = true;
    loaded.add(main);
    if (loader != null) {
      loader.loaderItself = true;
      loaded.add(loader);
    }
  }

  /**
   * Finds everything.
   *
   * @param preload LD_PRELOAD, or null
   * @param preloadFile the path of /etc/ld.so.preload
   */
  void walk(@Nullable String preload, String preloadFile, boolean secure) {
    enter(main);
    if (preload != null) {
      for (String name : split(preload, " :")) {
        if (!secure || name.indexOf('/') < 0) {
          preload(name);
        }
      }
    }
    byte[] content = door.content(preloadFile, PRELOAD_LIMIT);
    if (content != null) {
      for (String name : preloadFile(new String(content, StandardCharsets.UTF_8))) {
        preload(name);
      }
    }
    int at = 0;
    while (at < scope.size() && scope.size() < OBJECTS && names < NAMES) {
      LinkMap object = scope.get(at);
      if (object.walked) {
        at++;
      } else {
        object.walked = true;
        needs(object);
        // Filtees moved it on: the first of them has the turn now.
        at = filtered ? 0 : at + 1;
      }
    }
    if (filtered) {
      for (int i = 0; i < scope.size(); i++) {
        scope.get(i).index = i;
      }
    }
  }

  /** {@return whether damage or malice made the closure larger than is looked at} */
  boolean cut() {
    return scope.size() >= OBJECTS || names >= NAMES;
  }

  private void preload(String name) {
    SearchTrail trail = new SearchTrail();
    LinkMap object = map(name, main, true, trail);
    if (object == null) {
      notPreloaded.add(new LoadPlan.Missing(name, main.path, trail.places()));
    } else if (object.index < 0) {
      enter(object);
    }
  }

  private void needs(LinkMap object) {
    ElfTables tables = object.tables;
    List<ElfTables.Filtee> filtees = tables == null ? List.of() : tables.filtees();
    int filtee = 0;
    Set<String> asked = new LinkedHashSet<>();
    List<Needed> all = object.image.needed();
    for (int i = 0; i < all.size(); i++) {
      for (; filtee < filtees.size() && filtees.get(filtee).after() <= i; filtee++) {
        filters(object, filtees.get(filtee));
      }
      Needed needed = all.get(i);
      if (!asked.add(needed.name()) || (object.program && ignored.contains(needed.name()))) {
        continue;
      }
      if (names++ >= NAMES) {
        return;
      }
      SearchTrail trail = new SearchTrail();
      LinkMap dependency = map(needed.name(), object, false, trail);
      if (dependency == null) {
        missing(needed.name(), object, trail);
      } else {
        object.needs.add(dependency);
        if (dependency.index < 0) {
          enter(dependency);
        }
      }
    }
    for (; filtee < filtees.size(); filtee++) {
      filters(object, filtees.get(filtee));
    }
  }

  /**
   * Puts a filtee before the object. That of the program stands behind it: ld.so itself cannot
   * start a program with one, and as a library the file is not the first.
   */
  private void filters(LinkMap object, ElfTables.Filtee filtee) {
    if (names++ >= NAMES) {
      return;
    }
    SearchTrail trail = new SearchTrail();
    LinkMap found = map(filtee.name(), object, false, trail);
    if (found == null) {
      if (!filtee.auxiliary()) {
        missing(filtee.name(), object, trail);
      }
      return;
    }
    object.needs.add(found);
    if (object.program) {
      if (found.index < 0) {
        enter(found);
      }
      return;
    }
    int known = found.index < 0 ? -1 : scope.indexOf(found);
    int at = scope.indexOf(object);
    if (known >= 0 && known < at) {
      return; // asked early enough
    }
    if (known >= 0) {
      scope.remove(known);
    }
    scope.add(at, found);
    found.index = at; // all are numbered anew at the end
    filtered = true;
  }

  /** The loader stops at the first one; all of them are worth telling, each once. */
  private void missing(String name, LinkMap by, SearchTrail trail) {
    if (missingNames.add(name)) {
      missing.add(new LoadPlan.Missing(name, by.path, trail.places()));
    }
  }

  private void enter(LinkMap object) {
    object.index = scope.size();
    scope.add(object);
  }

  private @Nullable LinkMap map(String name, LinkMap by, boolean preload, SearchTrail trail) {
    LinkMap known = byName.get(name);
    if (known == null) {
      for (LinkMap object : loaded) {
        if (object.answersTo(name)) {
          known = object;
          byName.put(name, object);
          break;
        }
      }
    }
    if (known != null) {
      return known;
    }
    Candidate found =
        name.indexOf('/') < 0
            ? search.find(name, by, preload, trail)
            : search.open(name, by, trail);
    if (found == null) {
      return null;
    }
    Object identity = door.identity(found.path());
    LinkMap same = identity == null ? null : byIdentity.get(identity);
    if (same != null) {
      same.names.add(name);
      byName.put(name, same);
      return same;
    }
    LinkMap object = new LinkMap(name, found, by, preload, identity);
    object.names.add(name);
    object.names.add(found.guest());
    object.origin = origin(found.guest());
    loaded.add(object);
    byName.put(name, object);
    if (identity != null) {
      byIdentity.put(identity, object);
    }
    return object;
  }

  /** A library's $ORIGIN is the folder it was found in, symbolic links not followed. */
  private String origin(String guest) {
    String absolute = guest.startsWith("/") ? guest : door.realPath(".") + "/" + guest;
    int slash = absolute.lastIndexOf('/');
    return slash == 0 ? "/" : absolute.substring(0, slash);
  }

  private static List<String> preloadFile(String text) {
    List<String> names = new ArrayList<>();
    for (String line : split(text, "\n")) {
      int comment = line.indexOf('#');
      names.addAll(split(comment < 0 ? line : line.substring(0, comment), ": \t"));
    }
    return names;
  }

  static List<String> split(String text, String separators) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || separators.indexOf(text.charAt(i)) >= 0) {
        if (i > from) {
          parts.add(text.substring(from, i));
        }
        from = i + 1;
      }
    }
    return parts;
  }

  /** {@return the loader's object, or null where its file is not there or cannot be read} */
  static @Nullable LinkMap loader(String interpreter, String path, Door door) {
    try {
      Image image = door.images(path).getFirst();
      if (image.format() != Format.ELF) {
        return null;
      }
      LinkMap loader =
          new LinkMap(
              interpreter, path, interpreter, image, null, FoundBy.LOADER, door.identity(path));
      loader.names.add(interpreter);
      return loader;
    } catch (IOException | MalformedException e) {
      return null;
    }
  }
}
