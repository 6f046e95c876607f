package dev.binspect.start;

import dev.binspect.start.Run.Milestone;
import dev.binspect.start.Sampler.Samples;
import dev.binspect.start.Start.AtReference;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the machine's momentary speed out of a measurement.
 *
 * <p>Each run carries its gauge: from execve to where the loader begins to map, every start does
 * the same work. Measured over 90 s of a shared virtual machine, medians of two seconds differ by
 * 15 % (standard deviation), their ratios to the gauge by 1 to 3 %.
 */
final class Gauge {
  /**
   * By so much of the median two measurements differ beyond what their own runs show: which pages
   * they were given, what their neighbours had in the caches ({@code witness-start repeat}).
   */
  private static final double BETWEEN_MEASUREMENTS = 0.015;

  private Gauge() {}

  /** {@return CPU nanoseconds of the run's gauge, {@link Run#UNSEEN} where it cannot be told} */
  static long of(Run run) {
    return run.cpu(Milestone.CALL, Milestone.ADD);
  }

  /**
   * {@return the start at the reference speed; null where the gauge is missing}
   *
   * @param reference null: the speed of this very measurement
   */
  static @Nullable AtReference atReference(Samples samples, @Nullable ReferenceSpeed reference) {
    List<Run> runs = samples.counted();
    long idle = median(samples.floor());
    double share = share(samples);
    if (idle <= 0 || share <= 0) {
      return null;
    }
    long at = reference == null ? idle : reference.gaugeNanos();
    long[] nanos = new long[runs.size()];
    for (int i = 0; i < nanos.length; i++) {
      Run run = runs.get(i);
      long gauge = of(run);
      if (gauge <= 0) {
        return null;
      }
      nanos[i] = Math.round(run.cpu(Milestone.CALL, Milestone.ENTRY) * (share * at / gauge));
    }
    long median = Statistics.median(nanos);
    long more = Math.round(BETWEEN_MEASUREMENTS * median);
    long[] own = Statistics.interval(nanos);
    return new AtReference(median, new long[] {own[0] - more, own[1] + more}, idle, at);
  }

  /**
   * {@return how many times as long the program's own gauge is as the empty program's beside it} A
   * larger program leaves less of itself in the caches.
   */
  private static double share(Samples samples) {
    List<Run> runs = samples.counted();
    Double[] shares = new Double[samples.floor().size()];
    int n = 0;
    for (int i = 0; i < shares.length; i++) {
      int next = samples.floorBefore().get(i);
      long idle = of(samples.floor().get(i));
      long gauge = 0;
      int beside = 0;
      for (int at = Math.max(0, next - 1); at <= Math.min(next, runs.size() - 1); at++) {
        gauge += of(runs.get(at));
        beside++;
      }
      if (idle > 0 && gauge > 0) {
        shares[n++] = (double) gauge / beside / idle;
      }
    }
    if (n == 0) {
      return 0;
    }
    Arrays.sort(shares, 0, n);
    return (shares[(n - 1) / 2] + shares[n / 2]) / 2;
  }

  private static long median(List<Run> runs) {
    long[] gauges = new long[runs.size()];
    int n = 0;
    for (Run run : runs) {
      long gauge = of(run);
      if (gauge > 0) {
        gauges[n++] = gauge;
      }
    }
    return n == 0 ? -1 : Statistics.median(Arrays.copyOf(gauges, n));
  }

  /**
   * {@return the interval in which the median of another measurement falls that may meet any speed
   * this machine was seen at}
   *
   * @param own the interval of this measurement's own runs
   */
  static long[] ofAnySpeed(
      long[] own, @Nullable AtReference start, @Nullable ReferenceSpeed reference) {
    if (start == null || reference == null) {
      return own;
    }
    double fastest = Math.min(start.gaugeNanos(), reference.fastestNanos());
    double slowest = Math.max(start.gaugeNanos(), reference.slowestNanos());
    long low = Math.round(start.ci95Nanos()[0] * (fastest / reference.gaugeNanos()));
    long high = Math.round(start.ci95Nanos()[1] * (slowest / reference.gaugeNanos()));
    return new long[] {Math.min(own[0], low), Math.max(own[1], high)};
  }
}
