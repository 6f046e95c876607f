package dev.binspect.linkage;

import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import dev.binspect.image.PeTables;
import dev.binspect.image.Symbols;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names an image offers to others and asks of them, whatever its format. */
final class SymbolNames {
  private SymbolNames() {}

  /** {@return the names offered: defined, not local, not hidden} */
  static NameSet exports(Image image) {
    // No switch over the types here and below: it links a method handle, which costs a start 30 ms.
    if (image.tables() instanceof ElfTables elf) {
      return elfExports(elf.symbols());
    }
    if (image.tables() instanceof MachoTables macho) {
      Collector names = new Collector(macho.exports().size());
      for (MachoTables.Export export : macho.exports()) {
        names.add(export.name());
      }
      return names.set();
    }
    if (image.tables() instanceof PeTables pe) {
      Collector names = new Collector(pe.exports().size());
      for (PeTables.Export export : pe.exports()) {
        names.add(export.name());
      }
      return names.set();
    }
    return new NameSet(new byte[0], 0);
  }

  private static NameSet elfExports(Symbols symbols) {
    NameSet names = new NameSet(symbols.strings(), symbols.count());
    for (int i = 1; i < symbols.count(); i++) {
      if (offered(symbols, i)) {
        int from = symbols.nameOffset(i);
        names.add(from, from + symbols.hashedLength(i));
      }
    }
    return names;
  }

  /** {@return whether a symbol of a dynamic table answers the look-ups of others} */
  static boolean offered(Symbols symbols, int i) {
    return symbols.defined(i)
        // Absolute symbols are version names and linker marks.
        && symbols.section(i) != Symbols.ABSOLUTE
        && symbols.binding(i) != Symbols.LOCAL
        && (symbols.visibility(i) == Symbols.DEFAULT || symbols.visibility(i) == Symbols.PROTECTED)
        && symbols.type(i) != Symbols.SECTION
        && symbols.type(i) != Symbols.FILE
        && symbols.named(i);
  }

  /**
   * {@return the names asked of other libraries}
   *
   * @param library only those that the format says come from it (Mach-O, PE); ELF says of none
   */
  static NameSet imports(Image image, @Nullable String library) {
    if (image.tables() instanceof ElfTables elf) {
      Symbols symbols = elf.symbols();
      NameSet names = new NameSet(symbols.strings(), 256);
      for (int i = 1; i < symbols.count(); i++) {
        if (!symbols.defined(i) && symbols.binding(i) != Symbols.LOCAL && symbols.named(i)) {
          int from = symbols.nameOffset(i);
          names.add(from, from + symbols.nameLength(i));
        }
      }
      return names;
    }
    if (image.tables() instanceof MachoTables macho) {
      Collector names = new Collector(macho.binds().size());
      for (MachoTables.Bind bind : macho.binds()) {
        int ordinal = bind.ordinal();
        if (bind.count() == 0 || ordinal == 0) {
          // Named in the table, and nothing binds to it; or the image's own.
          continue;
        }
        boolean named = ordinal >= 1 && ordinal <= image.needed().size();
        if (library == null
            || !named
            || LibraryName.same(image.needed().get(ordinal - 1).name(), library)) {
          names.add(bind.symbol());
        }
      }
      return names.set();
    }
    if (image.tables() instanceof PeTables pe) {
      Collector names = new Collector(pe.imports().size());
      for (PeTables.Import one : pe.imports()) {
        if (library == null || LibraryName.same(one.library(), library)) {
          names.add(one.name() != null ? one.name() : "#" + one.ordinal());
        }
      }
      return names.set();
    }
    return new NameSet(new byte[0], 0);
  }

  /** {@return whether the format says from which library each symbol comes} */
  static boolean namesLibraries(Image image) {
    return image.tables() instanceof MachoTables macho
        ? macho.twoLevel()
        : image.tables() instanceof PeTables;
  }

  /** Puts texts into one table. */
  private static final class Collector {
    private byte[] strings;
    private int length;
    private int[] ends;
    private int count;

    Collector(int expected) {
      strings = new byte[Math.max(64, expected * 32)];
      ends = new int[Math.max(16, expected)];
    }

    void add(@Nullable String name) {
      if (name == null || name.isEmpty()) {
        return;
      }
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      if (length + bytes.length > strings.length) {
        strings =
            java.util.Arrays.copyOf(strings, Math.max(strings.length * 2, length + bytes.length));
      }
      System.arraycopy(bytes, 0, strings, length, bytes.length);
      length += bytes.length;
      if (count == ends.length) {
        ends = java.util.Arrays.copyOf(ends, count * 2);
      }
      ends[count++] = length;
    }

    NameSet set() {
      NameSet names = new NameSet(strings, count);
      int from = 0;
      for (int i = 0; i < count; i++) {
        names.add(from, ends[i]);
        from = ends[i];
      }
      return names;
    }
  }

  /** {@return some names in words, for evidence} */
  static String examples(List<String> names, long total) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < names.size() && i < 3; i++) {
      text.append(i == 0 ? "" : ", ").append(names.get(i));
    }
    if (total > Math.min(3, names.size())) {
      text.append(", …");
    }
    return text.toString();
  }
}
