package dev.binspect.start;

import dev.binspect.start.Start.How;
import dev.binspect.start.Start.Sample;
import java.util.List;

/**
 * Two programs' starts side by side.
 *
 * @param ratio {@code changed} to {@code base}, or NaN where one of them is unknown
 * @param ci95 lower and upper end of the ratio's 95 % interval; empty where it was not measured
 */
public record Comparison(Start base, Start changed, double ratio, double[] ci95) {
  /** Compares starts that were measured by turns, or whatever else is known of them. */
  public static Comparison of(Start base, Start changed) {
    int runs = Math.min(base.samples().size(), changed.samples().size());
    if (base.how() == How.MEASURED && changed.how() == How.MEASURED && runs > 0) {
      double[] ratio = Statistics.ratio(cpu(base, runs), cpu(changed, runs));
      return new Comparison(base, changed, ratio[1], new double[] {ratio[0], ratio[2]});
    }
    boolean known = base.medianNanos() > 0 && changed.medianNanos() > 0;
    return new Comparison(
        base,
        changed,
        known ? (double) changed.medianNanos() / base.medianNanos() : Double.NaN,
        new double[0]);
  }

  private static long[] cpu(Start start, int runs) {
    List<Sample> samples = start.samples();
    long[] cpu = new long[runs];
    for (int i = 0; i < runs; i++) {
      cpu[i] = samples.get(i).cpuNanos();
    }
    return cpu;
  }

  /** {@return whether the interval leaves no doubt that the starts differ} */
  public boolean differs() {
    return ci95.length == 2 && (ci95[0] > 1 || ci95[1] < 1);
  }
}
