package dev.binspect.linkage;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Relocations;
import dev.binspect.image.Symbols;
import dev.binspect.rust.LegacySymbols;
import dev.binspect.rust.RustSymbols;
import dev.binspect.rust.SameBuild;
import dev.binspect.rust.V0Symbols;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The program under judgement, and what is asked of it more than once. */
final class Program {
  private final String path;
  private final Image image;
  private final Door door;
  private List<String> builtAs = List.of();
  private @Nullable Image whole;
  private @Nullable String wholePath;
  private @Nullable Symbols definitions;
  private @Nullable NameSet imports;
  private @Nullable ImportsByLibrary importsByLibrary;
  private @Nullable NameSet copies;
  private @Nullable UnitNames unitNames;
  private final Map<String, String> neededNames = new HashMap<>();
  private boolean stripped;
  private @Nullable String rootCrate;
  private boolean rootKnown;
  private boolean cratesKnown;
  private boolean asksForCrates;
  private boolean rustKnown;
  private boolean rust;

  Program(String path, Image image, Door door) {
    this.path = path;
    this.image = image;
    this.door = door;
  }

  String path() {
    return path;
  }

  Image image() {
    return image;
  }

  Door door() {
    return door;
  }

  /**
   * Names files that may be the same build before it was stripped: their symbols are the program's,
   * at the same addresses.
   */
  void builtAs(List<String> files) {
    builtAs = files;
    definitions = null;
    unitNames = null;
    rootKnown = false;
  }

  /**
   * {@return the file that the program's symbols were read from, or null: its own, or nobody asked
   * for them, as of a program of which nothing is expected}
   */
  @Nullable String wholePath() {
    return wholePath;
  }

  private Symbols ofTheWhole() {
    Object own = door.identity(path);
    for (String file : builtAs) {
      Object identity = door.identity(file);
      if (identity == null || identity.equals(own)) {
        continue;
      }
      Image there = SameBuild.at(image, file, door);
      Symbols symbols = there == null ? Symbols.NONE : symbols(there);
      if (symbols.count() > 0) {
        whole = there;
        wholePath = file;
        return symbols;
      }
    }
    return Symbols.NONE;
  }

  /** {@return the full symbol table, or the dynamic one where the program was stripped} */
  Symbols definitions() {
    Symbols known = definitions;
    if (known == null) {
      known = symbols(image);
      if (known.count() == 0) {
        known = ofTheWhole();
      }
      stripped = known.count() == 0;
      if (stripped && image.tables() instanceof ElfTables elf) {
        known = elf.symbols();
      }
      definitions = known;
    }
    return known;
  }

  /** {@return whether there is no full symbol table} */
  boolean stripped() {
    definitions();
    return stripped;
  }

  /** {@return the full symbol table; an empty one where there is none or it is damaged} */
  static Symbols symbols(Image image) {
    try {
      Symbols symbols = image.contents().symbols();
      return hasDefinitions(symbols) ? symbols : Symbols.NONE;
    } catch (MalformedException e) {
      return Symbols.NONE;
    }
  }

  /** A table of nothing but section and file marks tells as little as none. */
  private static boolean hasDefinitions(Symbols symbols) {
    for (int i = 0; i < symbols.count(); i++) {
      int type = symbols.type(i);
      if (symbols.defined(i) && type != Symbols.SECTION && type != Symbols.FILE) {
        return true;
      }
    }
    return false;
  }

  /** {@return the names that the program asks of its libraries, copied data among them} */
  NameSet imports() {
    NameSet known = imports;
    if (known == null) {
      known = SymbolNames.imports(image);
      NameSet copied = copies();
      for (int i = 0; i < copied.size(); i++) {
        known.add(copied.from(i), copied.to(i));
      }
      imports = known;
    }
    return known;
  }

  /** {@return the same by library, where the format tells} */
  ImportsByLibrary importsByLibrary() {
    ImportsByLibrary known = importsByLibrary;
    if (known == null) {
      known = ImportsByLibrary.of(image);
      importsByLibrary = known;
    }
    return known;
  }

  /** {@return whether the names that it asks of its libraries are those of Rust crates} */
  boolean asksForCrates() {
    if (!cratesKnown) {
      asksForCrates = !BoundImports.byCrate(this).isEmpty();
      cratesKnown = true;
    }
    return asksForCrates;
  }

