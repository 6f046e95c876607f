package dev.binspect.linkage;

import dev.binspect.image.Symbols;
import dev.binspect.rust.RustSymbols;
import java.util.Set;
import java.util.TreeSet;

/**
 * Crates whose object code was linked into an image, by the names of its compilation units and by
 * v0 symbols that no other crate can have instantiated.
 *
 * <p>Legacy symbols are never counted: a program that uses its dylib is full of its own instances
 * of the dylib's generics, and the legacy scheme names them after the dylib's crates.
 */
final class StaticCrates {
  private StaticCrates() {}

  /** {@return the crates, the standard library's left out} */
  static Set<String> of(Symbols symbols) {
    Set<String> crates = new TreeSet<>();
    byte[] strings = symbols.strings();
    NameSet found = new NameSet(strings, 16);
    for (int i = 0; i < symbols.count(); i++) {
      int from = symbols.nameOffset(i);
      int length = symbols.nameLength(i);
      int to = from + length;
      if (symbols.type(i) == Symbols.FILE) {
        int end = codegenUnit(strings, from, to);
        if (end > from) {
          found.add(from, end);
        }
      } else if (symbols.defined(i)
          && symbols.binding(i) == Symbols.GLOBAL
          && symbols.visibility(i) == Symbols.DEFAULT
          && length > 3
          && RustSymbols.isV0(strings, from, to)) {
        long crate = RustSymbols.crate(strings, from, to);
        if (crate != RustSymbols.NONE
            && !found.contains(strings, (int) (crate >>> 32), (int) crate)
            && RustSymbols.instantiatingCrate(strings, from, to) == RustSymbols.NONE
            && !RustSymbols.isGenericInstance(strings, from, to)) {
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
