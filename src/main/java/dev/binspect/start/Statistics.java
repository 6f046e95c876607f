package dev.binspect.start;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Robust statistics of small samples. All results are pure functions of their arguments. */
public final class Statistics {
  /** Fixed, so that the same samples give the same interval. */
  private static final long SEED = 0x62_69_6e_73_70_65_63_74L;

  private static final int RESAMPLES = 1000;

  private Statistics() {}

  /** {@return the median; the mean of the middle two of an even count} */
  public static long median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return medianOfSorted(sorted);
  }

  static long medianOfSorted(long[] sorted) {
    int n = sorted.length;
    if (n == 0) {
      throw new IllegalArgumentException("no values");
    }
    long low = sorted[(n - 1) / 2];
    return low + (sorted[n / 2] - low) / 2;
  }

  /** {@return the median of the absolute deviations from the median, unscaled} */
  public static long mad(long[] values) {
    long median = median(values);
    long[] deviations = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      deviations[i] = Math.abs(values[i] - median);
    }
    return median(deviations);
  }

  /**
   * {@return the value that a part {@code p} of the values does not exceed (nearest rank)}
   *
   * @param p 0 to 1
   */
  public static long percentile(long[] values, double p) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(p * sorted.length);
    return sorted[Math.max(0, Math.min(sorted.length - 1, rank - 1))];
  }

  /**
   * The 95 % interval in which the median of an equal measurement falls.
   *
   * <p>A bootstrap of blocks: consecutive runs resemble each other (the machine's state moves
   * slowly), so blocks of neighbours are drawn and not single runs, and the spread of the
   * difference of two resampled medians is taken, because both this measurement and the one it is
   * compared with are samples.
   *
   * @param values in the order they were measured
   * @return lower and upper end
   */
  public static long[] interval(long[] values) {
    SplittableRandom random = new SplittableRandom(SEED);
    Resampler resampler = new Resampler(values);
    long[] differences = new long[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      long one = resampler.median(random);
      differences[i] = one - resampler.median(random);
    }
    Arrays.sort(differences);
    int tail = RESAMPLES / 40;
    long median = median(values);
    return new long[] {median + differences[tail - 1], median + differences[RESAMPLES - tail]};
  }

  /**
   * The 95 % interval of the ratio of two medians, {@code b} to {@code a}, measured by turns.
   *
   * @param a in the order they were measured, {@code a[i]} beside {@code b[i]}
   * @return lower end, ratio, upper end
   */
  public static double[] ratio(long[] a, long[] b) {
    return compare(a, b, true);
  }

  /** The same of the difference, {@code b} minus {@code a}. */
  public static double[] difference(long[] a, long[] b) {
    return compare(a, b, false);
  }

  private static double[] compare(long[] a, long[] b, boolean ratio) {
    SplittableRandom random = new SplittableRandom(SEED);
    Resampler first = new Resampler(a);
    Resampler second = new Resampler(b);
    double[] results = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      results[i] = compare(first.median(random), second.median(random), ratio);
    }
    Arrays.sort(results);
    int tail = RESAMPLES / 40;
    return new double[] {
      results[tail - 1], compare(median(a), median(b), ratio), results[RESAMPLES - tail]
    };
  }

  private static double compare(long a, long b, boolean ratio) {
    return ratio ? (double) b / Math.max(1, a) : b - a;
  }

  /**
   * Half the width of the median's interval by order statistics (binomial ranks): as good as the
   * bootstrap for deciding whether to go on, and free.
   */
  public static long halfWidth(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    int reach = (int) Math.ceil(0.98 * Math.sqrt(n));
    int low = Math.max(0, n / 2 - reach);
    int high = Math.min(n - 1, (n - 1) / 2 + reach);
    return (sorted[high] - sorted[low] + 1) / 2;
  }

  /** Draws samples of blocks with replacement and takes their medians by counting ranks. */
  private static final class Resampler {
    private final long[] sorted;

    /** Leaves 2<sup>43</sup> nanoseconds, more than two hours, for the value. */
    private static final int POSITION_BITS = 20;

    /** By position in time: the rank of the value in {@code sorted}. */
    private final int[] rank;

    private final int[] count;
    private final int block;

    Resampler(long[] values) {
      int n = values.length;
      // Value and position in one word: sorts without an object per value.
      long[] order = new long[n];
      for (int i = 0; i < n; i++) {
        order[i] = values[i] << POSITION_BITS | i;
      }
      Arrays.sort(order);
      sorted = new long[n];
      rank = new int[n];
      for (int i = 0; i < n; i++) {
        int position = (int) order[i] & ((1 << POSITION_BITS) - 1);
        sorted[i] = values[position];
        rank[position] = i;
      }
      count = new int[n];
      block = Math.max(1, (int) Math.cbrt(n));
    }

    long median(SplittableRandom random) {
      int n = rank.length;
      Arrays.fill(count, 0);
      int drawn = 0;
      while (drawn < n) {
        int from = random.nextInt(n);
        for (int i = 0; i < block && drawn < n; i++, drawn++) {
          count[rank[from + i < n ? from + i : from + i - n]]++;
        }
      }
      int lowRank = (n - 1) / 2;
      int highRank = n / 2;
      int passed = 0;
      long low = 0;
      for (int i = 0; i < n; i++) {
        int next = passed + count[i];
        if (passed <= lowRank && lowRank < next) {
          low = sorted[i];
        }
        if (passed <= highRank && highRank < next) {
          return low + (sorted[i] - low) / 2;
        }
        passed = next;
      }
      return low;
    }
  }
}
