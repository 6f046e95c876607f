package dev.binspect.linkage;

import dev.binspect.linkage.Linkage.Dylib;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoUnits;
import dev.binspect.rust.DylibFiles;
import dev.binspect.rust.PackageGraph;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Judges a library that was meant to be used and that the program does not name as needed. */
final class AbsentLibrary {
  private AbsentLibrary() {}

  static Dylib judge(Findings findings) {
    Program program = findings.program();
    Candidate candidate = findings.candidate();
    findings.add("not-needed", "the program does not name " + candidate.name() + " as needed");
    LoadPlan.Missing missing = findings.search().missing(candidate.key());
    if (candidate.missing() && missing != null) {
      findings.add("missing", missing.requiredBy() + " needs it, and the loader finds it nowhere");
      return findings.verdict(Verdict.UNRESOLVABLE, Confidence.CERTAIN);
    }
    Offered offered = findings.offered();
    if (offered == null) {
      return notAtHand(findings);
    }
    if (candidate.loaded() && findings.imports() > 0) {
      findings.add(
          "loaded", "another library needs it, so the loader maps it, and the program binds to it");
      return findings.verdict(Verdict.USED, Confidence.HIGH);
    }
    CommonDefinitions common = findings.commonDefinitions(offered);
    if (common.proves(offered.count()) && !common.lone(offered.count())) {
      StandIns standIns = StandIns.of(findings, offered, common);
      if (!standIns.any()) {
        findings.staticCrates(common.crates());
        return findings.verdict(Verdict.IGNORED, Confidence.CERTAIN);
      }
      // Mocks for a test, or another library of the same interface.
      findings.add("stand-ins", standIns.inWords(candidate.name()));
      return standIns.all() && standIns.speaks()
          ? findings.verdict(Verdict.DROPPED, Confidence.LOW)
          : findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
    }
    Set<String> crates = SharedCrates.of(findings, offered, common);
    if (!crates.isEmpty()) {
      return findings.verdict(Verdict.IGNORED, Confidence.HIGH);
    }
    if (candidate.loaded()) {
      LoadedObject user = LibraryUser.of(findings.search(), candidate, offered);
      if (user != null) {
        findings.add("used-by-library", user.path() + " needs it and binds to it");
        return findings.verdict(Verdict.USED, Confidence.HIGH);
      }
    }
    if (findings.imports() > 0) {
      findings.add("superseded", "what the program asks for comes from another library");
      return findings.verdict(Verdict.DROPPED, Confidence.HIGH);
    }
    if (common.weak() >= 2) {
      findings.add(
          "weak-copies",
          common.weak()
              + " of them are weak: headers that do without the library, or an archive of it,"
              + " brought them along");
      return findings.verdict(Verdict.IGNORED, Confidence.MEDIUM);
    }
    if (common.total() >= 2 && common.total() * 2 >= offered.count()) {
      return findings.verdict(Verdict.IGNORED, Confidence.MEDIUM);
    }
    boolean merged = program.rust() && offered.rust() && StaticCrates.merged(program);
    if (program.stripped() || merged || common.total() > 0) {
      // A name or two another programmer may have chosen as well, and link-time optimisation leaves
      // no names: what stands behind them tells.
      return byCodeAndText(
          findings,
          offered,
          common.lone(offered.count()) && StandIns.oneOfItsLength(program, offered));
    }
    findings.add(
        "defined-in-both", "the program defines none of its " + offered.count() + " symbols");
    if (!program.rust() && !offered.rust() && !offered.hasInlines()) {
      return inlined(findings, offered);
    }
    return findings.verdict(Verdict.DROPPED, Confidence.HIGH);
  }

  /**
   * Link-time optimisation may put all that is used of a C library into its callers: no name of it
   * is left then, but what it says is.
   */
  private static Dylib inlined(Findings findings, Offered offered) {
    CommonStrings strings = findings.strings(offered);
    boolean nearlyAll = nearlyAll(strings);
    if (!nearlyAll && (strings.found() < 20 || strings.found() * 10 < strings.compared())) {
      return findings.verdict(Verdict.DROPPED, Confidence.HIGH);
    }
    // A little text in common may come from a third party that both were built from.
    return nearlyAll || strings.found() * 3 >= strings.compared()
        ? findings.verdict(Verdict.IGNORED, Confidence.MEDIUM)
        : findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
  }

