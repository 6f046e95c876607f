package dev.binspect.linkage;

import dev.binspect.image.SearchPaths;
import dev.binspect.linkage.Linkage.Dylib;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.PackageGraph;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges a library that the program names as needed. */
final class NeededLibrary {
  /** Places that a sentence names. */
  private static final int MOST_PLACES = 64;

  private NeededLibrary() {}

  static Dylib judge(Findings findings) {
    Program program = findings.program();
    Candidate candidate = findings.candidate();
    findings.add("needed", "the program names " + candidate.neededName() + " as needed");
    if (candidate.missing()) {
      findings.add(
          "missing",
          candidate.neededName()
              + (findings.search().cargoPath().isEmpty()
                  ? " is not found"
                  : " is found neither in a plain shell nor with Cargo's library path")
              + searched(findings));
      return findings.verdict(Verdict.UNRESOLVABLE, Confidence.CERTAIN);
    }
    Offered offered = findings.offered();
    if (offered == null) {
      return notAtHand(findings);
    }
    if (UndefinedSymbols.count(findings, offered) > 0) {
      return findings.verdict(Verdict.STALE, Confidence.CERTAIN);
    }
    if (findings.imports() == 0) {
      return unasked(findings, offered);
    }
    if (candidate.expectedBy().equals("needed")
        && (!offered.rust() || LibraryName.isCompiler(candidate.name()))) {
      // Nobody expected it: names in common would be no one's mistake.
      return findings.verdict(Verdict.USED, Confidence.CERTAIN);
    }
    CommonDefinitions common = findings.commonDefinitions(offered);
    Set<String> crates = SharedCrates.of(findings, offered, common);
    if (!crates.isEmpty()) {
      return findings.verdict(Verdict.PARTIAL, Confidence.HIGH);
    }
    if (common.proves(offered.count())) {
      StandIns standIns = StandIns.of(findings, offered, common);
      if (!standIns.any()) {
        return findings.verdict(Verdict.PARTIAL, Confidence.HIGH);
      }
      // What a program puts in place of a few of a library's functions is not the library's code.
      findings.add("stand-ins", standIns.inWords(candidate.name()));
      return standIns.alike() == 0
          ? findings.verdict(Verdict.USED, Confidence.MEDIUM)
          : findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
    }
    newer(findings, offered);
    if (!program.stripped()) {
      return findings.verdict(Verdict.USED, Confidence.CERTAIN);
    }
    Set<String> others =
        PanicSources.of(program.image())
            .otherVersionsThan(PanicSources.of(offered.image()), offered.crates());
    if (!others.isEmpty()) {
      findings.staticCrates(others);
      findings.add(
          "static-crates",
          "sources that the program's panics name are of another version of "
              + SharedCrates.named(others)
              + " than the library's");
      return findings.verdict(Verdict.PARTIAL, Confidence.LOW);
    }
    CommonBodies bodies = findings.bodies(offered);
    if (bodies.found() >= 2 && bodies.found() * 20L >= bodies.compared()) {
      // Equal code alone may be two crates made after one pattern: their texts tell them apart.
      CommonStrings strings = findings.strings(offered);
      boolean little = strings.compared() < 40 && CommonStrings.hasStandardInside(offered.image());
      if (little || (strings.found() >= 12 && strings.found() * 20 >= strings.compared())) {
        return findings.verdict(Verdict.PARTIAL, Confidence.LOW);
      }
    }
    return findings.verdict(Verdict.USED, Confidence.HIGH);
  }

  private static Dylib unasked(Findings findings, Offered offered) {
    Candidate candidate = findings.candidate();
    LoadedObject user = LibraryUser.of(findings.search(), candidate, offered);
    if (user != null) {
      findings.add(
          "used-by-library",
          "the program itself asks nothing of "
              + candidate.name()
              + ", but "
              + user.path()
              + " does");
      return findings.verdict(Verdict.USED, Confidence.HIGH);
    }
    long bound = bound(findings, offered);
    if (bound > 0) {
      findings.add(
          "bound",
          "the program asks for none of its "
              + offered.count()
              + " own symbols, but the loader binds "
              + bound
              + (bound == 1 ? " look-up" : " look-ups")
              + " of the program to it: instances of the standard library's generics");
      return findings.verdict(Verdict.USED, Confidence.MEDIUM);
    }
    findings.add("imports", "the program asks for none of its " + offered.count() + " symbols");
    return findings.verdict(Verdict.LINKED_UNUSED, Confidence.CERTAIN);
  }

