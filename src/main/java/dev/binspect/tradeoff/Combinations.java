package dev.binspect.tradeoff;

import dev.binspect.tradeoff.Tradeoff.Combination;
import dev.binspect.tradeoff.Workbench.Side;
import dev.binspect.tradeoff.Workbench.Variant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** All ways to build that were measured, by what a rebuild and its starts take together. */
final class Combinations {
  private Combinations() {}

  /**
   * {@return the cheapest first}
   *
   * @param shown a variant's name in reports
   * @param starts after each rebuild
   */
  static List<Combination> of(
      Journal journal, List<KeptProgram> programs, Function<Variant, String> shown, long starts) {
    List<Combination> all = new ArrayList<>();
    boolean ends = Starts.ends(journal, programs);
    for (KeptProgram kept : programs) {
      // the flag goes to the dylib alone, which a changed program does not link again
      Side side = kept.side().equals(Side.STATIC.key) ? Side.STATIC : Side.DYLIB;
      List<Long> rebuilds = journal.series(Series.rebuild(kept.variant().name(), side));
      List<Long> measured = Starts.costs(journal, kept.name(), ends);
      if (rebuilds.isEmpty() || measured.isEmpty()) {
        continue;
      }
      Interval total =
          Bootstrap.interval(
              new long[][] {Bootstrap.array(rebuilds), Bootstrap.array(measured)},
              s -> Bootstrap.median(s[0]) + (double) starts * Bootstrap.median(s[1]));
      String name =
          (kept.isSymbolic() ? "dylib with -Bsymbolic-functions" : kept.side())
              + ", "
              + shown.apply(kept.variant());
      all.add(
          new Combination(
              name, Bootstrap.median(rebuilds), Bootstrap.median(measured), starts, total, false));
    }
    all.sort(Comparator.comparingLong(c -> c.total().value()));
    List<Combination> marked = new ArrayList<>();
    for (Combination c : all) {
      boolean ties = c.total().overlaps(all.getFirst().total());
      marked.add(new Combination(c.name(), c.rebuild(), c.start(), c.starts(), c.total(), ties));
    }
    return marked;
  }
}
