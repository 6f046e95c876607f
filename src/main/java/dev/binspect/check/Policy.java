package dev.binspect.check;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a file beyond what is always asked.
 *
 * @param expect dylibs that must be linked and used
 * @param forbidStatic crates whose code must not stand in the program
 * @param budgets counts that must not be exceeded
 * @param maxStartNanos -1 for none
 * @param maxGlibc "2.31", or null
 * @param maxRegressPercent against the baseline; -1 for none
 * @param ignore rules that are not judged
 * @param allowPaths RPATH and RUNPATH folders that {@link Rule#BUILD_PATHS} lets pass, each with
 *     what lies below
 * @param plainShell whether the library path that Cargo sets does not count; null not said
 */
public record Policy(
    List<String> expect,
    List<String> forbidStatic,
    Map<Budget, Long> budgets,
    long maxStartNanos,
    @Nullable String maxGlibc,
    double maxRegressPercent,
    Set<Rule> ignore,
    List<String> allowPaths,
    @Nullable Boolean forbidBuildPaths,
    @Nullable Boolean forbidTextRelocations,
    @Nullable Boolean plainShell) {
  /** Nothing beyond what is always asked. */
  public static final Policy NONE =
      new Policy(
          List.of(), List.of(), Map.of(), -1, null, -1, Set.of(), List.of(), null, null, null);

  /**
   * {@return this policy over another: what this one says wins, lists add up}
   *
   * @param base what holds where this one says nothing
   */
  public Policy over(Policy base) {
    Map<Budget, Long> all = new EnumMap<>(Budget.class);
    all.putAll(base.budgets);
    all.putAll(budgets);
    Set<Rule> ignored = EnumSet.noneOf(Rule.class);
    ignored.addAll(base.ignore);
    ignored.addAll(ignore);
    return new Policy(
        both(base.expect, expect),
        both(base.forbidStatic, forbidStatic),
        all,
        maxStartNanos >= 0 ? maxStartNanos : base.maxStartNanos,
        maxGlibc != null ? maxGlibc : base.maxGlibc,
        maxRegressPercent >= 0 ? maxRegressPercent : base.maxRegressPercent,
        ignored,
        both(base.allowPaths, allowPaths),
        forbidBuildPaths != null ? forbidBuildPaths : base.forbidBuildPaths,
        forbidTextRelocations != null ? forbidTextRelocations : base.forbidTextRelocations,
        plainShell != null ? plainShell : base.plainShell);
  }

  /** {@return the same without a limit for the start, where none is measured} */
  public Policy withoutStart() {
    return new Policy(
        expect,
        forbidStatic,
        budgets,
        -1,
        maxGlibc,
        maxRegressPercent,
        ignore,
        allowPaths,
        forbidBuildPaths,
        forbidTextRelocations,
        plainShell);
  }

  /** {@return the same without a limit for growth, where the baseline is only being written} */
  public Policy withoutRegression() {
    return new Policy(
        expect,
        forbidStatic,
        budgets,
        maxStartNanos,
        maxGlibc,
        -1,
        ignore,
        allowPaths,
        forbidBuildPaths,
        forbidTextRelocations,
        plainShell);
  }

  private static List<String> both(List<String> a, List<String> b) {
    return new ArrayList<>(new LinkedHashSet<>(concat(a, b)));
  }

  private static List<String> concat(List<String> a, List<String> b) {
    List<String> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }
}
