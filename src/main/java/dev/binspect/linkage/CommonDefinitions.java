package dev.binspect.linkage;

import dev.binspect.image.ElfTables;
import dev.binspect.image.Symbols;
import dev.binspect.rust.RustSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Names that the program defines and the library defines too: the library's code stands in the
 * program.
 *
 * <p>Only names that nobody else could have made count. A Rust symbol's hash (or, under v0, its
 * instantiating crate) tells a program's own instances of generics from the library's, and copies
 * of inline functions are local symbols in both. Names without mangling are weaker: two programmers
 * may both have called a function {@code usage}.
 *
 * @param rust mangled names that the library exports and the program defines
 * @param inner mangled names that the program offers to its linker as global and that the library
 *     has inside; -1 where that was not asked, because {@code rust} leaves no question
 * @param strong unmangled functions that are global in the program and exported by the library
 * @param local unmangled functions that are local in the program and exported by the library
 * @param weak functions that are weak in the program and that no other user of the library has: see
 *     {@link #ownCopy}
 * @param examples some of them, readable
 * @param crates the crates of the mangled ones
 */
record CommonDefinitions(
    long rust,
    long inner,
    long strong,
    long local,
    long weak,
    List<String> examples,
    Set<String> crates) {

  /**
   * Exports in common after which nothing is left to be found out. A library of a thousand crates
   * has a million symbols inside: they are as much to read as the program's own.
   */
  private static final int PLENTY = 1_000;

  static CommonDefinitions of(Program program, Offered offered) {
    Symbols symbols = program.definitions();
    byte[] strings = symbols.strings();
    NameSet offeredByProgram = new NameSet(strings, 16);
    List<String> examples = new ArrayList<>();
    Set<String> crates = new TreeSet<>();
    long rust = 0;
    long strong = 0;
    long local = 0;
    long weak = 0;
    for (int i = 0; i < symbols.count(); i++) {
      int type = symbols.type(i);
      if (!symbols.defined(i) || type == Symbols.SECTION || type == Symbols.FILE) {
        continue;
      }
      int length = symbols.nameLength(i);
      if (length == 0) {
        continue;
      }
      int from = symbols.nameOffset(i);
      int to = from + length;
      boolean exported = offered.offers(strings, from, to);
      boolean global = symbols.binding(i) == Symbols.GLOBAL;
      if (!exported) {
        if (rust < PLENTY
            && global
            && symbols.visibility(i) == Symbols.DEFAULT
            && ownCrate(strings, from, to)
            && !offered.offersAny(strings, from, to)
            && !program.copies().contains(strings, from, to)) {
          offeredByProgram.add(from, to);
        }
        continue;
      }
      if (RustSymbols.isRust(strings, from, to)) {
        if (program.copies().contains(strings, from, to)) {
          continue;
        }
        rust++;
        addCrate(strings, from, to, crates);
      } else if (!code(symbols, i, program) || replaceable(strings, from, to)) {
        continue;
      } else if (global) {
        strong++;
      } else if (symbols.binding(i) == Symbols.LOCAL) {
        local++;
      } else if (ownCopy(strings, from, to, offered)) {
        weak++;
      } else {
        continue;
      }
      example(strings, from, to, examples);
    }
    if (rust >= PLENTY) {
      return new CommonDefinitions(rust, -1, strong, local, weak, examples, crates);
    }
    boolean[] inside = inside(offered, offeredByProgram);
    long inner = 0;
    for (int i = 0; i < inside.length; i++) {
      if (inside[i]) {
        inner++;
        addCrate(strings, offeredByProgram.from(i), offeredByProgram.to(i), crates);
        example(strings, offeredByProgram.from(i), offeredByProgram.to(i), examples);
      }
    }
    return new CommonDefinitions(rust, inner, strong, local, weak, examples, crates);
  }

  /**
   * {@return whether a weak function of the program is a copy of the library's that not every user
   * has}
   *
   * <p>An inline function or a template of C++ is weak in the library, too, and in all its users.
   * One that the library defines for good is inline only where its headers were told to make do
   * without the library. In C a weak name is another name of a function ({@code erf} of {@code
   * __erf}) where it is weak in the library, and else a stand-in for a library that may not be
   * there.
   */
  private static boolean ownCopy(byte[] strings, int from, int to, Offered offered) {
    boolean mangled = to - from > 2 && strings[from] == '_' && strings[from + 1] == 'Z';
    return mangled != offered.offersWeak(strings, from, to);
  }

  private static void addCrate(byte[] strings, int from, int to, Set<String> crates) {
    String crate = RustSymbols.text(strings, RustSymbols.crate(strings, from, to));
    if (crate != null) {
      crates.add(crate);
    }
  }

  private static void example(byte[] strings, int from, int to, List<String> examples) {
    if (examples.size() < 3) {
      examples.add(BoundImports.readable(strings, from, to));
    }
  }

  /**
   * Copy relocations put data of the library into the program by right; functions never are. Mach-O
   * and PE have neither, and their tables know no types.
   */
  private static boolean code(Symbols symbols, int i, Program program) {
    int type = symbols.type(i);
    return type == Symbols.FUNCTION
        || type == Symbols.IFUNC
        || !(program.image().tables() instanceof ElfTables);
  }

  /**
   * {@return whether the name is that of operator new or delete, which every program may define for
   * itself (C++20, 16.4.5.6)}
   */
  private static boolean replaceable(byte[] strings, int from, int to) {
    if (to - from < 5 || strings[from] != '_' || strings[from + 1] != 'Z') {
      return false;
    }
    byte first = strings[from + 2];
    byte second = strings[from + 3];
    return first == 'n' && (second == 'w' || second == 'a')
        || first == 'd' && (second == 'l' || second == 'a');
  }

  private static boolean ownCrate(byte[] strings, int from, int to) {
    long crate = RustSymbols.crate(strings, from, to);
    return crate != RustSymbols.NONE
        && !RustSymbols.isStandard(strings, (int) (crate >>> 32), (int) crate);
  }

  /**
   * {@return for each of some Rust names whether the library defines such a function}
   *
   * <p>A library's symbols are far more than a program's, and a program that uses it offers next to
   * no names: they are read only where there is a question.
   */
  private static boolean[] inside(Offered offered, NameSet names) {
    boolean[] inside = new boolean[names.size()];
    if (names.size() == 0) {
      return inside;
    }
    Symbols symbols = offered.symbols();
    byte[] strings = symbols.strings();
    for (int i = 0; i < symbols.count(); i++) {
      if (symbols.defined(i) && symbols.type(i) == Symbols.FUNCTION) {
        int from = symbols.nameOffset(i);
        int at = names.indexOf(strings, from, from + symbols.nameLength(i));
        if (at >= 0) {
          inside[at] = true;
        }
      }
    }
    return inside;
  }

  /** {@return all of them, as the report counts} */
  long total() {
    return rust + Math.max(0, inner) + strong + local + weak;
  }

  /** {@return whether what the library has inside was not counted, only what it exports} */
  boolean exportsAlone() {
    return inner < 0;
  }

  /**
   * {@return whether all that they have in common is one name, which another programmer may have
   * chosen as well, and the library has more}
   */
  boolean lone(long exports) {
    return total() == 1 && strong == 1 && exports > 1;
  }

  /** {@return whether there is no other explanation than the library's code in the program} */
  boolean proves(long exports) {
    if (rust > 0 || inner > 0) {
      return true;
    }
    // One name in common may be chance, unless the library has hardly any; all of them are none.
    return (strong + local >= 2 && strong + local >= exports)
        || strong >= 2
        || (strong == 1 && exports <= 3)
        || local >= 4;
  }
}
