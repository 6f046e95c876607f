package dev.binspect.start;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Robust statistics of small samples. All results are pure functions of their arguments. */
public final class Statistics {
  /** Fixed, so that the same samples give the same interval. */
  private static final long SEED = 0x62_69_6e_73_70_65_63_74L;

  private static final int RESAMPLES = 1000;

  /** Into so many windows a measurement is cut for its interval. */
  private static final int WINDOWS = 8;

  /** The median of fewer runs is none. */
  private static final int SMALLEST_WINDOW = 5;

  /** More of a window do not change its median's spread by anything that could be seen. */
  private static final int MOST_DRAWN = 255;

  private Statistics() {}

  /** {@return the median; the mean of the middle two of an even count} */
  public static long median(long[] values) {
    long[] sorted = sorted(values);
    return medianOfSorted(sorted);
  }

  /**
   * Sorts objects: the sorting of plain numbers in JDK 25 links method references at its first use,
   * which costs as much as ten starts.
   */
  static long[] sorted(long[] values) {
    Long[] order = new Long[values.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = values[i];
    }
    Arrays.sort(order);
    long[] sorted = new long[order.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = order[i];
    }
    return sorted;
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
    long[] sorted = sorted(values);
    int rank = (int) Math.ceil(p * sorted.length);
    return sorted[Math.max(0, Math.min(sorted.length - 1, rank - 1))];
  }

  /**
   * The 95 % interval in which the median of an equal measurement falls.
   *
   * <p>A bootstrap of windows. The machine's state moves slowly (its speed, its caches, what else
   * runs), so that runs in a row resemble each other, and what differs between two measurements is
   * what differs between the parts of one, however many runs there are: each resample draws from a
   * window of consecutive runs, an eighth of all, and not from all of them.
   *
   * @param values in the order they were measured
   * @return lower and upper end
   */
  public static long[] interval(long[] values) {
    SplittableRandom random = new SplittableRandom(SEED);
    int n = values.length;
    int window = Math.min(n, Math.max(SMALLEST_WINDOW, n / WINDOWS));
    long median = median(values);
    Long[] medians = new Long[RESAMPLES];
    long[] drawn = new long[Math.min(window, MOST_DRAWN)];
    for (int i = 0; i < RESAMPLES; i++) {
      int from = random.nextInt(n - window + 1);
      for (int j = 0; j < drawn.length; j++) {
        drawn[j] = values[from + random.nextInt(window)];
      }
      medians[i] = medianOfFew(drawn);
    }
    Arrays.sort(medians);
    int tail = RESAMPLES / 40;
    return new long[] {
      Math.min(median, medians[tail - 1]), Math.max(median, medians[RESAMPLES - tail])
    };
  }

  /** {@return the median}; sorts the values in place, which are too few for more than insertion. */
  private static long medianOfFew(long[] values) {
    for (int i = 1; i < values.length; i++) {
      long value = values[i];
      int j = i;
      while (j > 0 && values[j - 1] > value) {
        values[j] = values[j - 1];
        j--;
      }
      values[j] = value;
    }
    return medianOfSorted(values);
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
    Double[] results = new Double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      // The same turns of both: what happened to both at once cancels out.
      int[] starts = first.draw(random);
      results[i] = compare(first.median(starts), second.median(starts), ratio);
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
      order = Statistics.sorted(order);
      sorted = new long[n];
      rank = new int[n];
      for (int i = 0; i < n; i++) {
        int position = (int) order[i] & ((1 << POSITION_BITS) - 1);
        sorted[i] = values[position];
        rank[position] = i;
      }
      count = new int[n];
      block = Math.max(1, Math.max((int) Math.cbrt(n), n / 10));
    }

    /** {@return where the blocks of one resample begin} */
    int[] draw(SplittableRandom random) {
      int n = rank.length;
      int[] starts = new int[(n + block - 1) / block];
      for (int i = 0; i < starts.length; i++) {
        starts[i] = random.nextInt(n);
      }
      return starts;
    }

    long median(int[] starts) {
      int n = rank.length;
      Arrays.fill(count, 0);
      int drawn = 0;
      for (int from : starts) {
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
