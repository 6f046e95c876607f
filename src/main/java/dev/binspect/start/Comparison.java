package dev.binspect.start;

import dev.binspect.start.Start.How;
import dev.binspect.start.Start.Sample;
import java.util.List;

/**
 * Two programs' starts side by side.
 *
 * @param pairs runs of both by turns; 0 where one of them was not measured, and then nothing below
 *     is known
 * @param differenceNanos median of {@code changed} minus that of {@code base}
 * @param differenceCi95 lower and upper end of its 95 % interval
 * @param ratio median of {@code changed} to that of {@code base}
 * @param ratioCi95 lower and upper end of its 95 % interval
 */
public record Comparison(
    Start base,
    Start changed,
    int pairs,
    long differenceNanos,
    long[] differenceCi95,
    double ratio,
    double[] ratioCi95) {
  /** Compares starts whose samples were taken by turns. */
  public static Comparison of(Start base, Start changed) {
    int pairs = Math.min(base.samples().size(), changed.samples().size());
    if (base.how() != How.MEASURED || changed.how() != How.MEASURED || pairs == 0) {
      return apart(base, changed);
    }
    long[] a = cpu(base, pairs);
    long[] b = cpu(changed, pairs);
    double[] ratio = Statistics.ratio(a, b);
    double[] difference = Statistics.difference(a, b);
    return new Comparison(
        base,
        changed,
        pairs,
        Math.round(difference[1]),
        new long[] {Math.round(difference[0]), Math.round(difference[2])},
        ratio[1],
        new double[] {ratio[0], ratio[2]});
  }

  /** {@return starts that were not measured by turns} */
  public static Comparison apart(Start base, Start changed) {
    return new Comparison(base, changed, 0, 0, new long[0], Double.NaN, new double[0]);
  }

  private static long[] cpu(Start start, int runs) {
    List<Sample> samples = start.samples();
    long[] cpu = new long[runs];
    for (int i = 0; i < runs; i++) {
      cpu[i] = samples.get(i).cpuNanos();
    }
    return cpu;
  }
}
