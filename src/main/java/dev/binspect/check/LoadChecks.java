package dev.binspect.check;

import dev.binspect.image.Note;
import dev.binspect.linkage.Linkage;
import dev.binspect.load.LeftTo;
import dev.binspect.load.LoadPlan;
import dev.binspect.report.Report;
import dev.binspect.start.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rules about what the loader finds, and what it has to do. */
final class LoadChecks {
  private static final int NAMED = 3;

  private LoadChecks() {}

  static List<Check> judge(Report report, Policy policy) {
    List<Check> checks = new ArrayList<>();
    LoadPlan load = report.load();
    if (load != null && load.loader() != LoadPlan.Loader.NONE) {
      found(report, load, policy, checks);
    } else if (load != null) {
      for (Note note : load.notes()) {
        if (note.code().equals(LoadPlan.LOADER_UNKNOWN)) {
          checks.add(Check.notJudged(Rule.MISSING_LIBRARY, "", note.message()));
        }
      }
    }
    for (Map.Entry<Budget, Long> e : policy.budgets().entrySet()) {
      checks.add(budget(report, e.getKey(), e.getValue()));
    }
    if (policy.maxStartNanos() >= 0) {
      checks.add(start(report.start(), policy.maxStartNanos()));
    }
    return checks;
  }

  private static void found(Report report, LoadPlan load, Policy policy, List<Check> checks) {
    Linkage linkage = report.linkage();
    boolean byCargo =
        linkage != null
            && "ok".equals(linkage.cargo())
            && !Boolean.TRUE.equals(policy.plainShell());
    if (load.missing().isEmpty()
        && linkage != null
        && Boolean.TRUE.equals(policy.plainShell())
        && linkage.plain() != null
        && !linkage.plain().equals("ok")) {
      // The load is that of `cargo run`: what a plain shell does stands in the linkage alone.
      checks.add(
          Check.fails(
              Rule.MISSING_LIBRARY, "plain-shell", notInAPlainShell(linkage), linkage.fix()));
    } else if (load.missing().isEmpty()) {
      checks.add(Check.holds(Rule.MISSING_LIBRARY, "", "all libraries are found"));
    } else if (byCargo) {
      checks.add(
          Check.holds(
              Rule.MISSING_LIBRARY,
              "",
              "all libraries are found with the library path that `cargo run` sets ("
                  + load.missing().getFirst().name()
                  + " only there)"));
    } else {
      for (LoadPlan.Missing missing : load.missing()) {
        checks.add(
            Check.fails(
                Rule.MISSING_LIBRARY,
                missing.name(),
                missing.name() + " is not found; " + missing.requiredBy() + " needs it",
                linkage != null && "ok".equals(linkage.cargo())
                    ? "give the program a RUNPATH (-C link-arg=-Wl,-rpath,$ORIGIN), or install the"
                        + " library where the loader looks"
                    : null));
      }
    }
    Note refused = load.refusal();
    if (refused != null) {
      checks.add(Check.fails(Rule.UNDEFINED_SYMBOLS, "", refused.message(), null));
    } else if (load.undefined().isEmpty()) {
      checks.add(Check.holds(Rule.UNDEFINED_SYMBOLS, "", "every symbol has a definition"));
    } else {
      checks.add(undefined(load, byCargo));
    }
  }

  private static Check undefined(LoadPlan load, boolean byCargo) {
    if (!load.missing().isEmpty() && byCargo) {
      return Check.holds(
          Rule.UNDEFINED_SYMBOLS,
          "",
          "every symbol has a definition with the library path that `cargo run` sets");
    }
    List<LoadPlan.Undefined> undefined = load.undefined(LeftTo.NOBODY);
    if (!undefined.isEmpty()) {
      return Check.fails(
          Rule.UNDEFINED_SYMBOLS,
          undefined.getFirst().requiredBy(),
          counted(undefined) + " defined by no library: " + named(undefined),
          null);
    }
    return Check.notJudged(
        Rule.UNDEFINED_SYMBOLS,
        "",
        load.missing().isEmpty()
            ? counted(load.undefined())
                + " left to the program that loads it: "
                + named(load.undefined())
            : "libraries are missing that may define symbols");
  }

  private static String counted(List<LoadPlan.Undefined> symbols) {
    return symbols.size() == 1 ? "1 symbol is" : symbols.size() + " symbols are";
  }

  private static String named(List<LoadPlan.Undefined> symbols) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < symbols.size() && i < NAMED; i++) {
      names.append(i == 0 ? "" : ", ").append(ClearName.of(symbols.get(i).symbol()));
    }
    int more = symbols.size() - NAMED;
    return names + (more > 0 ? " and " + more + " more" : "");
  }

  private static String notInAPlainShell(Linkage linkage) {
    for (Linkage.Evidence evidence : linkage.evidence()) {
      if (evidence.kind().equals("search")) {
        return evidence.detail();
      }
    }
    return "a plain shell finds other libraries than cargo run, or none";
  }

  private static Check budget(Report report, Budget budget, long limit) {
    long count = budget.of(report);
    if (count < 0) {
      return Check.fails(
          budget.rule(),
          budget.key(),
          budget.what() + " cannot be judged: the count is not known, see the notes",
          null);
    }
    return count <= limit
        ? Check.holds(
            budget.rule(),
            budget.key(),
            Quantity.said(count) + " " + budget.what() + ", " + Quantity.said(limit) + " allowed")
        : Check.fails(
            budget.rule(),
            budget.key(),
            Quantity.said(count)
                + " "
                + budget.what()
                + ", "
                + Quantity.said(count - limit)
                + " more than the "
                + Quantity.said(limit)
                + " allowed",
            null);
  }

  private static Check start(@Nullable Start start, long limit) {
    String allowed = Quantity.time(limit) + " allowed";
    if (start == null || start.how() != Start.How.MEASURED || start.medianNanos() < 0) {
      String why = start == null || start.why() == null ? "no start was run" : start.why();
      return Check.fails(
          Rule.MAX_START, "max-start", "the start could not be measured: " + why, null);
    }
    long lower = start.ci95Nanos().length == 2 ? start.ci95Nanos()[0] : start.medianNanos();
    String message =
        "the median start takes "
            + Quantity.time(start.medianNanos())
            + " (at least "
            + Quantity.time(lower)
            + "), "
            + allowed;
    return lower <= limit
        ? Check.holds(Rule.MAX_START, "max-start", message)
        : Check.fails(Rule.MAX_START, "max-start", message, null);
  }
}
