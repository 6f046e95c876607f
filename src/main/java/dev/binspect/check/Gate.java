package dev.binspect.check;

import dev.binspect.report.Report;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges a report: which rules hold. */
public final class Gate {
  private Gate() {}

  /**
   * Judges all rules that are always judged and those that the policy asks for. A rule that is
   * always judged and cannot be is {@link Check.Outcome#NOT_JUDGED} and closes no gate; one that
   * was asked for and cannot be judged fails.
   *
   * @param baseline what was known before, or null
   */
  public static List<Check> judge(Report report, Policy policy, @Nullable Baseline baseline) {
    List<Check> checks = new ArrayList<>();
    checks.addAll(LinkageChecks.judge(report, policy));
    checks.addAll(ForbiddenCrates.judge(report, policy));
    checks.addAll(LoadChecks.judge(report, policy));
    checks.addAll(ImageChecks.judge(report, policy));
    Baseline.Entry known = baseline == null ? null : baseline.of(report.path());
    if (policy.maxRegressPercent() >= 0) {
      checks.addAll(
          baseline == null
              ? List.of(RegressionChecks.withoutBaseline())
              : RegressionChecks.judge(report, policy.maxRegressPercent(), known));
    }
    List<Check> judged = new ArrayList<>();
    for (Check check : checks) {
      Rule rule = Rule.named(check.id());
      if (rule != null && policy.ignore().contains(rule)) {
        continue;
      }
      boolean accept =
          check.failed()
              && known != null
              && known.accepted().contains(check.fingerprint(report.path()));
      judged.add(accept ? check.accepted() : check);
    }
    return judged;
  }

  /** {@return the same report with its checks} */
  public static Report judged(Report report, Policy policy, @Nullable Baseline baseline) {
    return report.withChecks(judge(report, policy, baseline));
  }
}