  /** Symbols are gone, or prove nothing. */
  private static Dylib byCodeAndText(Findings findings, Offered offered, boolean sameName) {
    CommonBodies bodies = findings.bodies(offered);
    if (sameName && bodies.found() > 0) {
      // Of a library that is an object file for each function, the program may have one.
      return findings.verdict(Verdict.IGNORED, Confidence.MEDIUM);
    }
    CommonStrings strings = findings.strings(offered);
    boolean code = bodies.found() >= 2 && bodies.found() * 100L >= bodies.compared() * 3L;
    boolean muchText = strings.compared() >= 40;
    if (code) {
      // Equal code with other texts is another crate made after one pattern, unless it is a good
      // part of the library's, panics say that it is the same one, or its tables stand there, too;
      // of a library's text a program may need little.
      boolean otherTexts = muchText && strings.found() * 50 < strings.compared();
      boolean most = bodies.found() >= 10 && bodies.found() * 4L >= bodies.compared();
      return otherTexts
              && !most
              && findings.sources(offered).isEmpty()
              && !tables(findings, offered)
          ? findings.verdict(Verdict.UNKNOWN, Confidence.LOW)
          : findings.verdict(Verdict.IGNORED, Confidence.HIGH);
    }
    boolean share = strings.found() * 10 >= strings.compared();
    if ((strings.found() >= 20 && share) || nearlyAll(strings)) {
      if (bodies.found() == 0 && offered.hasInlines()) {
        // What templates and inline functions say stands in whoever uses the library's headers.
        return findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
      }
      return findings.verdict(Verdict.IGNORED, Confidence.MEDIUM);
    }
    // Of a large library a program may use a small part: no share then, but more than chance.
    boolean much = strings.found() >= 100;
    if (much && bodies.found() >= 2) {
      return findings.verdict(Verdict.IGNORED, Confidence.MEDIUM);
    }
    boolean some = (strings.found() >= 6 && share) || much || bodies.found() >= 10;
    boolean little = bodies.compared() < 2 && !muchText;
    // Of a library of a few functions one is a share, but may be chance.
    some |= bodies.found() > 0 && bodies.compared() < 10 && !muchText;
    // So may one object of an archive of C be; a Rust program has functions enough for chance.
    some |= bodies.found() > 0 && bodies.compared() < 50 && !offered.rust();
    if (some && !findings.sources(offered).isEmpty()) {
      return findings.verdict(Verdict.IGNORED, Confidence.MEDIUM);
    }
    if (some || little || tables(findings, offered)) {
      return findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
    }
    return findings.verdict(Verdict.DROPPED, Confidence.LOW);
  }

  /**
   * Other options make other code of one source, but the same tables. A library that has Rust's
   * standard library inside shares that one's with every program.
   */
  static boolean tables(Findings findings, Offered offered) {
    return !CommonStrings.hasStandardInside(offered.image()) && findings.tables(offered).much();
  }

  private static boolean nearlyAll(CommonStrings strings) {
    return strings.found() >= 10 && strings.found() * 10 >= strings.compared() * 8;
  }

  /** Nothing of the library is known but its name. */
  private static Dylib notAtHand(Findings findings) {
    Program program = findings.program();
    if (findings.candidate().key().equals(program.rootCrate())) {
      findings.add(
          "same-name",
          "the library is not at hand, and the program's own crate is called as it is: names tell"
              + " neither's code from the other's (--expect with its path, or --cargo-dir)");
      return findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
    }
    if (program.rust()) {
      PackageGraph packages = BuildPlace.packages(findings);
      Set<String> below =
          packages == null
              ? null
              : BuildPlace.below(packages, findings.candidate().key(), findings);
      if (below != null) {
        return byPackages(findings, below);
      }
      if (packages != null) {
        findings.add(
            "no-such-library",
            "there is no library of that name, and none of the packages that the program may be"
                + " built from is called so"
                + instead(findings));
        return findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
      }
    }
    ForeignCrates foreign = ForeignCrates.of(program);
    if (!foreign.crates().isEmpty()) {
      boolean suspicious =
          !foreign.generics() && suspicious(findings.candidate().key(), foreign.crates());
      if (suspicious) {
        findings.staticCrates(foreign.crates());
      }
      findings.add(
          "static-crates",
          foreign.source()
              + " show code of other crates in the program: "
              + String.join(", ", foreign.crates())
              + (suspicious
                  ? "; a suspicion: the library is not at hand, so which crates it has is not known"
                  : foreign.generics()
                      ? "; the library is not at hand, and they may be instances of generics"
                          + (program.asksForCrates()
                              ? " of another one, which the program uses"
                              : ": no compilation unit is of them")
                      : "; the library is not at hand, and nothing says that it has that crate"));
      return suspicious
          ? findings.verdict(Verdict.IGNORED, Confidence.LOW)
          : findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
    }
    if (program.stripped()) {
      findings.add("stripped", "the library is not at hand, and the program has no symbols left");
      return findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
    }
    if (!program.rust()) {
      findings.add(
          "absent", "the library is not at hand: nothing tells its code from the program's");
      return findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
    }
    return byPlainFunctions(findings);
  }

