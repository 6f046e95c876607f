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

  /** {@return the names that a Mach-O or PE image offers} */
  static NameSet exports(Image image) {
    // No switch over the types here and below: it links a method handle, which costs a start 30 ms.
    if (image.tables() instanceof MachoTables macho) {
      NameSet names = new NameSet(macho.exports().size());
      for (MachoTables.Export export : macho.exports()) {
        add(names, export.name());
      }
      return names;
    }
    if (image.tables() instanceof PeTables pe) {
      NameSet names = new NameSet(pe.exports().size());
      for (PeTables.Export export : pe.exports()) {
        add(names, export.name());
      }
      return names;
    }
    return new NameSet(new byte[0], 0);
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

  private static void add(NameSet names, @Nullable String name) {
    if (name != null && !name.isEmpty()) {
      names.put(name.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** {@return the names asked of other libraries} */
  static NameSet imports(Image image) {
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
      NameSet names = new NameSet(macho.binds().size());
      for (MachoTables.Bind bind : macho.binds()) {
        if (asked(bind)) {
          add(names, bind.symbol());
        }
      }
      return names;
    }
    if (image.tables() instanceof PeTables pe) {
      NameSet names = new NameSet(pe.imports().size());
      for (PeTables.Import one : pe.imports()) {
        add(names, name(one));
      }
      return names;
    }
    return new NameSet(new byte[0], 0);
  }

  /** {@return whether the format says from which library each symbol comes} */
  static boolean namesLibraries(Image image) {
    return image.tables() instanceof MachoTables macho
        ? macho.twoLevel()
        : image.tables() instanceof PeTables;
  }

  /** {@return whether something binds to the symbol, and it is not the image's own} */
  static boolean asked(MachoTables.Bind bind) {
    return bind.count() != 0 && bind.ordinal() != 0;
  }

  /** {@return a function's name, or its number where it has none} */
  static String name(PeTables.Import one) {
    String name = one.name();
    return name != null ? name : "#" + one.ordinal();
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
