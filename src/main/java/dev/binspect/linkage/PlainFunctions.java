package dev.binspect.linkage;

import dev.binspect.image.ElfTables;
import dev.binspect.image.Symbols;
import dev.binspect.rust.RustSymbols;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Functions that a Rust program offers its linker under names without a crate: objects of C or
 * another language were linked into it. What the compilers' start-up code and the runtime bring
 * along is left out.
 *
 * @param count how many there are
 * @param examples some of their names; those of the library first
 * @param ofLibrary how many begin with the library's name: {@code sqlite3_open} is sqlite3's
 */
record PlainFunctions(long count, List<String> examples, long ofLibrary) {
  private static final PlainFunctions NONE = new PlainFunctions(0, List.of(), 0);

  private static final int MOST_EXAMPLES = 3;
  private static final byte[] MAIN = "main".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RUST = "rust_".getBytes(StandardCharsets.US_ASCII);

  /**
   * Looks for them in an ELF program; the other formats' start-up code has too many names.
   *
   * @param library the key of the library that is asked about
   */
  static PlainFunctions of(Program program, String library) {
    if (!(program.image().tables() instanceof ElfTables)) {
      return NONE;
    }
    Symbols symbols = program.definitions();
    byte[] strings = symbols.strings();
    byte[] prefix = (library + "_").getBytes(StandardCharsets.UTF_8);
    TreeSet<String> own = new TreeSet<>();
    TreeSet<String> others = new TreeSet<>();
    long count = 0;
    long ofLibrary = 0;
    for (int i = 0; i < symbols.count(); i++) {
      if (symbols.type(i) != Symbols.FUNCTION
          || !symbols.defined(i)
          || symbols.binding(i) != Symbols.GLOBAL) {
        continue;
      }
      int from = symbols.nameOffset(i);
      int to = from + symbols.nameLength(i);
      if (to == from || RustSymbols.isRust(strings, from, to) || startUp(strings, from, to)) {
        continue;
      }
      count++;
      boolean named = startsWith(strings, from, to, prefix);
      ofLibrary += named ? 1 : 0;
      TreeSet<String> names = named ? own : others;
      if (names.size() < MOST_EXAMPLES) {
        names.add(new String(strings, from, to - from, StandardCharsets.UTF_8));
      }
    }
    List<String> examples = new ArrayList<>(own);
    for (String name : others) {
      if (examples.size() < MOST_EXAMPLES) {
        examples.add(name);
      }
    }
    return new PlainFunctions(count, List.copyOf(examples), ofLibrary);
  }

  /** What begins with an underscore is the implementation's (C11, 7.1.3). */
  private static boolean startUp(byte[] strings, int from, int to) {
    return strings[from] == '_'
        || to - from == MAIN.length && startsWith(strings, from, to, MAIN)
        || startsWith(strings, from, to, RUST);
  }

  private static boolean startsWith(byte[] strings, int from, int to, byte[] text) {
    return to - from >= text.length
        && Arrays.equals(strings, from, from + text.length, text, 0, text.length);
  }
}
