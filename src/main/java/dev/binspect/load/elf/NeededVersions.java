package dev.binspect.load.elf;

import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.ElfVersions;
import dev.binspect.image.ElfTables.VersionNeed;
import dev.binspect.image.GlibcVersion;
import dev.binspect.image.Note;
import dev.binspect.image.Relocations;
import dev.binspect.image.Symbols;
import dev.binspect.load.LoadPlan;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The check ld.so makes before it relocates anything: each version an object needs of a file must
 * be defined there (dl-version.c). A weak need may fail; a file without versions passes.
 */
final class NeededVersions {
  private NeededVersions() {}

  /** What of a library's needs was found to be met, and by which file's versions at last. */
  private static final class Met {
    private final IdentityHashMap<VersionNeed, WeakReference<ElfVersions>> by =
        new IdentityHashMap<>();

    static Met of(Symbols symbols) {
      Met known = symbols.attachments().attachment(Met.class);
      if (known == null) {
        known = new Met();
        symbols.attachments().attach(known);
      }
      return known;
    }

    synchronized boolean knows(VersionNeed need, ElfVersions offered) {
      WeakReference<ElfVersions> known = by.get(need);
      return known != null && known.refersTo(offered);
    }

    synchronized void keep(VersionNeed need, ElfVersions offered) {
      by.put(need, new WeakReference<>(offered));
    }
  }

  /** Versions that are told one by one. */
  private static final int MOST_TOLD = 100;

  /** {@return one note for each version that ends the start, as far as they are few} */
  static List<Note> check(List<LinkMap> scope) {
    List<Note> notes = new ArrayList<>();
    Map<String, @Nullable LinkMap> files = new HashMap<>();
    IdentityHashMap<ElfVersions, Set<String>> definitions = new IdentityHashMap<>();
    int more = 0;
    for (LinkMap object : scope) {
      ElfTables tables = object.tables;
      if (tables == null) {
        continue;
      }
      Met met = object.program ? null : Met.of(tables.symbols());
      @Nullable Map<String, Set<String>> weak = null;
      for (VersionNeed need : tables.versionsNeeded()) {
        LinkMap file = files.get(need.file());
        if (file == null && !files.containsKey(need.file())) {
          file = named(need.file(), scope);
          files.put(need.file(), file);
        }
        ElfVersions offered = file == null || file.tables == null ? null : file.tables.versions();
        if (file == null || offered == null || (met != null && met.knows(need, offered))) {
          continue;
        }
        Set<String> defined = definitions.get(offered);
        if (defined == null) {
          defined = defined(offered);
          definitions.put(offered, defined);
        }
        if (defined.isEmpty()) {
          continue;
        }
        boolean lacks = false;
        for (String version : need.versions()) {
          if (defined.contains(version)) {
            continue;
          }
          weak = weak == null ? weak(tables) : weak;
          Set<String> optional = weak.get(need.file());
          if (optional != null && optional.contains(version)) {
            continue;
          }
          lacks = true;
          if (notes.size() == MOST_TOLD) {
            more++;
          } else {
            notes.add(
                Note.warning(
                    LoadPlan.VERSION_NOT_FOUND,
                    file.path
                        + " lacks version "
                        + version
                        + ", which "
                        + object.path
                        + " needs: the loader stops here."));
          }
        }
        if (met != null && !lacks) {
          met.keep(need, offered);
        }
      }
    }
    if (more > 0) {
      notes.add(Note.warning(LoadPlan.VERSION_NOT_FOUND, more + " more versions are missing."));
    }
    return notes;
  }

  /**
   * {@return a note for each object whose packed relative relocations ld.so refuses since 2.36: an
   * object that needs versions of the C library must say by one of them that it needs a loader that
   * knows DT_RELR} Linkers before that (mold, lld's --pack-dyn-relocs=relr) did not say it.
   */
  static List<Note> packed(List<LinkMap> scope) {
    List<Note> notes = new ArrayList<>();
    for (LinkMap object : scope) {
      ElfTables tables = object.tables;
      Relocations relocations = object.image.relocations();
      if (tables != null
          && relocations != null
          && relocations.byTable().containsKey("relr")
          && lacksAbi(tables)
          && notes.size() < MOST_TOLD) {
        notes.add(
            Note.warning(
                LoadPlan.REFUSED,
                object.path
                    + " has DT_RELR and does not need "
                    + GlibcVersion.DT_RELR
                    + ": the loader stops here."));
      }
    }
    return notes;
  }

  private static boolean lacksAbi(ElfTables tables) {
    boolean asks = false;
    for (VersionNeed need : tables.versionsNeeded()) {
      asks |= need.file().startsWith("libc.so.");
      if (need.versions().contains(GlibcVersion.DT_RELR)) {
        return false;
      }
    }
    return asks;
  }

  private static @Nullable LinkMap named(String name, List<LinkMap> scope) {
    for (LinkMap object : scope) {
      if (object.answersTo(name)) {
        return object;
      }
    }
    return null;
  }

  private static Set<String> defined(ElfVersions versions) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < versions.name().length && i < versions.defined().length; i++) {
      String name = versions.name()[i];
      if (versions.defined()[i] && name != null) {
        names.add(name);
      }
    }
    if (versions.baseDefinition() != null) {
      names.add(versions.baseDefinition());
    }
    return names;
  }

  /** {@return the versions that may be missing, by the file that should have them} */
  private static Map<String, Set<String>> weak(ElfTables tables) {
    Map<String, Set<String>> weak = new HashMap<>();
    Set<String> seen = new HashSet<>();
    ElfVersions own = tables.versions();
    for (int i = 0; own != null && i < own.name().length && i < own.file().length; i++) {
      String file = own.file()[i];
      String name = own.name()[i];
      // The first one of a name counts.
      if (file == null || name == null || !seen.add(file + '\0' + name)) {
        continue;
      }
      if (i < own.weakNeed().length && own.weakNeed()[i]) {
        Set<String> names = weak.get(file);
        if (names == null) {
          names = new HashSet<>();
          weak.put(file, names);
        }
        names.add(name);
      }
    }
    return weak;
  }
}
