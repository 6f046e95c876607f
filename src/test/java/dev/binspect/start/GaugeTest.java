package dev.binspect.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.load.Counters;
import dev.binspect.load.LoadPlan;
import dev.binspect.start.Sampler.Samples;
import dev.binspect.start.Start.AtReference;
import dev.binspect.start.StartProbe.Budget;
import java.time.Duration;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class GaugeTest {
  private static final Budget SIXTY = new Budget(60, Duration.ofSeconds(1), false);
  private static final LoadPlan PLAN =
      new LoadPlan(
          LoadPlan.Loader.GLIBC,
          List.of(),
          List.of(),
          List.of(),
          new Counters(0, 0, 0, 0, 0, 0, 0, 24),
          List.of(),
          List.of(),
          List.of());

  /** Of the fake's runs three tenths are kernel and bootstrap. */
  private static final ReferenceSpeed REFERENCE =
      new ReferenceSpeed("/ld.so", 90_000, 80_000, 180_000);

  private final long[] clock = new long[1];

  /** A machine whose speed halves and comes back every few milliseconds. */
  private IntToLongFunction onAShakyMachine(long nanos) {
    return n -> clock[0] / 7_000_000 % 2 == 0 ? nanos : 2 * nanos;
  }

  private Samples samples(IntToLongFunction program, IntToLongFunction idle) {
    return new Sampler(
            new FakeTracer(clock, program), new FakeTracer(clock, idle), SIXTY, () -> clock[0])
        .take();
  }

  @Test
  void theMachinesSpeedIsTakenOut() {
    Samples samples = samples(onAShakyMachine(1_000_000), onAShakyMachine(300_000));
    AtReference start = Gauge.atReference(samples, REFERENCE);
    assertThat(start).isNotNull();
    assertThat(start.medianNanos()).isBetween(995_000L, 1_005_000L);
    assertThat(start.ci95Nanos()[1] - start.ci95Nanos()[0]).isBetween(29_000L, 31_000L);
    assertThat(Figure.CPU.column(samples.counted())).contains(1_000_000, 2_000_000);
  }

  @Test
  void asSlowMeansAsManyPercent() {
    AtReference start = Gauge.atReference(samples(n -> 2_000_000, n -> 600_000), REFERENCE);
    assertThat(start).isNotNull();
    assertThat(start.medianNanos()).isEqualTo(1_000_000);
    assertThat(start.gaugeNanos()).isEqualTo(180_000);
    assertThat(start.speedPercent()).isEqualTo(50);
  }

  @Test
  void withoutReferenceItsOwnSpeedIsIt() {
    Start start = Summary.of(samples(n -> 2_000_000, n -> 600_000), PLAN, null, "ptrace", null);
    assertThat(start.atReference()).isNotNull();
    assertThat(start.atReference().medianNanos()).isEqualTo(start.medianNanos());
    assertThat(start.atReference().speedPercent()).isEqualTo(100);
    assertThat(start.ci95Nanos()).containsExactly(2_000_000, 2_000_000);
  }

  @Test
  void theIntervalCoversTheSpeedsTheMachineWasSeenAt() {
    Start start =
        Summary.of(samples(n -> 1_000_000, n -> 300_000), PLAN, null, "ptrace", REFERENCE);
    assertThat(start.medianNanos()).isEqualTo(1_000_000);
    assertThat(start.ci95Nanos()[0]).isBetween(875_000L, 876_000L);
    assertThat(start.ci95Nanos()[1]).isEqualTo(2_030_000);
  }

  @Test
  void withoutAnEmptyProgramNothingIsToldOfTheSpeed() {
    Samples samples =
        new Sampler(new FakeTracer(clock, n -> 1_000_000), null, SIXTY, () -> clock[0]).take();
    assertThat(Gauge.atReference(samples, REFERENCE)).isNull();
  }
}
