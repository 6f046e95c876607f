package dev.binspect.linkage;

import dev.binspect.linkage.Linkage.Dylib;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoUnits;
import org.jspecify.annotations.Nullable;

/**
 * Weighs the evidence for one library, the cheapest first, until nothing could change the answer.
 */
final class DylibJudge {
  private DylibJudge() {}

  static Dylib judge(
      Program program,
      Search search,
      Candidate candidate,
      @Nullable CargoFolder folder,
      @Nullable CargoUnits units) {
    Findings findings = new Findings(program, search, candidate, folder, units);
    Offered offered = findings.offered();
    if (offered != null) {
      imports(findings, offered);
    }
    return candidate.needed() ? NeededLibrary.judge(findings) : AbsentLibrary.judge(findings);
  }

  private static void imports(Findings findings, Offered offered) {
    Program program = findings.program();
    Candidate candidate = findings.candidate();
    BoundImports bound =
        SymbolNames.namesLibraries(program.image()) && candidate.neededName() != null
            ? program.importsByLibrary().named(candidate.neededName())
            : BoundImports.of(program, offered);
    findings.imports(bound.count());
    if (bound.count() > 0) {
      findings.add(
          "imports",
          "the program asks for "
              + Findings.symbols(bound.count())
              + " that "
              + candidate.name()
              + " defines: "
              + SymbolNames.examples(bound.examples(), bound.count()));
    }
  }
}
