package dev.binspect.linkage;

import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.rust.RustSymbols;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Symbols that nothing defines at the program's start and that one library should have defined. */
final class UndefinedSymbols {
  private UndefinedSymbols() {}

  /** {@return how many of the program's undefined symbols were meant to come from the library} */
  static long count(Findings findings, Offered offered) {
    Candidate candidate = findings.candidate();
    LoadPlan plan = findings.search().best();
    boolean complete = complete(plan, candidate);
    // What a plug-in asks for without a version may be its host's: perl's modules ask for Perl_…
    boolean hosted = findings.program().image().kind() != Kind.EXECUTABLE;
    List<String> versions = versions(candidate, findings.program());
    long count = 0;
    List<String> examples = new ArrayList<>();
    for (LoadPlan.Undefined one : plan.undefined()) {
      if (one.requiredBy().equals(findings.program().path())
          && meant(one, candidate, offered, versions, complete, hosted, plan)) {
        count++;
        if (examples.size() < 3) {
          byte[] name = one.symbol().getBytes(StandardCharsets.UTF_8);
          examples.add(BoundImports.readable(name, 0, name.length));
        }
      }
    }
    if (count > 0) {
      findings.add(
          "undefined",
          Findings.symbols(count)
              + " that the program needs of "
              + candidate.name()
              + " "
              + (count == 1 ? "is" : "are")
              + " not in "
              + candidate.file()
              + ": "
              + SymbolNames.examples(examples, count));
    }
    return count;
  }

  /**
   * {@return whether the program's symbol was meant to come from the library}
   *
   * @param versions that the program needs of it
   * @param complete whether no other library is missing: a name that says nothing of its origin may
   *     be the missing one's
   * @param hosted whether it may be that of a program which loads this one
   */
  private static boolean meant(
      LoadPlan.Undefined one,
      Candidate candidate,
      Offered offered,
      List<String> versions,
      boolean complete,
      boolean hosted,
      LoadPlan plan) {
    byte[] name = one.symbol().getBytes(StandardCharsets.UTF_8);
    if (!candidate.loaded() && offered.offersAny(name, 0, name.length)) {
      // The loader does not find the library; the file that was named or found beside it has it.
      return false;
    }
    String crate = RustSymbols.text(name, RustSymbols.crate(name, 0, name.length));
    if (crate == null) {
      // A version names its file; without one any library that offers no crates may be meant.
      return one.version().isEmpty()
          ? complete && !hosted && offered.crates().isEmpty()
          : versions.contains(one.version());
    }
    if (RustSymbols.isStandard(crate)) {
      return false;
    }
    // What the library is called after is its own crate, though it offers nothing of that any more.
    return offered.crates().contains(crate)
        || crate.equals(candidate.key())
        || (complete && alone(plan, candidate));
  }

  /**
   * {@return whether no other library that is loaded could have had a crate: a dylib that was built
   * again without it does not say so, and a file of that name without any Rust in it is the wrong
   * file}
   */
  private static boolean alone(LoadPlan plan, Candidate candidate) {
    for (LoadedObject object : plan.objects()) {
      Image image = object.image();
      if (object.depth() > 0
          && image != null
          && !LibraryName.isStd(object.name())
          && !object.path().equals(candidate.file())
          && RustOrigin.of(image)) {
        return false;
      }
    }
    return true;
  }

  private static boolean complete(LoadPlan plan, Candidate candidate) {
    for (LoadPlan.Missing one : plan.missing()) {
      if (!LibraryName.key(one.name()).equals(candidate.key()) && !LibraryName.isStd(one.name())) {
        return false;
      }
    }
    return true;
  }

  private static List<String> versions(Candidate candidate, Program program) {
    if (program.image().tables() instanceof ElfTables elf) {
      for (ElfTables.VersionNeed need : elf.versionsNeeded()) {
        if (LibraryName.key(need.file()).equals(candidate.key())) {
          return need.versions();
        }
      }
    }
    return List.of();
  }
}
