package dev.binspect.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.start.Start;
import dev.binspect.tradeoff.Tradeoff.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StartsTest {
  private static final Path STATIC = Path.of("static");
  private static final Path DYLIB = Path.of("dylib");
  private static final long SAVED = 100_000_000;

  /** Starts that a function makes up; a median below zero is none. */
  private record Made(ToLongFunction<Path> median, @Nullable Path estimated) implements Examiner {
    @Override
    public Examined examine(
        Path program, List<Path> libraryPath, @Nullable Path cargoFolder, List<String> expected) {
      return new Examined(1, null, null);
    }

    @Override
    public Start start(Path program, List<Path> libraryPath, int runs) {
      long whole = median.applyAsLong(program);
      List<Start.Sample> samples = new ArrayList<>();
      for (int i = 0; i < runs; i++) {
        samples.add(new Start.Sample(whole + i, whole + i, 40, whole / 10));
      }
      boolean guessed = program.equals(estimated);
      return new Start(
          guessed ? Start.How.ESTIMATED : Start.How.MEASURED,
          guessed ? "it dies before its entry point" : null,
          guessed ? 0 : runs,
          whole,
          0,
          new long[0],
          whole,
          whole,
          List.of(),
          40,
          4096,
          List.of(),
          List.of(),
          null,
          guessed ? List.of() : samples,
          List.of(),
          "ptrace",
          whole,
          -1,
          0,
          -1,
          -1,
          guessed ? -1 : whole / 10,
          -1,
          null,
          null);
    }
  }

  private static Tradeoff compare(Examiner examiner) throws Exception {
    return ReadyPrograms.compare(STATIC, DYLIB, List.of(), SAVED, -1, List.of(), examiner);
  }

  @Test
  void theEndOfTheProcessIsPaidAtEachStart() {
    assertThat(Starts.costs(List.of(100L, 200L), List.of(10L, 30L), true))
        .containsExactly(110L, 230L);
    assertThat(Starts.costs(List.of(100L, 200L), List.of(), false)).containsExactly(100L, 200L);
  }

  /** A shared processor runs at another speed a moment later, and keeps it for some starts. */
  @Test
  void theSameProgramTwiceIsToldApartInFiveOfAHundredComparisonsAtMost() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    int apart = 0;
    for (int i = 0; i < 100; i++) {
      Tradeoff t = compare(new Made(p -> 500_000 + random.nextLong(300_000), null));
      Interval costs = t.costs();
      assertThat(costs).isNotNull();
      apart += costs.positive() || costs.negative() ? 1 : 0;
    }
    assertThat(apart).isLessThanOrEqualTo(9);
  }

  @Test
  void whatCostsMoreIsSeenThroughAChangingSpeed() throws Exception {
    SplittableRandom random = new SplittableRandom(12);
    Tradeoff t =
        compare(
            new Made(
                p -> (p.equals(DYLIB) ? 2_000_000 : 500_000) + random.nextLong(300_000), null));
    assertThat(t.outcome()).isEqualTo(Outcome.PAYS_UNTIL);
    assertThat(t.costs()).isNotNull();
    assertThat(t.costs().low()).isBetween(1_300_000L, 1_700_000L);
    assertThat(t.breakEven()).isNotNull();
  }

  @Test
  void aGuessIsNotComparedWithAMeasurement() throws Exception {
    Tradeoff t = compare(new Made(p -> 600_000, DYLIB));
    assertThat(t.costs()).isNull();
    assertThat(t.breakEven()).isNull();
    assertThat(t.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(t.notes())
        .anyMatch(n -> n.message().contains("not compared") && n.message().contains("dies"));
  }
}
