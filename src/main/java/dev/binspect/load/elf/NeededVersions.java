package dev.binspect.load.elf;

import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.ElfVersions;
import dev.binspect.image.ElfTables.VersionNeed;
import dev.binspect.image.Note;
import dev.binspect.image.Symbols;
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
      Met known = symbols.attachment(Met.class);
      if (known == null) {
        known = new Met();
        symbols.attach(known);
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

  /** {@return one note for each version that ends the start} */
  static List<Note> check(List<LinkMap> scope) {
    List<Note> notes = new ArrayList<>();
    Map<String, @Nullable LinkMap> files = new HashMap<>();
    Set<String> defined = new HashSet<>();
    for (LinkMap object : scope) {
      ElfTables tables = object.tables;
      if (tables == null) {
        continue;
      }
      Met met = object.program ? null : Met.of(tables.symbols());
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
        if (!definesAny(offered)) {
          continue;
        }
        int before = notes.size();
        for (String version : need.versions()) {
          String asked = file.index + " " + version;
          if (defined.contains(asked)) {
            continue; // every library needs the same few of libc's
          }
          if (defines(offered, version)) {
            defined.add(asked);
          } else if (!weak(tables, need.file(), version)) {
            notes.add(
                Note.warning(
                    "version-not-found",
                    file.path
                        + " lacks version "
                        + version
                        + ", which "
                        + object.path
                        + " needs: the loader stops here."));
          }
        }
        if (met != null && notes.size() == before) {
          met.keep(need, offered);
        }
      }
    }
    return notes;
  }

  private static @Nullable LinkMap named(String name, List<LinkMap> scope) {
    for (LinkMap object : scope) {
      if (object.answersTo(name)) {
        return object;
      }
    }
    return null;
  }

  private static boolean definesAny(ElfVersions versions) {
    if (versions.baseDefinition() != null) {
      return true;
    }
    for (boolean defined : versions.defined()) {
      if (defined) {
        return true;
      }
    }
    return false;
  }

  private static boolean defines(ElfVersions versions, String version) {
    for (int i = 0; i < versions.name().length && i < versions.defined().length; i++) {
      if (versions.defined()[i] && version.equals(versions.name()[i])) {
        return true;
      }
    }
    return version.equals(versions.baseDefinition());
  }

  private static boolean weak(ElfTables tables, String file, String version) {
    ElfVersions own = tables.versions();
    if (own == null) {
      return false;
    }
    for (int i = 0; i < own.name().length; i++) {
      if (version.equals(own.name()[i])
          && i < own.file().length
          && file.equals(own.file()[i])
          && i < own.weakNeed().length) {
        return own.weakNeed()[i];
      }
    }
    return false;
  }
}
