package dev.binspect.linkage;

import dev.binspect.image.ElfTables;
import dev.binspect.image.Symbols;
import dev.binspect.rust.RustSymbols;
import java.util.Arrays;

/**
 * Functions that the program defines under names of the library's, by their lengths: code of one
 * source has nearly one length, whoever linked it, and a mock that stands in for a function has its
 * own.
 *
 * @param compared functions in both that are long enough to be told apart
 * @param alike those that are as long in the one as in the other
 * @param speaks whether the library has so much text that the program would have some of it
 */
record StandIns(int compared, int alike, boolean speaks) {
  private static final StandIns NONE = new StandIns(0, 0, false);

  /** Shorter ones are alike by chance. */
  private static final int MIN_SIZE = 40;

  /** Who writes mocks writes few: more are a library, built with other options. */
  private static final int MOST = 12;

  /**
   * {@return the functions that may be another programmer's; none where they are the library's, as
   * far as lengths, text, code and tables tell}
   */
  static StandIns of(Findings findings, Offered offered, CommonDefinitions common) {
    if (common.rust() > 0 || common.inner() > 0) {
      return NONE;
    }
    StandIns found = byLength(findings.program(), offered);
    if (found.compared < 2 || found.compared > MOST || found.alike * 3 >= found.compared) {
      return NONE;
    }
    // The library's own code, built with other options, says the same and has the same tables; a
    // few stretches of text may be chance.
    CommonStrings strings = findings.strings(offered);
    boolean says = strings.found() >= 6 || strings.found() * 10L > strings.compared();
    boolean has =
        says || findings.bodies(offered).found() > 0 || AbsentLibrary.tables(findings, offered);
    boolean speaks = strings.compared() >= 10;
    return has || (!speaks && !found.all())
        ? NONE
        : new StandIns(found.compared, found.alike, speaks);
  }

  /** {@return whether the one function of a library's name is as long as the library's} */
  static boolean oneOfItsLength(Program program, Offered offered) {
    StandIns found = byLength(program, offered);
    return found.compared == 1 && found.alike == 1;
  }

  private static StandIns byLength(Program program, Offered offered) {
    if (!(offered.image().tables() instanceof ElfTables elf)
        || !(program.image().tables() instanceof ElfTables)) {
      return NONE;
    }
    Symbols own = program.definitions();
    byte[] strings = own.strings();
    NameSet names = new NameSet(strings, 16);
    long[] sizes = new long[16];
    for (int i = 0; i < own.count(); i++) {
      int from = own.nameOffset(i);
      int to = from + own.nameLength(i);
      if (own.defined(i)
          && own.type(i) == Symbols.FUNCTION
          && own.binding(i) != Symbols.WEAK
          && to > from
          && offered.offers(strings, from, to)
          && !RustSymbols.isRust(strings, from, to)
          && names.add(from, to)) {
        if (names.size() > sizes.length) {
          sizes = Arrays.copyOf(sizes, 2 * sizes.length);
        }
        sizes[names.size() - 1] = own.size(i);
      }
    }
    // Of a function that the library has in several versions one may be alike.
    boolean[] seen = new boolean[names.size()];
    boolean[] same = new boolean[names.size()];
    Symbols theirs = elf.symbols();
    for (int i = 1; i < theirs.count(); i++) {
      if (!theirs.defined(i) || theirs.type(i) != Symbols.FUNCTION) {
        continue;
      }
      int from = theirs.nameOffset(i);
      int at = names.indexOf(theirs.strings(), from, from + theirs.nameLength(i));
      if (at >= 0) {
        long one = Math.min(sizes[at], theirs.size(i));
        long other = Math.max(sizes[at], theirs.size(i));
        seen[at] |= one > 0 && other >= MIN_SIZE;
        same[at] |= other - one <= other / 16;
      }
    }
    int compared = 0;
    int alike = 0;
    for (int i = 0; i < seen.length; i++) {
      if (seen[i]) {
        compared++;
        alike += same[i] ? 1 : 0;
      }
    }
    return new StandIns(compared, alike, false);
  }

  /** {@return whether there are any} */
  boolean any() {
    return compared > 0;
  }

  /** {@return whether there are several, and none is as long as the library's} */
  boolean all() {
    return compared >= 3 && alike == 0;
  }

  /** {@return them in words} */
  String inWords(String library) {
    return (compared - alike)
        + " of "
        + compared
        + " functions of the library's names have another length in the program than in "
        + library
        + ", of which nothing else stands there";
  }
}
