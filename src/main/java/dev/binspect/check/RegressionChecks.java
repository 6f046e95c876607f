package dev.binspect.check;

import dev.binspect.report.Report;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares a report's counts with those of the baseline. */
final class RegressionChecks {
  private RegressionChecks() {}

  static Check withoutBaseline() {
    return unjudged("no baseline is given");
  }

  private static Check unjudged(String why) {
    return Check.fails(
        Rule.REGRESSION,
        "",
        "max-regress cannot be judged: " + why,
        "write one with --write-baseline FILE, and give it with --baseline FILE");
  }

  static List<Check> judge(Report report, double percent, Baseline.@Nullable Entry known) {
    if (known == null) {
      return List.of(unjudged("the baseline does not know this file"));
    }
    List<Check> checks = new ArrayList<>();
    int compared = 0;
    for (Figure figure : Figure.values()) {
      long now = figure.of(report);
      Long then = known.figures().get(figure);
      if (now < 0 || then == null) {
        continue;
      }
      compared++;
      if (now > then * (1 + percent / 100)) {
        checks.add(
            Check.fails(
                Rule.REGRESSION,
                figure.key(),
                figure.what()
                    + " grew from "
                    + Quantity.said(then)
                    + " to "
                    + Quantity.said(now)
                    + growth(then, now),
                null));
      }
    }
    if (checks.isEmpty()) {
      checks.add(
          compared == 0
              ? Check.fails(
                  Rule.REGRESSION, "", "max-regress cannot be judged: no count is known", null)
              : Check.holds(
                  Rule.REGRESSION,
                  "",
                  compared
                      + (compared == 1 ? " count" : " counts")
                      + " compared with the baseline"));
    }
    return checks;
  }

  private static String growth(long then, long now) {
    if (then == 0) {
      return "";
    }
    long tenths = Math.round(1000.0 * (now - then) / then);
    return " (+" + tenths / 10 + "." + tenths % 10 + " %)";
  }
}
