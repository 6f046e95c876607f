package dev.binspect.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.load.Counters;
import dev.binspect.load.LoadPlan;
import dev.binspect.start.Sampler.Samples;
import dev.binspect.start.Start.Phase;
import dev.binspect.start.StartProbe.Budget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final Budget TWENTY = new Budget(20, Duration.ofSeconds(1), false);
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

  private final long[] clock = new long[1];

  private Samples take(FakeTracer program, Budget budget) {
    return new Sampler(program, null, budget, () -> clock[0]).take();
  }

  @Test
  void asManyRunsCountAsAreAskedFor() {
    FakeTracer program = new FakeTracer(clock, n -> 1000 + n % 7);
    assertThat(take(program, TWENTY).counted()).hasSize(20);
  }

  @Test
  void warmUpDoesNotCount() {
    FakeTracer program = new FakeTracer(clock, n -> n < 2 ? 1_000_000 : 1000);
    for (Run run : take(program, TWENTY).counted()) {
      assertThat(run.cpu(Run.Milestone.CALL, Run.Milestone.ENTRY)).isEqualTo(1000);
    }
  }

  @Test
  void theEnvironmentsSizeVaries() {
    FakeTracer program = new FakeTracer(clock, n -> 1000);
    take(program, TWENTY);
    assertThat(new HashSet<>(program.paddings)).hasSizeGreaterThan(10);
    assertThat(program.paddings).allMatch(padding -> padding >= 0 && padding < 4096);
  }

  @Test
  void theIdleProgramRunsInBetween() {
    FakeTracer program = new FakeTracer(clock, n -> 1000);
    FakeTracer idle = new FakeTracer(clock, n -> 300);
    Samples samples = new Sampler(program, idle, TWENTY, () -> clock[0]).take();
    assertThat(samples.floor()).hasSizeBetween(3, 8);
    assertThat(Summary.of(samples, PLAN, null, "ptrace", null).floorNanos()).isEqualTo(300);
  }

  @Test
  void whereTimeIsGivenTheIdleProgramRunsAsOften() {
    FakeTracer program = new FakeTracer(clock, n -> 1_000_000 * (1 + n * 7 % 10));
    FakeTracer idle = new FakeTracer(clock, n -> 300);
    Budget second = new Budget(0, Duration.ofSeconds(1), false);
    Samples samples = new Sampler(program, idle, second, () -> clock[0]).take();
    assertThat(samples.counted()).hasSizeGreaterThan(50);
    assertThat(samples.floor()).hasSameSizeAs(samples.counted());
    assertThat(samples.floorBefore()).doesNotHaveDuplicates();
  }

  @Test
  void steadyRunsEndEarly() {
    FakeTracer program = new FakeTracer(clock, n -> 1_000_000 + n % 3);
    Samples samples = take(program, new Budget(0, Duration.ofSeconds(10), false));
    assertThat(samples.counted()).hasSize(Sampler.FEWEST);
  }

  @Test
  void restlessRunsUseTheirTimeAndNoMore() {
    FakeTracer program = new FakeTracer(clock, n -> 1_000_000 * (1 + n * 7 % 10));
    take(program, new Budget(0, Duration.ofMillis(900), false));
    assertThat(Duration.ofNanos(clock[0]))
        .isBetween(Duration.ofMillis(900), Duration.ofMillis(950));
  }

  @Test
  void aSlowProgramGetsFiveRunsWhateverTheTime() {
    FakeTracer program = new FakeTracer(clock, n -> 1_000_000_000L);
    assertThat(take(program, Budget.DEFAULT).counted()).hasSize(5);
  }

  @Test
  void aProgramThatFailsIsGivenUp() {
    FakeTracer program = new FakeTracer(clock, n -> 1000).failFrom(0);
    Samples samples = take(program, TWENTY);
    assertThat(samples.counted()).isEmpty();
    assertThat(samples.failures()).isEqualTo(3);
    assertThat(samples.failure()).isNotNull();
  }

  @Test
  void laterFailuresAreTold() {
    FakeTracer program = new FakeTracer(clock, n -> 1000).failFrom(15);
    Start start = Summary.of(take(program, TWENTY), PLAN, null, "ptrace", null);
    assertThat(start.runs()).isBetween(1, 15);
    assertThat(start.warnings()).anyMatch(text -> text.contains("did not come to the entry point"));
  }

  @Test
  void oneRunIsOne() {
    FakeTracer program = new FakeTracer(clock, n -> 1000);
    Budget one = new Budget(1, Duration.ofSeconds(1), false);
    Start start = Summary.of(take(program, one), PLAN, null, "ptrace", null);
    assertThat(start.warnings()).anyMatch(text -> text.startsWith("only 1 run:"));
  }

  @Test
  void aConstructorThatSleepsIsNoSlowDisk() {
    long[] cpu = new long[20];
    long[] wall = new long[20];
    Arrays.fill(cpu, 1_000_000);
    Arrays.fill(wall, 20_000_000);
    Samples samples = take(new FakeTracer(clock, n -> 1000), TWENTY);
    assertThat(Doubts.of(samples, cpu, wall))
        .anyMatch(text -> text.contains("waited") && text.contains("a constructor sleeps"));
  }

  @Test
  void twoProgramsRunByTurns() {
    FakeTracer one = new FakeTracer(clock, n -> 1000 + n % 5);
    FakeTracer other = new FakeTracer(clock, n -> 2000 + n % 5);
    List<Measurement> both = Measurement.takeBoth(one, other, TWENTY);
    Comparison comparison =
        Comparison.of(
            both.get(0).start(PLAN, null, "ptrace", null),
            both.get(1).start(PLAN, null, "ptrace", null));
    assertThat(comparison.pairs()).isEqualTo(20);
    assertThat(comparison.ratio()).isBetween(1.98, 2.02);
    assertThat(comparison.ratioCi95()[0]).isGreaterThan(1.9);
    assertThat(comparison.differenceNanos()).isBetween(990L, 1010L);
  }

  @Test
  void besideAProgramThatFailsTheOtherIsMeasuredAlone() {
    FakeTracer fails = new FakeTracer(clock, n -> 3_000_000_000L).failFrom(0);
    FakeTracer runs = new FakeTracer(clock, n -> 1_000_000 * (1 + n * 7 % 10));
    Budget second = new Budget(0, Duration.ofSeconds(1), false);
    for (boolean first : new boolean[] {true, false}) {
      List<Measurement> both =
          first
              ? Measurement.takeBoth(fails, runs, second)
              : Measurement.takeBoth(runs, fails, second);
      assertThat(both.get(first ? 0 : 1).failure()).isNotNull();
      Measurement other = both.get(first ? 1 : 0);
      assertThat(other.failure()).isNull();
      assertThat(other.start(PLAN, null, "ptrace", null).runs()).isGreaterThan(50);
    }
  }

  @Test
  void phasesAreMediansOfTheirOwnAndInOrder() {
    FakeTracer program = new FakeTracer(clock, n -> 1_000_000 + 1000 * (n % 9));
    Start start = Summary.of(take(program, TWENTY), PLAN, null, "ptrace", null);
    assertThat(start.phases())
        .extracting(Phase::name)
        .containsExactly("kernel", "bootstrap", "map", "relocate", "constructors");
    // By construction: tenths 1, 2, 2, 4, 1 of 1,004,500.
    assertThat(start.phases())
        .extracting(Phase::medianNanos)
        .containsExactly(100_450L, 200_900L, 200_900L, 401_800L, 100_450L);
    assertThat(start.loaderNanos()).isEqualTo(904_050);
    assertThat(start.predictedPages()).isEqualTo(24);
  }

  @Test
  void phasesAreNotMadeToFit() {
    // Every other run spends its time elsewhere: no phase's median knows of the other half.
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      runs.add(run(0, 10, 20, i % 2 == 0 ? 120 : 40, 130, 140));
    }
    assertThat(Phases.of(samples(runs, List.of())))
        .extracting(Phase::medianNanos)
        .containsExactly(10L, 10L, 100L, 10L, 10L);
  }

  @Test
  void whatCouldNotBeToldApartIsOnePhase() {
    long unseen = Run.UNSEEN;
    // No seccomp filter; musl, which tells of its list once; no rendezvous at all.
    assertThat(names(0, 10, 20, unseen, 50, 60))
        .containsExactly("kernel", "bootstrap", "relocate", "constructors");
    assertThat(names(0, 10, unseen, 30, 50, 60)).containsExactly("kernel", "bootstrap", "relocate");
    assertThat(names(0, 10, unseen, unseen, 50, 60)).containsExactly("kernel", "relocate");
    assertThat(names(0, 10, unseen, unseen, unseen, 60)).containsExactly("kernel", "bootstrap");
    assertThat(names(0, 10, unseen, unseen, unseen, 10)).containsExactly("kernel");
  }

  @Test
  void whatPlainRunsDoNotStopAtIsTakenFromThoseThatDo() {
    long unseen = Run.UNSEEN;
    // Of glibc's loader: mapping, relocating and constructing took 60 of a run with all stops, 30
    // of one without. Of musl's: all before the entry point took 70, and 35.
    assertThat(nanos(run(0, 10, 20, unseen, unseen, 50), run(0, 10, 20, 30, 70, 80)))
        .containsExactly(10L, 10L, 5L, 20L, 5L);
    assertThat(nanos(run(0, 10, unseen, unseen, 40, 45), run(0, 10, unseen, 30, 70, 80)))
        .containsExactly(10L, 10L, 25L);
  }

  private static List<Long> nanos(Run plain, Run stopped) {
    return Phases.of(samples(List.of(plain), List.of(stopped))).stream()
        .map(Phase::medianNanos)
        .toList();
  }

  private static List<String> names(long... times) {
    return Phases.of(samples(List.of(run(times)), List.of())).stream().map(Phase::name).toList();
  }

  private static Samples samples(List<Run> counted, List<Run> closer) {
    return new Samples(counted, closer, List.of(), List.of(), 0, null);
  }

  private static Run run(long... times) {
    return new Run(
        Run.Ending.ENTRY, 0, times, times, 1, 0, -1, -1, -1, List.of(), List.of(), List.of());
  }
}