  /** {@return what its debug information tells of crates and folders} */
  UnitNames unitNames() {
    UnitNames known = unitNames;
    if (known == null) {
      definitions();
      known = UnitNames.of(whole == null ? image : whole);
      unitNames = known;
    }
    return known;
  }

  /**
   * {@return the names of data that copy relocations put into the program: a library's by right}
   *
   * <p>A copy relocation is the one that writes to the very symbol it names, whatever its number on
   * this machine; the data's other names go with it.
   */
  NameSet copies() {
    NameSet known = copies;
    if (known == null) {
      known = new NameSet(new byte[0], 0);
      Relocations relocations = image.relocations();
      if (image.tables() instanceof ElfTables elf
          && relocations != null
          && relocations.byKind().containsKey("copy")) {
        Symbols symbols = elf.symbols();
        Set<Long> copied = copied(elf);
        known = new NameSet(symbols.strings(), 16);
        for (int i = 1; i < symbols.count(); i++) {
          if (data(symbols, i) && copied.contains(symbols.value(i))) {
            int from = symbols.nameOffset(i);
            known.add(from, from + symbols.nameLength(i));
          }
        }
      }
      copies = known;
    }
    return known;
  }

  private static Set<Long> copied(ElfTables elf) {
    Symbols symbols = elf.symbols();
    ElfTables.Entries entries = elf.entries();
    Set<Long> addresses = new HashSet<>();
    for (int i = 0; i < entries.count(); i++) {
      int symbol = entries.symbol()[i];
      if (symbol > 0
          && symbol < symbols.count()
          && data(symbols, symbol)
          && symbols.value(symbol) == entries.offset()[i]) {
        addresses.add(symbols.value(symbol));
      }
    }
    return addresses;
  }

  private static boolean data(Symbols symbols, int i) {
    return symbols.defined(i) && symbols.type(i) != Symbols.FUNCTION;
  }

  /** {@return the name under which the program asks for the library, or null if it does not} */
  @Nullable String neededName(String key) {
    if (neededNames.isEmpty()) {
      for (var needed : image.needed()) {
        String own = LibraryName.key(needed.name());
        if (!neededNames.containsKey(own)) {
          neededNames.put(own, needed.name());
        }
      }
    }
    return neededNames.get(key);
  }

  /** {@return whether rustc says that it built the program, or the program shows it} */
  boolean rust() {
    if (!rustKnown) {
      rust = RustOrigin.of(image);
      rustKnown = true;
    }
    return rust;
  }

  /**
   * {@return the crate that holds {@code main}: its own code stands in the program by right; null
   * where that cannot be told}
   */
  @Nullable String rootCrate() {
    if (!rootKnown) {
      rootKnown = true;
      rootCrate = findRoot();
    }
    return rootCrate;
  }

  private @Nullable String findRoot() {
    Symbols symbols = definitions();
    byte[] strings = symbols.strings();
    for (int i = 0; i < symbols.count(); i++) {
      if (symbols.type(i) != Symbols.FUNCTION || !symbols.defined(i)) {
        continue;
      }
      int from = symbols.nameOffset(i);
      int to = from + symbols.nameLength(i);
      if (isMain(strings, from, to)) {
        return RustSymbols.text(strings, RustSymbols.crate(strings, from, to));
      }
    }
    return null;
  }

  /** {@code <crate>::main}: two parts, the second one {@code main}. */
  private static boolean isMain(byte[] strings, int from, int to) {
    long hash = LegacySymbols.hash(strings, from, to);
    if (hash != RustSymbols.NONE) {
      int end = (int) (hash >>> 32) - 3;
      long crate = RustSymbols.crate(strings, from, to);
      return crate != RustSymbols.NONE && end - (int) crate == 5 && endsWith(strings, end, "4main");
    }
    return RustSymbols.isV0(strings, from, to)
        && endsWith(strings, to, "4main")
        && V0Symbols.isTopLevelValue(strings, from, to);
  }

  private static boolean endsWith(byte[] strings, int end, String text) {
    int at = end - text.length();
    if (at < 0) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (strings[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