  /** {@return look-ups of the program that the library answers, or would if it were found} */
  private static long bound(Findings findings, Offered offered) {
    LoadPlan plan = findings.search().best();
    String program = findings.program().path();
    long lookups = 0;
    for (LoadPlan.Pair pair : plan.pairs()) {
      if (pair.from().equals(program) && pair.to().equals(findings.candidate().file())) {
        lookups += pair.lookups();
      }
    }
    if (!findings.candidate().loaded()) {
      for (LoadPlan.Undefined one : plan.undefined()) {
        byte[] name = one.symbol().getBytes(StandardCharsets.UTF_8);
        if (one.requiredBy().equals(program) && offered.offersAny(name, 0, name.length)) {
          lookups++;
        }
      }
    }
    return lookups;
  }

  /** A library that is newer than the program may not be the one that it was linked against. */
  private static void newer(Findings findings, Offered offered) {
    Program program = findings.program();
    String file = findings.candidate().file();
    if (file == null) {
      return;
    }
    long library = program.door().modified(file);
    long own = program.door().modified(program.path());
    if (library > 0 && own > 0 && library - own > 2000) {
      boolean v0 = offered.crates().isEmpty() || offered.usesV0();
      findings.add(
          "newer-library",
          file
              + " was written after the program"
              + (v0
                  ? ": v0 names do not change with a type's layout, so nothing would notice"
                  : ""));
    }
  }

  private static Dylib notAtHand(Findings findings) {
    Program program = findings.program();
    String needed = findings.candidate().neededName();
    if (SymbolNames.namesLibraries(program.image()) && needed != null) {
      BoundImports bound = program.importsByLibrary().named(needed);
      findings.imports(bound.count());
      if (bound.count() > 0) {
        findings.add(
            "imports",
            "the program asks it for "
                + Findings.symbols(bound.count())
                + ": "
                + SymbolNames.examples(bound.examples(), bound.count()));
        return findings.verdict(Verdict.USED, Confidence.HIGH);
      }
      findings.add("imports", "nothing binds to it");
      return findings.verdict(Verdict.LINKED_UNUSED, Confidence.HIGH);
    }
    Search search = findings.search();
    if (!search.knowsCargo() && program.rust()) {
      CargoFolder build = findings.folder();
      if (build != null) {
        findings.add(
            "missing", "it is gone from the build that the program was made in: " + build.build());
        return findings.verdict(Verdict.UNRESOLVABLE, Confidence.HIGH);
      }
      List<String> own = ownPlaces(program);
      if (!own.isEmpty()) {
        findings.add(
            "search-path",
            "the program itself tells where its libraries are to be found ("
                + String.join(":", own)
                + "), and it is not there: lost, or left behind when the program was copied; what"
                + " the program would bind to, only the library tells (--expect with its path, or"
                + " --cargo-dir)");
        return findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
      }
      findings.add(
          "search",
          "it is not found in a plain shell, and the library path that Cargo would set is not known"
              + " (--cargo-dir names Cargo's folder)");
    }
    Map<String, Integer> crates = BoundImports.byCrate(program);
    if (!crates.isEmpty()) {
      return askedByCrate(findings, crates);
    }
    Unbound unbound = Unbound.of(program, search);
    if (!unbound.names().isEmpty()) {
      findings.add(
          "imports",
          "the library is not at hand; no other library defines "
              + SymbolNames.examples(unbound.names(), unbound.names().size())
              + ", which the program asks for");
      return askedByName(findings);
    }
    if (unbound.standard() > 0) {
      findings.add(
          "imports",
          "the library is not at hand; the program asks for no crate's symbols but the standard"
              + " library's, which is not at hand either");
      return findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
    }
    findings.add(
        "imports", "the library is not at hand, and the program asks for no crate's symbols");
    return findings.verdict(
        program.rust() ? Verdict.LINKED_UNUSED : Verdict.UNKNOWN, Confidence.LOW);
  }

