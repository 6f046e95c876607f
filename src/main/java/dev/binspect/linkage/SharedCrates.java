package dev.binspect.linkage;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Crates of the library whose code stands in the program as well. */
final class SharedCrates {
  private SharedCrates() {}

  static Set<String> of(Findings findings, Offered offered, CommonDefinitions common) {
    Set<String> library = new TreeSet<>(offered.crates());
    library.addAll(StaticCrates.of(offered.symbols()));
    Set<String> crates = inProgram(findings, library, common.total() == 0);
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
              + " offers, stands in the program");
    }
    return crates;
  }

  /**
   * {@return those of a library's crates whose object code was linked into the program}
   *
   * @param deep whether debug information and Cargo's archives are to be read, too
   */
  static Set<String> inProgram(Findings findings, Set<String> library, boolean deep) {
    Program program = findings.program();
    Set<String> crates = new TreeSet<>();
    if (library.isEmpty()) {
      return crates;
    }
    crates.addAll(StaticCrates.of(program));
    if (deep && !program.stripped()) {
      // Incremental builds call their units by bare hashes; debug information still knows.
      crates.addAll(program.unitNames().crates());
      if (findings.folder() != null && findings.units() != null) {
        crates.addAll(
            ArchiveMembers.crates(
                program.definitions(),
                findings.folder(),
                findings.units(),
                library,
                program.door()));
      }
    }
    crates.retainAll(library);
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
