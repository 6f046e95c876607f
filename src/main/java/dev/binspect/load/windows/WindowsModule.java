package dev.binspect.load.windows;

import dev.binspect.image.Image;
import dev.binspect.image.PeTables;
import dev.binspect.load.FoundBy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A module of a simulated start, and what its exports answer. */
final class WindowsModule {
  final String name;
  final String path;
  final @Nullable String requiredBy;
  final FoundBy foundBy;
  final int depth;
  final @Nullable Image image;
  long lookups;
  long probes;
  private @Nullable Map<String, PeTables.Export> byName;
  private @Nullable Map<Integer, PeTables.Export> byOrdinal;

  WindowsModule(
      String name,
      String path,
      @Nullable String requiredBy,
      FoundBy foundBy,
      int depth,
      @Nullable Image image) {
    this.name = name;
    this.path = path;
    this.requiredBy = requiredBy;
    this.foundBy = foundBy;
    this.depth = depth;
    this.image = image;
  }

  /** {@return the loader's tables, or null where there is no file to read} */
  @Nullable PeTables tables() {
    return image != null && image.tables() instanceof PeTables tables ? tables : null;
  }

  /** {@return whether it can be said what the module exports} */
  boolean readable() {
    return tables() != null && image != null && image.exports() >= 0;
  }

  /** {@return the export of that name, or of that number where the name is null} */
  PeTables.@Nullable Export export(@Nullable String symbol, int ordinal) {
    return symbol != null ? names().get(symbol) : ordinals().get(ordinal);
  }

  /** A DLL's exports by their names, for all programs that load it. */
  private record Names(Map<String, PeTables.Export> byName) {}

  private Map<String, PeTables.Export> names() {
    Map<String, PeTables.Export> map = byName;
    if (map == null) {
      PeTables tables = tables();
      map = tables == null ? Map.of() : names(tables);
      byName = map;
    }
    return map;
  }

  private static Map<String, PeTables.Export> names(PeTables tables) {
    Names known = tables.attachments().attachment(Names.class);
    if (known == null) {
      known = new Names(new HashMap<>());
      for (PeTables.Export export : tables.exports()) {
        String symbol = export.name();
        if (symbol != null) {
          known.byName().putIfAbsent(symbol, export);
        }
      }
      tables.attachments().attach(known);
    }
    return known.byName();
  }

  private Map<Integer, PeTables.Export> ordinals() {
    Map<Integer, PeTables.Export> map = byOrdinal;
    if (map == null) {
      map = new HashMap<>();
      PeTables tables = tables();
      if (tables != null) {
        for (PeTables.Export export : tables.exports()) {
          map.putIfAbsent(export.ordinal(), export);
        }
      }
      byOrdinal = map;
    }
    return map;
  }

  /** {@return whether the loader moves the module, and so applies its base relocations} */
  boolean moved() {
    PeTables tables = tables();
    return image != null && (image.pie() || tables != null && tables.details().moved());
  }

  /** {@return base relocations applied at start} */
  long baseRelocations() {
    if (image == null || image.relocations() == null || !moved()) {
      return 0;
    }
    return image.relocations().byTable().getOrDefault("base", 0L);
  }

  long deferred() {
    if (image == null || image.relocations() == null) {
      return 0;
    }
    return image.relocations().byTable().getOrDefault("delayImport", 0L);
  }

  /** {@return import address table slots written at start} */
  long imported() {
    if (image == null || image.relocations() == null) {
      return 0;
    }
    return image.relocations().byTable().getOrDefault("import", 0L);
  }

  /** {@return pages written at start} */
  long pages() {
    PeTables tables = tables();
    if (image == null || image.relocations() == null || tables == null) {
      return 0;
    }
    return moved() ? image.relocations().pages() : tables.details().importPages();
  }
}
