package dev.binspect.check;

import dev.binspect.linkage.Confidence;
import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.Verdict;
import dev.binspect.report.Report;
import java.util.ArrayList;
import java.util.List;

/** Rules about what became of the dylibs. */
final class LinkageChecks {
  private static final String NOT_TOLD = "what is left in the file does not tell";

  private LinkageChecks() {}

  static List<Check> judge(Report report, Policy policy) {
    List<Check> checks = new ArrayList<>();
    Linkage linkage = report.linkage();
    if (linkage == null) {
      if (!policy.expect().isEmpty()) {
        checks.add(nothingSaid(report, policy));
      }
      return checks;
    }
    byRule(linkage, Rule.STATIC_FALLBACK, List.of(Verdict.IGNORED, Verdict.PARTIAL), checks);
    byRule(linkage, Rule.LINKED_UNUSED, List.of(Verdict.LINKED_UNUSED), checks);
    byRule(linkage, Rule.UNRESOLVABLE, List.of(Verdict.UNRESOLVABLE), checks);
    byRule(linkage, Rule.STALE, List.of(Verdict.STALE), checks);
    if (!policy.expect().isEmpty()) {
      expected(report, linkage, policy, checks);
    }
    return checks;
  }

  private static void byRule(Linkage linkage, Rule rule, List<Verdict> bad, List<Check> checks) {
    int failed = 0;
    int judged = 0;
    for (Linkage.Dylib dylib : linkage.dylibs()) {
      if (bad.contains(dylib.verdict())) {
        failed++;
        checks.add(
            Check.fails(rule, dylib.name(), message(dylib, linkage), dylib.fix())
                .at(dylib.fixAt()));
      } else if (dylib.verdict() != Verdict.UNKNOWN) {
        judged++;
      }
    }
    if (failed == 0 && bad.contains(linkage.verdict())) {
      failed++;
      checks.add(
          Check.fails(rule, "", "the verdict is " + linkage.verdict().key(), linkage.fix())
              .at(linkage.fixAt()));
    }
    if (failed > 0) {
      return;
    }
    if (judged > 0) {
      checks.add(
          Check.holds(
              rule, "", judged == 1 ? "1 library looked at" : judged + " libraries looked at"));
    } else if (linkage.verdict() == Verdict.UNKNOWN) {
      checks.add(Check.notJudged(rule, "", rule == Rule.STATIC_FALLBACK ? why(linkage) : NOT_TOLD));
    } else {
      checks.add(Check.holds(rule, "", "nothing was meant to be dynamic"));
    }
  }

  /** Said once: what is not known is the same for every rule. */
  private static String why(Linkage linkage) {
    return linkage.dylibs().isEmpty() && !linkage.evidence().isEmpty()
        ? linkage.evidence().get(0).detail()
        : NOT_TOLD;
  }

  private static String message(Linkage.Dylib dylib, Linkage linkage) {
    String name = dylib.name();
    return switch (dylib.verdict()) {
      case IGNORED ->
          dylib.confidence() == Confidence.LOW
              ? "static fallback, by suspicion: "
                  + name
                  + " was meant to be used and is not needed, and code that may be its own stands in"
                  + " the program"
                  + crates(dylib)
              : "static fallback: "
                  + name
                  + " was meant to be used, and its code stands in the program"
                  + crates(dylib);
      case PARTIAL ->
          name + " is used, and code of it stands in the program as well" + crates(dylib);
      case LINKED_UNUSED -> name + " is needed, and nothing binds to it";
      case UNRESOLVABLE ->
          linkage.cargoPath().isEmpty()
              ? name + " is needed, and is not found"
              : name
                  + " is needed, and found neither in a plain shell nor with Cargo's library path";
      case STALE -> name + " is found, and what the program needs of it is missing";
      case DROPPED -> name + " is neither needed nor copied into the program";
      case UNKNOWN -> "what became of " + name + " cannot be told" + reason(dylib);
      case USED -> name + " is needed and used";
      case STATIC -> name + " was not meant to be dynamic";
    };
  }

  /** {@return what was found out last: that is what left the question open} */
  private static String reason(Linkage.Dylib dylib) {
    List<Linkage.Evidence> evidence = dylib.evidence();
    return evidence.isEmpty() ? "" : ": " + evidence.get(evidence.size() - 1).detail();
  }

  private static String crates(Linkage.Dylib dylib) {
    List<String> crates = dylib.staticCrates();
    if (crates.isEmpty()) {
      long both = dylib.definedInBoth();
      return both > 0
          ? " (" + both + (both == 1 ? " symbol" : " symbols") + " defined in both)"
          : "";
    }
    int shown = Math.min(crates.size(), 5);
    return " ("
        + String.join(", ", crates.subList(0, shown))
        + (crates.size() > shown ? " and " + (crates.size() - shown) + " more crates" : "")
        + ")";
  }

  private static void expected(Report report, Linkage linkage, Policy policy, List<Check> checks) {
    int seen = 0;
    int failed = 0;
    for (Linkage.Dylib dylib : linkage.dylibs()) {
      if (!dylib.expectedBy().equals("option") && !dylib.expectedBy().equals("policy")) {
        continue;
      }
      seen++;
      if (dylib.verdict() == Verdict.DROPPED || dylib.verdict() == Verdict.STATIC) {
        failed++;
        checks.add(
            Check.fails(Rule.DROPPED, dylib.name(), message(dylib, linkage), dylib.fix())
                .at(dylib.fixAt()));
      } else if (dylib.verdict() == Verdict.UNKNOWN) {
        failed++;
        checks.add(
            Check.fails(Rule.NOT_JUDGED, dylib.name(), message(dylib, linkage), dylib.fix()));
      }
    }
    if (seen == 0) {
      checks.add(nothingSaid(report, policy));
    } else if (failed == 0) {
      checks.add(Check.holds(Rule.DROPPED, "", "the expected dylibs were judged"));
    }
  }

  private static Check nothingSaid(Report report, Policy policy) {
    return Check.fails(
        Rule.NOT_JUDGED,
        String.join(", ", policy.expect()),
        "expected "
            + String.join(", ", policy.expect())
            + (report.linkage() == null
                ? ", but this is no file that a loader links"
                : ", but nothing could be said about it"),
        null);
  }
}
