package dev.binspect.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void theMedianOfAnEvenCountLiesBetweenTheMiddleTwo() {
    assertThat(Statistics.median(new long[] {4, 1, 3, 2})).isEqualTo(2);
    assertThat(Statistics.median(new long[] {40, 10, 30, 20})).isEqualTo(25);
    assertThat(Statistics.median(new long[] {7})).isEqualTo(7);
    assertThatThrownBy(() -> Statistics.median(new long[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theMadDoesNotSeeOutliers() {
    assertThat(Statistics.mad(new long[] {10, 11, 12, 13, 1_000_000})).isEqualTo(1);
  }

  @Test
  void percentilesAreOfTheNearestRank() {
    long[] values = new long[100];
    for (int i = 0; i < 100; i++) {
      values[i] = 100 - i;
    }
    assertThat(Statistics.percentile(values, 0.95)).isEqualTo(95);
    assertThat(Statistics.percentile(values, 0.951)).isEqualTo(96);
    assertThat(Statistics.percentile(values, 0)).isEqualTo(1);
    assertThat(Statistics.percentile(values, 1)).isEqualTo(100);
  }

  @Test
  void equalSamplesHaveAnIntervalWithoutWidth() {
    assertThat(Statistics.interval(new long[] {5, 5, 5, 5, 5})).containsExactly(5, 5);
  }

  @Test
  void theSameSamplesGiveTheSameInterval() {
    long[] values = noise(1, 50, 1000, 100);
    assertThat(Statistics.interval(values)).containsExactly(Statistics.interval(values.clone()));
  }

  @Test
  void theIntervalCoversTheNextMedianNineTimesOfTen() {
    int covered = 0;
    for (int i = 0; i < 200; i++) {
      long[] interval = Statistics.interval(noise(2 * i, 40, 100_000, 9_000));
      long next = Statistics.median(noise(2 * i + 1, 40, 100_000, 9_000));
      covered += interval[0] <= next && next <= interval[1] ? 1 : 0;
    }
    assertThat(covered).isBetween(180, 200);
  }

  @Test
  void theIntervalCoversTheNextMedianThoughTheMachineDriftsSlowly() {
    int covered = 0;
    for (int i = 0; i < 100; i++) {
      // One machine, two measurements one after the other: its speed wanders.
      long[] both = wandering(noise(1000 + i, 600, 100_000, 3_000), i);
      long[] interval = Statistics.interval(Arrays.copyOf(both, 300));
      long next = Statistics.median(Arrays.copyOfRange(both, 300, 600));
      covered += interval[0] <= next && next <= interval[1] ? 1 : 0;
    }
    assertThat(covered).isBetween(80, 100);
  }

  @Test
  void whatHappensToBothAtOnceCancelsOut() {
    long[] a = wandering(noise(20, 200, 100_000, 1_000), 5);
    long[] b = wandering(noise(21, 200, 120_000, 1_000), 5);
    double[] ratio = Statistics.ratio(a, b);
    assertThat(ratio[0]).isLessThan(1.2).isGreaterThan(1.18);
    assertThat(ratio[2]).isGreaterThan(1.2).isLessThan(1.22);
  }

  /** The values on a machine whose speed swings by a few percent, slowly and by chance. */
  private static long[] wandering(long[] values, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double speed = 1;
    for (int i = 0; i < values.length; i++) {
      if (i % 25 == 0) {
        speed += (random.nextDouble() - 0.5) * 0.04 - (speed - 1) * 0.2;
      }
      values[i] = Math.round(values[i] * speed);
    }
    return values;
  }

  @Test
  void moreSamplesNarrowTheInterval() {
    long[] few = Statistics.interval(noise(3, 20, 100_000, 9_000));
    long[] many = Statistics.interval(noise(3, 500, 100_000, 9_000));
    assertThat(many[1] - many[0]).isLessThan((few[1] - few[0]) / 2);
  }

  @Test
  void theRatioOfTwoKnownDistributionsLiesInItsInterval() {
    double[] ratio = Statistics.ratio(noise(4, 100, 100_000, 5_000), noise(5, 100, 150_000, 5_000));
    assertThat(ratio[0]).isLessThan(1.5).isGreaterThan(1.4);
    assertThat(ratio[2]).isGreaterThan(1.5).isLessThan(1.6);
    double[] difference =
        Statistics.difference(noise(4, 100, 100_000, 5_000), noise(5, 100, 150_000, 5_000));
    assertThat(difference[0]).isLessThan(50_000);
    assertThat(difference[2]).isGreaterThan(50_000);
  }

  @Test
  void driftIsSeenAndNoiseIsNot() {
    long[] drifting = noise(6, 60, 100_000, 2_000);
    for (int i = 0; i < drifting.length; i++) {
      drifting[i] += 500L * i;
    }
    assertThat(Doubts.drift(drifting)).isGreaterThan(0.1);
    assertThat(Doubts.drift(noise(7, 60, 100_000, 2_000))).isZero();
  }

  @Test
  void twoHumpsAreSeenAndOneIsNot() {
    long[] two = noise(8, 60, 100_000, 2_000);
    for (int i = 0; i < two.length; i += 2) {
      two[i] += 50_000;
    }
    assertThat(Doubts.bimodal(two)).isTrue();
    assertThat(Doubts.bimodal(noise(9, 60, 100_000, 2_000))).isFalse();
    long[] outliers = noise(10, 60, 100_000, 2_000);
    outliers[3] = 900_000;
    assertThat(Doubts.bimodal(outliers)).isFalse();
  }

  /** Normal noise around a value. */
  static long[] noise(long seed, int n, double mean, double deviation) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] values = new long[n];
    for (int i = 0; i < n; i++) {
      double sum = -6;
      for (int k = 0; k < 12; k++) {
        sum += random.nextDouble();
      }
      values[i] = Math.round(mean + deviation * sum);
    }
    return values;
  }
}
