package dev.binspect.linkage;

import java.util.Set;
import java.util.TreeSet;

/** Crates of the library whose code stands in the program as well. */
final class SharedCrates {
  private SharedCrates() {}

  static Set<String> of(Findings findings, Offered offered, CommonDefinitions common) {
    Program program = findings.program();
    Set<String> library = new TreeSet<>(offered.crates());
    library.addAll(StaticCrates.of(offered.symbols()));
    Set<String> crates = new TreeSet<>();
    if (!library.isEmpty()) {
      crates.addAll(StaticCrates.of(program.definitions()));
      if (common.total() == 0 && !program.stripped()) {
        // Incremental builds call their units by bare hashes; debug information still knows.
        crates.addAll(UnitNames.crates(program.image()));
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
    }
    crates.addAll(common.crates());
    String root = program.rootCrate();
    if (root != null) {
      crates.remove(root);
    }
    if (!crates.isEmpty()) {
      findings.staticCrates(crates);
      findings.add(
          "static-crates",
          "code of "
              + (crates.size() == 1 ? "the crate " : "the crates ")
              + String.join(", ", crates)
              + ", which "
              + findings.candidate().name()
              + " offers, stands in the program");
    }
    return crates;
  }
}
