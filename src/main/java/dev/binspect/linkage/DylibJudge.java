package dev.binspect.linkage;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.linkage.Linkage.Dylib;
import dev.binspect.linkage.Linkage.Evidence;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoUnits;
import dev.binspect.rust.RustSymbols;
import dev.binspect.rust.Toolchains;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Weighs the evidence for one library, the cheapest first, until nothing could change the answer.
 */
final class DylibJudge {
  /** Places that a sentence names. */
  private static final int MOST_PLACES = 64;

  private final Program program;
  private final Search search;
  private final Candidate candidate;
  private final @Nullable CargoFolder folder;
  private final @Nullable CargoUnits units;
  private final List<Evidence> evidence = new ArrayList<>();
  private long imports = -1;
  private long exports = -1;
  private long both = -1;
  private List<String> staticCrates = List.of();

  DylibJudge(
      Program program,
      Search search,
      Candidate candidate,
      @Nullable CargoFolder folder,
      @Nullable CargoUnits units) {
    this.folder = folder;
    this.units = units;
    this.program = program;
    this.search = search;
    this.candidate = candidate;
  }

  Dylib judge() {
    Image image = candidate.image();
    Offered offered = image == null ? null : Offered.of(image);
    if (offered != null) {
      exports = offered.count();
      imports = imports(offered);
    }
    return candidate.needed() ? needed(offered) : notNeeded(offered);
  }

  private long imports(Offered offered) {
    BoundImports bound =
        SymbolNames.namesLibraries(program.image()) && candidate.neededName() != null
            ? BoundImports.named(program, candidate.neededName())
            : BoundImports.of(program, offered);
    if (bound.count() > 0) {
      add(
          "imports",
          "the program asks for "
              + symbols(bound.count())
              + " that "
              + candidate.name()
              + " defines: "
              + SymbolNames.examples(bound.examples(), bound.count()));
    }
    return bound.count();
  }

  private Dylib needed(@Nullable Offered offered) {
    add("needed", "the program names " + candidate.neededName() + " as needed");
    if (candidate.missing()) {
      add(
          "missing",
          candidate.neededName()
              + " is found neither in a plain shell nor with Cargo's library path"
              + searched());
      return verdict(Verdict.UNRESOLVABLE, Confidence.CERTAIN);
    }
    if (offered == null) {
      return neededAndAbsent();
    }
    long undefined = undefined(offered);
    if (undefined > 0) {
      return verdict(Verdict.STALE, Confidence.CERTAIN);
    }
    if (imports == 0) {
      LoadedObject user = userAmongLibraries(offered);
      if (user != null) {
        add(
            "used-by-library",
            "the program itself asks nothing of "
                + candidate.name()
                + ", but "
                + user.path()
                + " does");
        return verdict(Verdict.USED, Confidence.HIGH);
      }
      add("imports", "the program asks for none of its " + exports + " symbols");
      return verdict(Verdict.LINKED_UNUSED, Confidence.CERTAIN);
    }
    if (candidate.expectedBy().equals("needed") && !offered.rust()) {
      // Nobody expected it: names in common would be no one's mistake.
      return verdict(Verdict.USED, Confidence.CERTAIN);
    }
    CommonDefinitions common = commonDefinitions(offered);
    Set<String> crates = staticCrates(offered, common);
    if (common.proves(exports) || !crates.isEmpty()) {
      return verdict(Verdict.PARTIAL, Confidence.HIGH);
    }
    newer(offered);
    if (!program.stripped()) {
      return verdict(Verdict.USED, Confidence.CERTAIN);
    }
    CommonBodies bodies = bodies(offered);
    if (bodies.found() >= 2 && bodies.found() * 20L >= bodies.compared()) {
      // Equal code alone may be two crates made after one pattern: their texts tell them apart.
      CommonStrings strings = strings(offered);
      if (strings.found() >= 12 && strings.found() * 20 >= strings.compared()) {
        return verdict(Verdict.PARTIAL, Confidence.LOW);
      }
    }
    return verdict(Verdict.USED, Confidence.HIGH);
  }

