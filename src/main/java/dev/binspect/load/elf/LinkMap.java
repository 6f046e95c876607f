package dev.binspect.load.elf;

import dev.binspect.image.Door;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.load.Counters;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Root;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An ELF object while its load is simulated: ld.so's struct link_map, musl's struct dso. */
final class LinkMap {
  final String name;

  /** Where it is opened. */
  final String path;

  /** The same as the loader sees it: without the root's folder. */
  final String guest;

  final Image image;
  final @Nullable ElfTables tables;
  final @Nullable LinkMap loader;
  final FoundBy foundBy;
  final int depth;
  final @Nullable Object identity;

  /** Names it has been asked for by, and its SONAME. */
  final List<String> names = new ArrayList<>(2);

  /** The objects it needs, in the order of its table, each found. */
  final List<LinkMap> needs = new ArrayList<>();

  /** Place in the global scope; -1 while it stands in none. */
  int index = -1;

  boolean program;
  boolean loaderItself;
  boolean visited;

  /** What it needs was found. */
  boolean walked;

  /** Folders of RPATH and RUNPATH, once split; empty where there is none. */
  @Nullable List<String> rpath;

  @Nullable List<String> runpath;

  /** What {@code $ORIGIN} stands for; null where that is unknown. */
  @Nullable String origin;

  long lookups;
  long cachedLookups;
  long probes;
  long deferred;

  LinkMap(
      String name,
      String path,
      String guest,
      Image image,
      @Nullable LinkMap loader,
      FoundBy foundBy,
      @Nullable Object identity) {
    this.name = name;
    this.path = path;
    this.guest = guest;
    this.image = image;
    this.tables = image.tables() instanceof ElfTables elf ? elf : null;
    this.loader = loader;
    this.foundBy = foundBy;
    this.depth = loader == null ? 0 : loader.depth + 1;
    this.identity = identity;
  }

  /** A library that was found. */
  LinkMap(String name, Candidate found, LinkMap by, boolean preload, @Nullable Object identity) {
    this(
        name,
        found.path(),
        found.guest(),
        found.image(),
        by,
        preload ? FoundBy.PRELOAD : found.foundBy(),
        identity);
  }

  /** {@return the program that is started} */
  static LinkMap program(String path, Image image, Root root, Door door) {
    String real = door.realPath(path);
    String inside = root.inside(real);
    return new LinkMap(
        GlibcLoader.fileName(path),
        path,
        inside == null ? real : inside,
        image,
        null,
        FoundBy.PROGRAM,
        door.identity(path));
  }

  /** {@return whether a needed name means this object (ld.so's _dl_name_match_p)} */
  boolean answersTo(String asked) {
    return names.contains(asked) || asked.equals(image.name());
  }

  int flags() {
    ElfTables elf = tables;
    return elf == null ? 0 : elf.flags();
  }

  int flags1() {
    ElfTables elf = tables;
    return elf == null ? 0 : elf.flags1();
  }

  LoadedObject toLoadedObject(boolean bound) {
    LinkMap by = loader;
    return new LoadedObject(
        name,
        path,
        by == null || foundBy == FoundBy.PRELOAD ? null : by.path,
        foundBy,
        depth,
        image,
        bound ? lookups : Counters.UNKNOWN,
        bound ? cachedLookups : Counters.UNKNOWN,
        bound ? probes : Counters.UNKNOWN,
        bound ? deferred : Counters.UNKNOWN,
        image.relocations() == null ? Counters.UNKNOWN : image.relocations().pages());
  }
}
