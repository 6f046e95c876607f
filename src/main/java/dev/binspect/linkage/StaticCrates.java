package dev.binspect.linkage;

import dev.binspect.image.Needed;
import dev.binspect.image.Symbols;
import dev.binspect.rust.RustSymbols;
import dev.binspect.rust.V0Symbols;
import java.util.Set;
import java.util.TreeSet;

/**
 * Crates whose object code was linked into an image, by the names of its compilation units, by its
 * statics (rustc makes a static in the crate that declares it, and in no other), and by v0 symbols
 * that no other crate can have instantiated.
 *
 * <p>Functions under the legacy scheme are never counted: a program that uses its dylib is full of
 * its own instances of the dylib's generics, and the legacy scheme names them after the dylib's
 * crates.
 */
final class StaticCrates {
  private StaticCrates() {}

  /** {@return the crates in a library, the standard library's left out} */
  static Set<String> of(Symbols symbols) {
    return of(symbols, new NameSet(symbols.strings(), 0));
  }

  /** {@return the crates in the program, the standard library's left out} */
  static Set<String> of(Program program) {
    return of(program.definitions(), program.copies());
  }

  /**
   * {@return whether fat link-time optimisation made one unit of all: the program has the standard
   * library inside, and no unit of that is left}
   *
   * <p>What is short is inlined then, wherever it came from, and its name is gone.
   */
  static boolean merged(Program program) {
    for (Needed needed : program.image().needed()) {
      if (LibraryName.isStd(needed.name())) {
        return false;
      }
    }
    Symbols symbols = program.definitions();
    byte[] strings = symbols.strings();
    boolean units = false;
    for (int i = 0; i < symbols.count(); i++) {
      if (symbols.type(i) != Symbols.FILE) {
        continue;
      }
      int from = symbols.nameOffset(i);
      int end = codegenUnit(strings, from, from + symbols.nameLength(i));
      if (end > from) {
        units = true;
        if (RustSymbols.isStandard(strings, from, end)) {
          return false;
        }
      }
    }
    return units;
  }

  private static Set<String> of(Symbols symbols, NameSet copies) {
    Set<String> crates = new TreeSet<>();
    byte[] strings = symbols.strings();
    NameSet found = new NameSet(strings, 16);
    for (int i = 0; i < symbols.count(); i++) {
      int type = symbols.type(i);
      boolean data = type == Symbols.OBJECT || type == Symbols.TLS;
      boolean offered =
          symbols.binding(i) == Symbols.GLOBAL && symbols.visibility(i) == Symbols.DEFAULT;
      // Of a library's million symbols most are none of these: their names are not read.
      if (type != Symbols.FILE && (!(data || offered) || !symbols.defined(i))) {
        continue;
      }
      int from = symbols.nameOffset(i);
      int to = from + symbols.nameLength(i);
      if (type == Symbols.FILE) {
        int end = codegenUnit(strings, from, to);
        if (end > from) {
          found.add(from, end);
        }
      } else if (data) {
        long crate = declaringCrate(strings, from, to);
        if (crate != RustSymbols.NONE && !copies.contains(strings, from, to)) {
          found.add((int) (crate >>> 32), (int) crate);
        }
      } else if (to - from > 3 && RustSymbols.isV0(strings, from, to)) {
        long crate = RustSymbols.crate(strings, from, to);
        if (crate != RustSymbols.NONE
            && !found.contains(strings, (int) (crate >>> 32), (int) crate)
            && V0Symbols.instantiatingCrate(strings, from, to) == RustSymbols.NONE
            && !V0Symbols.isGenericInstance(strings, from, to)) {
          found.add((int) (crate >>> 32), (int) crate);
        }
      }
    }
    for (int i = 0; i < found.size(); i++) {
      if (!RustSymbols.isStandard(strings, found.from(i), found.to(i))) {
        long range = (long) found.from(i) << 32 | found.to(i);
        crates.add(String.valueOf(RustSymbols.text(strings, range)));
      }
    }
    return crates;
  }

  /**
   * {@return the crate that a static stands in, or {@link RustSymbols#NONE}}
   *
   * <p>Of a static within a trait's method the legacy scheme names the type's crate, and the impl
   * may stand in the trait's. What a linker makes for a symbol it calls after it: mold's {@code
   * _RNv…$got} is no static of that crate.
   */
  private static long declaringCrate(byte[] strings, int from, int to) {
    long crate = RustSymbols.crate(strings, from, to);
    if (crate == RustSymbols.NONE) {
      return crate;
    }
    if (RustSymbols.isV0(strings, from, to)) {
      for (int i = from; i < to; i++) {
        if (strings[i] == '$') {
          return RustSymbols.NONE;
        }
      }
      return crate;
    }
    byte before = strings[(int) (crate >>> 32) - 1];
    return before >= '0' && before <= '9' ? crate : RustSymbols.NONE;
  }

  /** {@return where the crate's name ends in {@code alpha.2c9558739ed8aee4-cgu.0}, or -1} */
  static int codegenUnit(byte[] strings, int from, int to) {
    int dot = from;
    while (dot < to && strings[dot] != '.') {
      byte c = strings[dot];
      if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_')) {
        return -1;
      }
      dot++;
    }
    int at = dot + 1;
    int digits = at;
    while (at < to
        && (strings[at] >= '0' && strings[at] <= '9' || strings[at] >= 'a' && strings[at] <= 'f')) {
      at++;
    }
    boolean unit =
        at - digits >= 8
            && at - digits <= 16
            && to - at >= 5
            && strings[at] == '-'
            && strings[at + 1] == 'c'
            && strings[at + 2] == 'g'
            && strings[at + 3] == 'u'
            && strings[at + 4] == '.';
    return unit && dot > from ? dot : -1;
  }
}