  /** A library that is newer than the program may not be the one that it was linked against. */
  private void newer(Offered offered) {
    String file = candidate.file();
    if (file == null) {
      return;
    }
    long library = program.door().modified(file);
    long own = program.door().modified(program.path());
    if (library > 0 && own > 0 && library - own > 2000) {
      boolean v0 = offered.crates().isEmpty() || offered.usesV0();
      add(
          "newer-library",
          file
              + " was written after the program"
              + (v0
                  ? ": v0 names do not change with a type's layout, so nothing would notice"
                  : ""));
    }
  }

  private Dylib neededAndAbsent() {
    Map<String, Integer> crates = BoundImports.byCrate(program);
    if (SymbolNames.namesLibraries(program.image()) && candidate.neededName() != null) {
      BoundImports bound = BoundImports.named(program, candidate.neededName());
      imports = bound.count();
      if (imports > 0) {
        add(
            "imports",
            "the program asks it for "
                + symbols(imports)
                + ": "
                + SymbolNames.examples(bound.examples(), imports));
        return verdict(Verdict.USED, Confidence.HIGH);
      }
      add("imports", "nothing binds to it");
      return verdict(Verdict.LINKED_UNUSED, Confidence.HIGH);
    }
    if (!search.knowsCargo() && program.rust()) {
      add(
          "search",
          "it is not found in a plain shell, and the library path that Cargo would set is not known"
              + " (--cargo-dir names Cargo's folder)");
    }
    if (!crates.isEmpty()) {
      long count = 0;
      for (int one : crates.values()) {
        count += one;
      }
      add(
          "imports",
          "the library is not at hand; the program asks for "
              + symbols(count)
              + " of the crates "
              + String.join(", ", crates.keySet()));
      return verdict(Verdict.USED, Confidence.HIGH);
    }
    List<String> unbound = new ArrayList<>();
    for (LoadPlan.Undefined one : search.plainPlan().undefined()) {
      if (one.requiredBy().equals(program.path()) && one.version().isEmpty()) {
        unbound.add(one.symbol());
      }
    }
    if (!unbound.isEmpty()) {
      add(
          "imports",
          "the library is not at hand; no other library defines "
              + SymbolNames.examples(unbound, unbound.size())
              + ", which the program asks for");
      return verdict(Verdict.USED, Confidence.MEDIUM);
    }
    add("imports", "the library is not at hand, and the program asks for no crate's symbols");
    return verdict(program.rust() ? Verdict.LINKED_UNUSED : Verdict.UNKNOWN, Confidence.LOW);
  }

