package dev.binspect.start;

import dev.binspect.start.Sampler.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What makes a measurement doubtful. Each sentence says what to do next. */
final class Doubts {
  /** Fewer runs show neither a trend nor two humps. */
  private static final int FEWEST = 20;

  private Doubts() {}

  /**
   * @param cpu in the order measured
   */
  static List<String> of(Samples samples, long[] cpu, long[] wall) {
    List<String> found = new ArrayList<>();
    Set<String> incidents = new LinkedHashSet<>();
    for (List<Run> runs : List.of(samples.counted(), samples.closer())) {
      for (Run run : runs) {
        incidents.addAll(run.incidents());
      }
    }
    for (String incident : incidents) {
      found.add(
          "before its entry point the program "
              + incident
              + (incident.equals(Run.STARTS_PROCESS)
                  ? ": that one's processor time is not part of the figures, waiting for it is part"
                      + " of the wall clock's; see the constructors of its libraries"
                  : ": what that does is part of the figures; see the constructors of its"
                      + " libraries"));
    }
    if (samples.failures() > 0) {
      found.add(
          runs(samples.failures())
              + " did not come to the entry point and "
              + (samples.failures() == 1 ? "does" : "do")
              + " not count; run it by hand to see why");
    }
    if (cpu.length < FEWEST) {
      found.add("only " + runs(cpu.length) + ": the interval is a guess; give it more with --runs");
      return found;
    }
    double drift = drift(cpu);
    if (Math.abs(drift) > 0.05) {
      found.add(
          "the runs became "
              + (drift > 0 ? "slower" : "faster")
              + " by "
              + Math.round(Math.abs(drift) * 100)
              + " % meanwhile: something else changes the machine's speed; measure again when it is"
              + " quiet");
    }
    if (bimodal(cpu)) {
      found.add(
          "the runs fall into two groups: the median lies between them or in one of them; look at"
              + " the single runs with --format json");
    }
    if (Statistics.median(wall) > 2 * Statistics.median(cpu)) {
      found.add(
          "the program waited most of the time: for the processor, a disk or another process, or a"
              + " constructor sleeps; the processor time is what counts here, for the wall time"
              + " measure again when the machine is quiet");
    }
    return found;
  }

  private static String runs(int count) {
    return count + (count == 1 ? " run" : " runs");
  }

  /**
   * {@return how much later runs differ from earlier ones, as a part of the median; 0 where chance
   * explains it}
   */
  static double drift(long[] values) {
    int third = values.length / 3;
    long[] early = Arrays.copyOfRange(values, 0, third);
    long[] late = Arrays.copyOfRange(values, values.length - third, values.length);
    // Mann-Whitney: how often a late run is slower than an early one.
    long wins = 0;
    for (long a : early) {
      for (long b : late) {
        wins += b > a ? 2 : b == a ? 1 : 0;
      }
    }
    double pairs = (double) third * third;
    double expected = pairs;
    double deviation = 2 * Math.sqrt(pairs * (2 * third + 1) / 12);
    if (Math.abs(wins - expected) < 3 * deviation) {
      return 0;
    }
    return (double) (Statistics.median(late) - Statistics.median(early))
        / Statistics.median(values);
  }

  /**
   * {@return whether the values form two clearly separate groups, each of a fifth of them or more}
   */
  static boolean bimodal(long[] values) {
    long[] sorted = Statistics.sorted(values);
    int n = sorted.length;
    int least = Math.max(3, n / 5);
    double[] sum = new double[n + 1];
    double[] squares = new double[n + 1];
    for (int i = 0; i < n; i++) {
      double value = sorted[i] - sorted[0];
      sum[i + 1] = sum[i] + value;
      squares[i + 1] = squares[i] + value * value;
    }
    double best = 0;
    for (int cut = least; cut <= n - least; cut++) {
      double low = spread(sum, squares, 0, cut);
      double high = spread(sum, squares, cut, n);
      double distance = (sum[n] - sum[cut]) / (n - cut) - sum[cut] / cut;
      double gap = sorted[cut] - sorted[cut - 1];
      // Ashman's D, and a gap where one would expect the most values.
      double d = distance * Math.sqrt(2) / Math.sqrt(low * low + high * high + 1);
      if (gap > distance / 4) {
        best = Math.max(best, d);
      }
    }
    return best > 4;
  }

  private static double spread(double[] sum, double[] squares, int from, int to) {
    int n = to - from;
    double mean = (sum[to] - sum[from]) / n;
    return Math.sqrt(Math.max(0, (squares[to] - squares[from]) / n - mean * mean));
  }
}
