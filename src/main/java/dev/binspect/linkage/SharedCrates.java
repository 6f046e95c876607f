package dev.binspect.linkage;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Crates of the library whose code stands in the program as well. */
final class SharedCrates {
  private SharedCrates() {}

  static Set<String> of(Findings findings, Offered offered, CommonDefinitions common) {
    Set<String> crates = linked(findings, common.total() == 0);
    Set<String> unexplained = new TreeSet<>(crates);
    unexplained.removeAll(offered.crates());
    if (!unexplained.isEmpty()) {
      // A library's full table has a million symbols: it is read only where there is a question.
      unexplained.removeAll(StaticCrates.of(offered.symbols()));
      crates.removeAll(unexplained);
    }
    crates.addAll(common.crates());
    String root = findings.program().rootCrate();
    if (root != null) {
      crates.remove(root);
    }
    if (!crates.isEmpty()) {
      findings.staticCrates(crates);
      findings.add(
          "static-crates",
          "code of "
              + named(crates)
              + ", which "
              + findings.candidate().name()
              + " offers, stands in the program"
              + (common.total() == 0 && !findings.program().stripped()
                  ? ", but none of its symbols are the same: another version, or built otherwise"
                  : ""));
    }
    return crates;
  }

  /** {@return those of a library's crates whose object code was linked into the program} */
  static Set<String> inProgram(Findings findings, Set<String> library) {
    if (library.isEmpty()) {
      return new TreeSet<>();
    }
    Set<String> crates = linked(findings, true);
    crates.retainAll(library);
    return crates;
  }

  /**
   * {@return crates besides the program's own whose object code was linked into it}
   *
   * @param deep whether debug information and Cargo's archives are to be read, too
   */
  private static Set<String> linked(Findings findings, boolean deep) {
    Program program = findings.program();
    Set<String> crates = new TreeSet<>(StaticCrates.of(program));
    if (deep && !program.stripped()) {
      // Incremental builds call their units by bare hashes; debug information still knows.
      crates.addAll(program.unitNames().crates());
      if (findings.folder() != null && findings.units() != null) {
        crates.addAll(
            ArchiveMembers.crates(
                program.definitions(), findings.folder(), findings.units(), program.door()));
      }
    }
    String root = program.rootCrate();
    if (root != null) {
      crates.remove(root);
    }
    return crates;
  }

  /** {@return them in words} */
  static String named(Collection<String> crates) {
    return (crates.size() == 1 ? "the crate " : "the crates ") + String.join(", ", crates);
  }
}
