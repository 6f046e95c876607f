package dev.binspect.linkage;

import dev.binspect.image.Door;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.linkage.Linkage.Dylib;
import dev.binspect.linkage.Linkage.Evidence;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.rust.AuditablePackages;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoFolderSearch;
import dev.binspect.rust.CargoUnits;
import dev.binspect.rust.DylibFiles;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Weighs the evidence. */
public final class LinkageJudge {
  /** Libraries that a sentence names. */
  private static final int MOST_OTHERS = 8;

  private LinkageJudge() {}

  /**
   * What is expected of a program, from outside of it.
   *
   * @param names dylibs that must be linked and used ({@code --expect})
   * @param policyNames the same, from a policy
   * @param cargoFolder Cargo's target or profile folder where the program does not stand in it
   *     ({@code --cargo-dir})
   */
  public record Expectation(
      List<String> names, List<String> policyNames, @Nullable String cargoFolder) {
    public static final Expectation NONE = new Expectation(List.of(), List.of(), null);
  }

  /**
   * Judges every library that was meant to be used. Executes and loads nothing.
   *
   * @param path of the program
   * @param plan what its loader does in a plain shell
   * @param world in which that plan was made
   * @param door opens the dylibs and Cargo's files
   */
  public static Linkage judge(
      String path,
      Image image,
      LoadPlan plan,
      LoadOptions world,
      Expectation expectation,
      Door door) {
    String absolute = new File(path).getAbsoluteFile().toPath().normalize().toString();
    Program program = new Program(path, image, door);
    BuildPlace place = BuildPlace.of(absolute, program, expectation);
    @Nullable CargoFolder folder = place.folder();
    @Nullable CargoUnits units = folder == null ? null : CargoUnits.of(folder, door);
    if (folder != null) {
      program.builtAs(folder.programs());
    }
    Search search =
        Search.of(
            path,
            image,
            plan,
            world,
            place.runs() ? cargoPath(folder, units, image, door) : List.of(),
            door);
    if (folder == null && !search.plain().equals(Search.OK)) {
      // Of Cargo's library path a part is known: where that is enough, the rest changes nothing.
      List<String> part =
          CargoFolderSearch.finishedPath(
              absolute, image, expectation.cargoFolder(), std(image), door);
      Search partly = Search.of(path, image, plan, world, part, door);
      search = partly.cargo().equals(Search.OK) ? partly : search;
    }
    List<Dylib> dylibs = new ArrayList<>();
    List<Evidence> evidence = new ArrayList<>();
    if (folder != null && !place.runs()) {
      evidence.add(
          new Evidence(
              "traced",
              "the program's debug information leads to the build that it was made in: "
                  + folder.build()));
    }
    if (expectation.cargoFolder() != null
        && folder != null
        && folder.unit() != null
        && !folder.certain()) {
      evidence.add(
          new Evidence(
              "other-build",
              "what stands in "
                  + folder.build()
                  + " is another build than the program: its dependencies may be others, too"));
    }
    List<Dylib> besides = new ArrayList<>();
    for (Candidate candidate : Expectations.of(program, search, expectation, folder, units)) {
      Dylib dylib = DylibJudge.judge(program, search, candidate, folder, units);
      if (beside(candidate, dylib)) {
        besides.add(dylib);
      } else {
        dylibs.add(dylib);
      }
    }
    boolean anyUsed = false;
    for (Dylib dylib : dylibs) {
      anyUsed |= dylib.verdict() == Verdict.USED || dylib.verdict() == Verdict.PARTIAL;
    }
    for (Dylib dylib : besides) {
      if (anyUsed || dylib.verdict() != Verdict.DROPPED) {
        evidence.add(
            new Evidence(
                "beside",
                dylib.name() + ": " + dylib.evidence().get(dylib.evidence().size() - 1).detail()));
      } else {
        dylibs.add(dylib);
      }
    }
    @Nullable Cause first = null;
    Verdict worst = worst(dylibs);
    boolean ship = false;
    for (int i = 0; i < dylibs.size(); i++) {
      Dylib dylib = dylibs.get(i);
      boolean used = dylib.verdict() == Verdict.USED;
      ship |= used || dylib.verdict() == Verdict.PARTIAL;
      boolean decides = dylib.verdict() == worst && (first == null || first.fix() == null);
      if (used && !decides) {
        continue;
      }
      Cause cause = Cause.of(dylib, program, search, folder, units);
      if (decides) {
        first = cause;
        evidence.addAll(cause.evidence());
      }
      if (!used) {
        dylibs.set(i, dylib.fixed(cause.fix(), cause.at()));
      }
    }
    if (ship) {
      evidence.addAll(Shipping.of(program, search));
    }
    if (!dylibs.isEmpty() && program.rust()) {
      audited(image, dylibs, evidence);
    }
    if (program.wholePath() != null) {
      evidence.add(
          new Evidence(
              "unstripped",
              "the program was stripped; its symbols were read from "
                  + program.wholePath()
                  + ", which is the same build"));
    }
    int needed = image.needed().size();
    if (needed > Expectations.MOST_NEEDED) {
      evidence.add(
          new Evidence(
              "cut",
              "of the "
                  + needed
                  + " libraries the program names, the first "
                  + Expectations.MOST_NEEDED
                  + " were judged"));
    }
    if (dylibs.isEmpty()) {
      boolean strange =
          expectation.cargoFolder() != null && (folder == null || folder.unit() == null);
      String finished =
          folder == null
              ? expectation.cargoFolder() == null ? absolute : null
              : units == null || units.known() ? null : folder.uplifted() + "/" + folder.program();
      String beside = finished == null ? null : DylibFiles.besideFinished(finished, door);
      if (beside != null) {
        return buildGone(search, beside, folder, evidence);
      }
      return nothingExpected(program, search, strange ? expectation.cargoFolder() : null, evidence);
    }
    return total(search, dylibs, evidence, first);
  }