  /** Symbols that nothing defines and that should have come from this library. */
  private long undefined(Offered offered) {
    LoadPlan plan = search.best();
    long count = 0;
    List<String> examples = new ArrayList<>();
    for (LoadPlan.Undefined one : plan.undefined()) {
      if (Blame.falls(one, candidate, offered, program)) {
        count++;
        if (examples.size() < 3) {
          byte[] name = one.symbol().getBytes(StandardCharsets.UTF_8);
          examples.add(BoundImports.readable(name, 0, name.length));
        }
      }
    }
    if (count > 0) {
      add(
          "undefined",
          symbols(count)
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

  private Dylib notNeeded(@Nullable Offered offered) {
    add("not-needed", "the program does not name " + candidate.name() + " as needed");
    if (offered == null) {
      return notNeededAndAbsent();
    }
    if (candidate.loaded() && imports > 0) {
      add("loaded", "another library needs it, so the loader maps it, and the program binds to it");
      return verdict(Verdict.USED, Confidence.HIGH);
    }
    CommonDefinitions common = commonDefinitions(offered);
    if (common.proves(exports)) {
      return verdict(Verdict.IGNORED, Confidence.CERTAIN);
    }
    Set<String> crates = staticCrates(offered, common);
    if (!crates.isEmpty()) {
      return verdict(Verdict.IGNORED, Confidence.HIGH);
    }
    if (candidate.loaded()) {
      LoadedObject user = userAmongLibraries(offered);
      if (user != null) {
        add("used-by-library", user.path() + " needs it and binds to it");
        return verdict(Verdict.USED, Confidence.HIGH);
      }
    }
    if (imports > 0) {
      add("superseded", "what the program asks for comes from another library");
      return verdict(Verdict.DROPPED, Confidence.HIGH);
    }
    if (common.total() == 0 && !program.stripped()) {
      add("defined-in-both", "the program defines none of its " + exports + " symbols");
    }
    if (!program.stripped()) {
      return verdict(Verdict.DROPPED, Confidence.HIGH);
    }
    return notNeededAndStripped(offered);
  }

  private Dylib notNeededAndStripped(Offered offered) {
    CommonBodies bodies = bodies(offered);
    CommonStrings strings = strings(offered);
    boolean code = bodies.found() >= 2 && bodies.found() * 100L >= bodies.compared() * 3L;
    boolean muchText = strings.compared() >= 40;
    if (code) {
      // Equal code with other texts is another crate made after one pattern.
      boolean otherTexts = muchText && strings.found() * 50 < strings.compared();
      return otherTexts
          ? verdict(Verdict.UNKNOWN, Confidence.LOW)
          : verdict(Verdict.IGNORED, Confidence.HIGH);
    }
    boolean share = strings.found() * 10 >= strings.compared();
    boolean nearlyAll = strings.found() >= 10 && strings.found() * 10 >= strings.compared() * 8;
    if ((strings.found() >= 20 && share) || nearlyAll) {
      return verdict(Verdict.IGNORED, Confidence.MEDIUM);
    }
    boolean some = strings.found() >= 6 && share;
    boolean little = bodies.compared() < 2 && !muchText;
    return verdict(some || little ? Verdict.UNKNOWN : Verdict.DROPPED, Confidence.LOW);
  }

  private CommonBodies bodies(Offered offered) {
    CommonBodies bodies =
        CommonBodies.of(FunctionTable.of(program.image()), FunctionTable.own(offered));
    add(
        "bodies",
        bodies.found()
            + " of "
            + bodies.compared()
            + " functions of "
            + candidate.name()
            + " stand in the program, byte for byte but for addresses");
    return bodies;
  }

  private CommonStrings strings(Offered offered) {
    CommonStrings strings = CommonStrings.of(program.image(), offered.image(), standard(offered));
    add(
        "strings",
        (strings.compared() == 0 ? 0 : strings.found() * 100 / strings.compared())
            + " % of the text in "
            + candidate.name()
            + " stands in the program ("
            + strings.found()
            + " of "
            + strings.compared()
            + " stretches, without the standard library's)");
    return strings;
  }

  /** {@return the standard libraries of the toolchains at hand: their code says nothing} */
  private List<Image> standard(Offered offered) {
    if (!program.rust() && !offered.rust()) {
      return List.of();
    }
    List<Image> images = new ArrayList<>();
    for (String file : Toolchains.standardLibraries(program.door())) {
      try {
        for (Image image : program.door().images(file)) {
          if (image.format() == program.image().format()
              && image.machine().equals(program.image().machine())) {
            images.add(image);
          }
        }
      } catch (IOException | MalformedException e) {
        // One toolchain less to compare with.
      }
    }
    return images;
  }

  /** Nothing of the library is known but its name: all that is left is whose code is there. */
  private Dylib notNeededAndAbsent() {
    ForeignCrates foreign = ForeignCrates.of(program);
    if (!foreign.crates().isEmpty()) {
      staticCrates = List.copyOf(foreign.crates());
      add(
          "static-crates",
          "the library is not at hand; "
              + foreign.source()
              + " show code of other crates in the program: "
              + String.join(", ", foreign.crates()));
      return verdict(Verdict.IGNORED, foreign.confidence());
    }
    if (program.stripped()) {
      add("stripped", "the library is not at hand, and the program has no symbols left");
      return verdict(Verdict.UNKNOWN, Confidence.LOW);
    }
    add("static-crates", "the library is not at hand; no other crate's code was found");
    return verdict(Verdict.DROPPED, Confidence.LOW);
  }

  private CommonDefinitions commonDefinitions(Offered offered) {
    CommonDefinitions common = CommonDefinitions.of(program, offered);
    both = common.total();
    if (both > 0) {
      add(
          "defined-in-both",
          "the program defines "
              + symbols(both)
              + " that "
              + candidate.name()
              + " defines too: "
              + SymbolNames.examples(common.examples(), both));
    }
    return common;
  }

  private Set<String> staticCrates(Offered offered, CommonDefinitions common) {
    Set<String> crates = new TreeSet<>(StaticCrates.of(program.definitions()));
    if (common.total() == 0 && !program.stripped()) {
      // Incremental builds call their units by bare hashes; debug information still knows.
      crates.addAll(UnitNames.crates(program.image()));
      if (folder != null && units != null) {
        crates.addAll(ArchiveMembers.crates(program.definitions(), folder, units, program.door()));
      }
    }
    Set<String> library = new TreeSet<>(offered.crates());
    library.addAll(StaticCrates.of(offered.symbols()));
    crates.retainAll(library);
    crates.addAll(common.crates());
    String root = program.rootCrate();
    if (root != null) {
      crates.remove(root);
    }
    if (!crates.isEmpty()) {
      staticCrates = List.copyOf(crates);
      add(
          "static-crates",
          "code of "
              + (crates.size() == 1 ? "the crate " : "the crates ")
              + String.join(", ", crates)
              + ", which "
              + candidate.name()
              + " offers, stands in the program");
    }
    return crates;
  }

  /** {@return a library of the closure that needs this one and asks for its symbols, or null} */
  private @Nullable LoadedObject userAmongLibraries(Offered offered) {
    for (LoadedObject object : search.best().objects()) {
      Image image = object.image();
      if (object.depth() == 0 || image == null || object.path().equals(candidate.file())) {
        continue;
      }
      if (!search.needs(object, candidate.key())) {
        continue;
      }
      NameSet asked = SymbolNames.imports(image, null);
      for (int i = 0; i < asked.size(); i++) {
        if (offered.offers(asked.strings(), asked.from(i), asked.to(i))) {
          return object;
        }
      }
    }
    return null;
  }

  private String searched() {
    LoadPlan.Missing one = search.missing(candidate.key());
    if (one != null && !one.searched().isEmpty()) {
      List<String> places = one.searched();
      int more = places.size() - MOST_PLACES;
      return "; searched: "
          + String.join(", ", more > 0 ? places.subList(0, MOST_PLACES) : places)
          + (more > 0 ? " and " + more + " more places" : "");
    }
    return "";
  }

  private static String symbols(long count) {
    return count == 1 ? "1 symbol" : count + " symbols";
  }

  private void add(String kind, String detail) {
    evidence.add(new Evidence(kind, detail));
  }

  private Dylib verdict(Verdict verdict, Confidence confidence) {
    return new Dylib(
        candidate.name(),
        candidate.expectedBy(),
        candidate.needed(),
        candidate.file(),
        verdict,
        confidence,
        imports,
        exports,
        both,
        staticCrates,
        List.copyOf(evidence));
  }

  /** Which library an undefined symbol was meant to come from. */
  private static final class Blame {
    static boolean falls(
        LoadPlan.Undefined one, Candidate candidate, Offered offered, Program program) {
      if (!one.requiredBy().equals(program.path())) {
        return false;
      }
      byte[] name = one.symbol().getBytes(StandardCharsets.UTF_8);
      String crate = RustSymbols.text(name, RustSymbols.crate(name, 0, name.length));
      if (crate == null) {
        // A version names its file; without one any library that offers no crates may be meant.
        return one.version().isEmpty()
            ? offered.crates().isEmpty()
            : versionOf(one.version(), candidate, program);
      }
      if (RustSymbols.isStandard(crate)) {
        return false;
      }
      // A file of that name without any Rust in it is the wrong file.
      return offered.crates().contains(crate) || offered.crates().isEmpty();
    }

    private static boolean versionOf(String version, Candidate candidate, Program program) {
      if (program.image().tables() instanceof ElfTables elf) {
        for (ElfTables.VersionNeed need : elf.versionsNeeded()) {
          if (LibraryName.key(need.file()).equals(candidate.key())) {
            return need.versions().contains(version);
          }
        }
      }
      return false;
    }
  }
}
