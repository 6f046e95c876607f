package dev.binspect.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.image.Note;
import dev.binspect.tradeoff.Tradeoff.BreakEven;
import dev.binspect.tradeoff.Tradeoff.Outcome;
import dev.binspect.tradeoff.Tradeoff.Rebuild;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    assertThat(Bootstrap.median(new long[] {9, 1, 3, 5})).isEqualTo(4);
    assertThat(Bootstrap.median(new long[] {9, 1, 3})).isEqualTo(3);
  }

  @Test
  void theIntervalHoldsTheTruthInAboutNinetyFiveOfAHundredExperiments() {
    SplittableRandom random = new SplittableRandom(7);
    int held = 0;
    for (int experiment = 0; experiment < 100; experiment++) {
      List<Long> samples = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        samples.add(1_000_000 + Math.round(10_000 * random.nextGaussian()));
      }
      Interval interval = Bootstrap.median(samples);
      held += interval.low() <= 1_000_000 && 1_000_000 <= interval.high() ? 1 : 0;
    }
    assertThat(held).isBetween(86, 100);
  }

  @Test
  void pairsTakenSideBySideCancelWhatBothShared() {
    List<Long> more = new ArrayList<>();
    List<Long> less = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      // the machine is slower by a second each round; the difference stays 100
      more.add(i * 1_000_000_000L + 100);
      less.add(i * 1_000_000_000L);
    }
    assertThat(Bootstrap.pairedDifference(more, less)).isEqualTo(Interval.exactly(100));
  }

  @Test
  void aSavingThatIsNotBetweenTheMediansBesideItIsExplained() {
    List<Long> statically = List.of(299_800_000L, 260_000_000L, 333_000_000L);
    List<Long> dynamically = List.of(274_700_000L, 207_200_000L, 272_800_000L);
    Note note = Judgement.apart(rebuild(statically, dynamically), rounds(statically, dynamically));
    assertThat(note).isNotNull();
    assertThat(note.message())
        .contains("52.8 ms, is the middle")
        .contains("(25.1, 52.8, 60.2 ms)")
        .contains("27.0 ms apart");
    List<Long> steady = List.of(247_000_000L, 207_200_000L, 280_200_000L);
    assertThat(Judgement.apart(rebuild(statically, steady), rounds(statically, steady))).isNull();
  }

  private static long[] rounds(List<Long> statically, List<Long> dynamically) {
    return Bootstrap.differences(statically, dynamically);
  }

  private static Rebuild rebuild(List<Long> statically, List<Long> dynamically) {
    return new Rebuild(
        "default",
        statically.size(),
        Bootstrap.median(statically),
        Bootstrap.median(dynamically),
        null,
        null,
        Bootstrap.pairedDifference(statically, dynamically));
  }

  @Test
  void theBreakEvenIsTheGainOverThePrice() {
    assertThat(Judgement.breakEven(new long[] {600, 600, 600}, new long[] {2, 2, 2}))
        .isEqualTo(new BreakEven(300, 300, 300));
  }

  @Test
  void aPriceThatMayBeNothingLeavesTheBreakEvenWithoutAnUpperEnd() {
    BreakEven at = Judgement.breakEven(new long[] {600, 610, 590}, new long[] {0, 1, 1, 1});
    assertThat(at).isNotNull();
    assertThat(at.high()).isEqualTo(-1);
  }

  @Test
  void withoutAGainOrAPriceThereIsNoBreakEven() {
    assertThat(Judgement.breakEven(new long[] {-5}, new long[] {2})).isNull();
    assertThat(Judgement.breakEven(new long[] {5}, new long[] {0})).isNull();
    assertThat(Judgement.breakEven(new long[] {5}, new long[0])).isNull();
  }

  @Test
  void aVerdictNeedsIntervalsThatDoNotTouchZero() {
    Interval gain = new Interval(10, 5, 15);
    Interval loss = new Interval(-10, -15, -5);
    Interval unclear = new Interval(1, -5, 7);
    assertThat(Judgement.outcome(gain, gain)).isEqualTo(Outcome.PAYS_UNTIL);
    assertThat(Judgement.outcome(gain, unclear)).isEqualTo(Outcome.PAYS);
    assertThat(Judgement.outcome(gain, loss)).isEqualTo(Outcome.PAYS);
    assertThat(Judgement.outcome(gain, null)).isEqualTo(Outcome.UNDECIDED);
    assertThat(Judgement.outcome(unclear, gain)).isEqualTo(Outcome.UNDECIDED);
    assertThat(Judgement.outcome(loss, gain)).isEqualTo(Outcome.LOSES);
    assertThat(Judgement.outcome(loss, loss)).isEqualTo(Outcome.UNDECIDED);
  }
}