  /**
   * Finds out what judging a library that a program needs will ask about it: for another thread.
   */
  public static void prepare(Image library) {
    Offered.of(library).rust();
  }

  /**
   * A dylib that Cargo built and another one made superfluous, and a C library that nothing binds
   * to and nobody asked about: worth a word, but no part of the verdict. Of a system's library that
   * stands in no file (dyld's shared cache) nothing else can be expected either: frameworks are
   * named for the classes they bring along, and languages without two-level names say of no symbol
   * where it comes from.
   */
  private static boolean beside(Candidate candidate, Dylib dylib) {
    Image image = candidate.image();
    if (dylib.expectedBy().equals("cargo")) {
      return dylib.verdict() == Verdict.DROPPED;
    }
    if (!dylib.expectedBy().equals("needed")) {
      return false;
    }
    boolean unused = dylib.verdict() == Verdict.LINKED_UNUSED;
    return image != null
        ? unused && !Offered.of(image).rust()
        : candidate.loaded() && (unused || dylib.verdict() == Verdict.UNKNOWN);
  }

  private static List<String> cargoPath(
      @Nullable CargoFolder folder, @Nullable CargoUnits units, Image image, Door door) {
    if (folder == null || units == null) {
      return List.of();
    }
    return folder.libraryPath(units.linkInstructions().searched(), std(image), door);
  }

  private static @Nullable String std(Image image) {
    @Nullable String std = null;
    for (var needed : image.needed()) {
      if (LibraryName.isStd(needed.name())) {
        std = needed.name();
      }
    }
    return std;
  }

  /**
   * cargo-auditable's list tells, also of a stripped copy, that a dylib's package was depended on.
   */
  private static void audited(Image image, List<Dylib> dylibs, List<Evidence> evidence) {
    AuditablePackages audited = AuditablePackages.of(image);
    if (audited == null) {
      return;
    }
    for (Dylib dylib : dylibs) {
      String crate = LibraryName.key(dylib.name());
      String version = audited.version(crate);
      if (version != null) {
        evidence.add(
            new Evidence(
                "auditable",
                "cargo-auditable recorded "
                    + crate
                    + " "
                    + version
                    + " among the packages the program was built from"));
      }
    }
  }