  /**
   * {@return the folders that the program names for libraries of its own: where there are none,
   * Cargo's library path alone was ever meant to find them}
   */
  private static List<String> ownPlaces(Program program) {
    List<String> places = new ArrayList<>();
    SearchPaths paths = program.image().searchPaths();
    for (List<String> folders : List.of(paths.rpath(), paths.runpath())) {
      for (String folder : folders) {
        if (!folder.isEmpty() && !folder.contains("/rustlib/") && !folder.contains("/.rustup/")) {
          places.add(folder);
        }
      }
    }
    return places;
  }

  /** The program asks for Rust's own names: of the crates that the library has, these are known. */
  private static Dylib askedByCrate(Findings findings, Map<String, Integer> asked) {
    Program program = findings.program();
    long count = 0;
    for (int one : asked.values()) {
      count += one;
    }
    findings.add(
        "imports",
        "the library is not at hand; the program asks for "
            + Findings.symbols(count)
            + " of the crates "
            + String.join(", ", asked.keySet()));
    Set<String> both = SharedCrates.inProgram(findings, asked.keySet());
    if (!both.isEmpty()) {
      findings.staticCrates(both);
      findings.add(
          "static-crates",
          "code of " + SharedCrates.named(both) + " stands in the program as well");
      return findings.verdict(Verdict.PARTIAL, Confidence.MEDIUM);
    }
    if (program.stripped()) {
      Set<String> others = PanicSources.of(program.image()).otherVersions(asked.keySet());
      if (!others.isEmpty()) {
        findings.add(
            "stripped",
            "sources that panics name seem to be of another version of "
                + SharedCrates.named(others)
                + " than the library's; without the library and the program's symbols nothing tells"
                + " whether code of it stands in the program as well");
        return findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
      }
      findings.add(
          "stripped",
          "without the library and the program's symbols nothing tells whether code of it stands in"
              + " the program as well");
      return findings.verdict(Verdict.USED, Confidence.LOW);
    }
    return findings.verdict(Verdict.USED, Confidence.MEDIUM);
  }

  /**
   * The program asks for names without a crate: a C library, or a cdylib, which has its own copy of
   * whatever crates it is made of.
   */
  private static Dylib askedByName(Findings findings) {
    Program program = findings.program();
    String needed = findings.candidate().neededName();
    boolean ofTheSystem = needed != null && needed.contains(".so.");
    if (program.rust() && !ofTheSystem) {
      PackageGraph packages = BuildPlace.packages(findings);
      Set<String> below =
          packages == null
              ? null
              : BuildPlace.below(packages, findings.candidate().key(), findings);
      if (below != null) {
        return byPackages(findings, below);
      }
      ForeignCrates foreign = ForeignCrates.of(program);
      if (!foreign.crates().isEmpty()) {
        findings.add(
            "static-crates",
            foreign.source()
                + " show code of other crates in the program: "
                + String.join(", ", foreign.crates())
                + "; whether a cdylib has them inside as well only the library tells (--expect with"
                + " its path, or --cargo-dir)");
        return findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
      }
    }
    return findings.verdict(Verdict.USED, Confidence.MEDIUM);
  }

  /**
   * A cdylib that is not at hand, and whose crates are known.
   *
   * @param below its package, and all that depends on
   */
  private static Dylib byPackages(Findings findings, Set<String> below) {
    Set<String> crates = SharedCrates.inProgram(findings, below);
    if (!crates.isEmpty()) {
      findings.staticCrates(crates);
      findings.add(
          "static-crates",
          "code of "
              + SharedCrates.named(crates)
              + ", which its package depends on, stands in the program as well");
      return findings.verdict(Verdict.PARTIAL, Confidence.MEDIUM);
    }
    return findings.verdict(Verdict.USED, Confidence.MEDIUM);
  }

  private static String searched(Findings findings) {
    LoadPlan.Missing one = findings.search().missing(findings.candidate().key());
    if (one != null && !one.searched().isEmpty()) {
      List<String> places = one.searched();
      int more = places.size() - MOST_PLACES;
      return "; searched: "
          + String.join(", ", more > 0 ? places.subList(0, MOST_PLACES) : places)
          + (more > 0 ? " and " + more + " more places" : "");
    }
    return "";
  }
}