  /** No other crate's code was found in a Rust program; the library may be one of C. */
  private static Dylib byPlainFunctions(Findings findings) {
    PlainFunctions plain = PlainFunctions.of(findings.program(), findings.candidate().key());
    if (plain.count() == 0 && StaticCrates.merged(findings.program())) {
      findings.add(
          "merged",
          "the library is not at hand, and link-time optimisation left no names of what it inlined");
      return findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
    }
    if (plain.count() == 0) {
      findings.add("static-crates", "the library is not at hand; no other crate's code was found");
      return findings.verdict(Verdict.DROPPED, Confidence.LOW);
    }
    boolean suspicious = plain.ofLibrary() > 1;
    findings.add(
        "plain-functions",
        "no other crate's code was found in the program, but code of another language: "
            + SymbolNames.examples(plain.examples(), plain.count())
            + (suspicious
                ? "; they bear the library's name"
                : "; whether it is the library's only that tells (--expect with its path)"));
    return suspicious
        ? findings.verdict(Verdict.IGNORED, Confidence.LOW)
        : findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
  }

  /**
   * {@return whether crates that stand in the program are likely to be those of a library of that
   * name}
   *
   * <p>A dylib is built to hold what many programs need, so of several crates some are its own; one
   * crate alone may be any, unless the two are called alike ({@code serde_dylib}, {@code serde}).
   */
  private static boolean suspicious(String key, Set<String> crates) {
    if (crates.size() > 1) {
      return true;
    }
    Set<String> own = words(key);
    for (String crate : crates) {
      for (String word : words(crate)) {
        if (own.contains(word)) {
          return true;
        }
      }
    }
    return false;
  }

  /** {@return the words of three letters and more that a crate's name is made of} */
  private static Set<String> words(String name) {
    Set<String> words = new HashSet<>();
    int from = 0;
    for (int i = 0; i <= name.length(); i++) {
      if (i == name.length() || name.charAt(i) == '_' || name.charAt(i) == '-') {
        if (i - from > 2) {
          words.add(name.substring(from, i));
        }
        from = i + 1;
      }
    }
    return words;
  }

  /**
   * The library was not built, or it is gone; which crates it would have is known.
   *
   * @param below its package, and all that depends on
   */
  private static Dylib byPackages(Findings findings, Set<String> below) {
    Program program = findings.program();
    Set<String> crates = SharedCrates.inProgram(findings, below);
    if (!crates.isEmpty()) {
      findings.staticCrates(crates);
      findings.add(
          "static-crates",
          "the library is not at hand; code of "
              + SharedCrates.named(crates)
              + ", which its package depends on, stands in the program");
      return findings.verdict(Verdict.IGNORED, Confidence.MEDIUM);
    }
    if (program.stripped()) {
      findings.add("stripped", "the library is not at hand, and the program has no symbols left");
      return findings.verdict(Verdict.UNKNOWN, Confidence.LOW);
    }
    findings.add(
        "static-crates",
        "the library is not at hand; no code of what its package depends on was found");
    return findings.verdict(Verdict.DROPPED, Confidence.MEDIUM);
  }

  /** {@return what the program's dylibs are called, for those who misspelt one} */
  private static String instead(Findings findings) {
    CargoFolder folder = findings.folder();
    CargoUnits units = findings.units();
    if (folder == null || units == null || !units.known()) {
      return "";
    }
    List<String> dylibs = new ArrayList<>();
    for (CargoUnits.Unit unit : units.units()) {
      if (DylibFiles.dylib(folder, unit, findings.program().door()) != null) {
        dylibs.add(unit.target());
      }
    }
    return dylibs.isEmpty()
        ? "; Cargo built no dylib for it"
        : "; the dylibs that Cargo built for it are " + String.join(", ", dylibs);
  }
}