  private static Verdict worst(List<Dylib> dylibs) {
    Verdict worst = Verdict.STATIC;
    for (Dylib dylib : dylibs) {
      if (dylib.verdict().compareTo(worst) < 0) {
        worst = dylib.verdict();
      }
    }
    return worst;
  }

  /**
   * No dylib is to be judged: the program is static by right, or what was meant is not known.
   *
   * @param strange the folder that was named and in which Cargo did not build the program, or null
   */
  private static Linkage nothingExpected(
      Program program, Search search, @Nullable String strange, List<Evidence> evidence) {
    evidence.add(
        strange == null
            ? new Evidence(
                "static", "no library was expected to be used dynamically" + others(program))
            : new Evidence(
                "not-built-there",
                "none of the programs that Cargo built in "
                    + strange
                    + " is this one: which dylibs it was meant to use is not known (--expect names"
                    + " them)"));
    return total(
        search,
        strange == null ? Verdict.STATIC : Verdict.UNKNOWN,
        strange == null ? Confidence.HIGH : Confidence.LOW,
        List.of(),
        evidence,
        null);
  }

  /** What a Rust program needs besides is not a question that was asked, and not hidden either. */
  private static String others(Program program) {
    List<String> names = new ArrayList<>();
    if (program.image().format() == Format.ELF) {
      for (Needed needed : program.image().needed()) {
        if (!LibraryName.isRuntime(needed.name()) && names.size() < MOST_OTHERS) {
          names.add(needed.name());
        }
      }
    }
    return names.isEmpty()
        ? ""
        : "; "
            + String.join(", ", names)
            + (names.size() == 1 ? " is no library" : " are no libraries")
            + " of Rust's, and not judged unless asked about (--expect)";
  }

  /**
   * The program stands where Cargo puts finished programs, beside a dylib, and what was built on
   * the way stands elsewhere, or Cargo's notes about it are gone: whether the one was meant for the
   * other is not known.
   */
  private static Linkage buildGone(
      Search search, String beside, @Nullable CargoFolder folder, List<Evidence> evidence) {
    evidence.add(
        folder == null
            ? new Evidence(
                "build-elsewhere",
                "Cargo finished "
                    + beside
                    + " beside the program, and the folder in which it built both is not known:"
                    + " whether the program was meant to use it cannot be told"
                    + " (CARGO_BUILD_BUILD_DIR as it was at the build, or --expect with the dylib's"
                    + " name)")
            : new Evidence(
                "no-fingerprint",
                "Cargo finished "
                    + beside
                    + " beside the program, and its fingerprint of the program is gone from "
                    + folder.build()
                    + ": whether the program was meant to use it cannot be told (--expect with the"
                    + " dylib's name)"));
    return total(search, Verdict.UNKNOWN, Confidence.LOW, List.of(), evidence, null);
  }

  private static Linkage total(
      Search search, List<Dylib> dylibs, List<Evidence> evidence, @Nullable Cause cause) {
    Verdict verdict = worst(dylibs);
    Confidence confidence = Confidence.CERTAIN;
    for (Dylib dylib : dylibs) {
      // The least sure of those that make the verdict.
      if (dylib.verdict() == verdict && dylib.confidence().compareTo(confidence) > 0) {
        confidence = dylib.confidence();
      }
    }
    return total(search, verdict, confidence, dylibs, evidence, cause);
  }

  private static Linkage total(
      Search search,
      Verdict verdict,
      Confidence confidence,
      List<Dylib> dylibs,
      List<Evidence> evidence,
      @Nullable Cause cause) {
    // Where Cargo's library path is not known nobody can say what it would find.
    boolean guess =
        !search.knowsCargo()
            && verdict != Verdict.UNRESOLVABLE
            && !search.plain().equals(Search.OK);
    return new Linkage(
        verdict,
        confidence,
        dylibs,
        search.plain(),
        guess ? null : search.cargo(),
        evidence,
        cause == null ? null : cause.fix(),
        cause == null ? null : cause.at(),
        search.cargoPath(),
        search.cargoPlan());
  }
}
