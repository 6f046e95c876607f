package dev.binspect.linkage;

import dev.binspect.image.Symbols;
import dev.binspect.rust.RustSymbols;
import java.util.Set;
import java.util.TreeSet;

/**
 * Crates other than the program's own and the standard library's of which anything stands in the
 * program, by the best source that is left: a suspicion where the expected library is not at hand.
 *
 * @param source what shows them
 * @param generics whether they may be instances of generics alone: of another library, which the
 *     program does use, or of crates of which it has no compilation unit, though it has its own.
 *     Names and panics tell nothing of whose code that is
 */
record ForeignCrates(Set<String> crates, String source, boolean generics) {
  static ForeignCrates of(Program program) {
    String root = program.rootCrate();
    Set<String> crates = StaticCrates.of(program);
    crates.addAll(program.unitNames().crates());
    boolean unitsKnown = crates.remove(String.valueOf(root)) || program.unitNames().any();
    if (!crates.isEmpty()) {
      return new ForeignCrates(crates, "compilation units", false);
    }
    boolean generics = program.asksForCrates() || (unitsKnown && !StaticCrates.merged(program));
    for (boolean global : new boolean[] {true, false}) {
      crates = named(program.definitions(), global);
      crates.remove(String.valueOf(root));
      if (!crates.isEmpty()) {
        return new ForeignCrates(crates, global ? "global symbols" : "local symbols", generics);
      }
    }
    return program.stripped()
        ? new ForeignCrates(
            PanicSources.of(program.image()).crates(),
            "paths of sources in panic messages",
            generics)
        : new ForeignCrates(crates, "no symbols", generics);
  }

  private static Set<String> named(Symbols symbols, boolean global) {
    Set<String> crates = new TreeSet<>();
    byte[] strings = symbols.strings();
    NameSet found = new NameSet(strings, 16);
    for (int i = 0; i < symbols.count(); i++) {
      if (!symbols.defined(i) || (symbols.binding(i) == Symbols.GLOBAL) != global) {
        continue;
      }
      int from = symbols.nameOffset(i);
      long crate = RustSymbols.crate(strings, from, from + symbols.nameLength(i));
      if (crate != RustSymbols.NONE) {
        found.add((int) (crate >>> 32), (int) crate);
      }
    }
    for (int i = 0; i < found.size(); i++) {
      if (!RustSymbols.isStandard(strings, found.from(i), found.to(i))) {
        crates.add(
            String.valueOf(RustSymbols.text(strings, (long) found.from(i) << 32 | found.to(i))));
      }
    }
    return crates;
  }
}
