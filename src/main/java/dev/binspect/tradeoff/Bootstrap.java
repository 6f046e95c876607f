package dev.binspect.tradeoff;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Medians and their 95 % intervals by resampling (percentile bootstrap). The seed is fixed: the
 * same samples give the same interval.
 */
final class Bootstrap {
  private static final int RESAMPLES = 2000;
  private static final long SEED = 0x62696e7370656374L;

  private Bootstrap() {}

  /** A statistic of two series: the gain of rebuilds, the price of starts, their ratio. */
  interface Statistic {
    double of(long[][] series);
  }

  static long median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : sorted[n / 2 - 1] + (sorted[n / 2] - sorted[n / 2 - 1]) / 2;
  }

  static Interval median(List<Long> values) {
    return interval(new long[][] {array(values)}, s -> median(s[0]));
  }

  /**
   * {@return the median of the differences of pairs taken side by side: what both shared (the
   * machine's load at that moment) falls out}
   */
  static Interval pairedDifference(List<Long> more, List<Long> less) {
    return interval(new long[][] {differences(more, less)}, s -> median(s[0]));
  }

  /** {@return what the first are more than the second, round by round or turn by turn} */
  static long[] differences(List<Long> more, List<Long> less) {
    long[] differences = new long[Math.min(more.size(), less.size())];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = more.get(i) - less.get(i);
    }
    return differences;
  }

  /** {@return 2.5 % and 97.5 % of a statistic over resampled series, with its plain value} */
  static Interval interval(long[][] series, Statistic statistic) {
    double[] ends = ends(series, statistic);
    return new Interval(Math.round(statistic.of(series)), Math.round(ends[0]), Math.round(ends[1]));
  }

  /** {@return both ends; infinite ones stay so} */
  static double[] ends(long[][] series, Statistic statistic) {
    // One for each: a series that comes first gets the same interval whatever comes after it.
    SplittableRandom[] random = new SplittableRandom[series.length];
    for (int s = 0; s < series.length; s++) {
      random[s] = new SplittableRandom(SEED + s);
    }
    double[] values = new double[RESAMPLES];
    long[][] drawn = new long[series.length][];
    for (int r = 0; r < RESAMPLES; r++) {
      for (int s = 0; s < series.length; s++) {
        long[] from = series[s];
        long[] to = new long[from.length];
        for (int i = 0; i < to.length; i++) {
          to[i] = from[random[s].nextInt(from.length)];
        }
        drawn[s] = to;
      }
      values[r] = statistic.of(drawn);
    }
    Arrays.sort(values);
    return new double[] {values[RESAMPLES / 40], values[RESAMPLES - 1 - RESAMPLES / 40]};
  }

  static long[] array(List<Long> values) {
    long[] array = new long[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
