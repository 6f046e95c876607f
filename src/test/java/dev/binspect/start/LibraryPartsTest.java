package dev.binspect.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.load.Counters;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.start.Run.Ending;
import dev.binspect.start.Run.Step;
import dev.binspect.start.Run.StepKind;
import dev.binspect.start.Sampler.Samples;
import dev.binspect.start.Start.LibraryCost;
import dev.binspect.start.Start.Phase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LibraryPartsTest {
  private static final String A = "/lib/liba.so";
  private static final String B = "/lib/libb.so";

  /** Maps from 1,000 to 2,000, relocates to 4,000, constructs to 5,000. */
  private static final long[] MILESTONES = {0, 400, 1_000, 2_000, 4_000, 5_000};

  private static LoadedObject object(String path, FoundBy foundBy, long lookups) {
    return new LoadedObject(
        path, path, null, foundBy, foundBy == FoundBy.PROGRAM ? 0 : 1, null, lookups, 0, 0, 0, 0);
  }

  /** Relocates {@code B}, {@code A} and the program; {@code A} is three times {@code B}'s work. */
  private static final LoadPlan PLAN =
      new LoadPlan(
          LoadPlan.Loader.GLIBC,
          List.of(
              object("app", FoundBy.PROGRAM, 0),
              object(A, FoundBy.DEFAULT, 300),
              object(B, FoundBy.DEFAULT, 100)),
          List.of(),
          List.of(),
          new Counters(0, 0, 0, 0, 0, 0, 0, 0),
          List.of(),
          List.of(),
          List.of());

  private List<Phase> phases =
      List.of(
          new Phase("map", 1_000), new Phase("relocate", 2_000), new Phase("constructors", 1_000));

  private Map<String, LibraryCost> costs(Step... steps) {
    Run run =
        new Run(
            Ending.ENTRY,
            0,
            MILESTONES,
            MILESTONES,
            0,
            0,
            -1,
            -1,
            -1,
            List.of("/bin/app", A, B),
            List.of(steps),
            List.of());
    Samples samples = new Samples(List.of(), List.of(run), List.of(), List.of(), 0, null);
    return LibraryParts.of(samples, phases, PLAN).costs().stream()
        .collect(Collectors.toMap(LibraryCost::path, cost -> cost));
  }

  private static Step step(StepKind kind, String object, long cpu) {
    return new Step(kind, object, cpu);
  }

  private static final Step[] ORDINARY = {
    step(StepKind.OPEN, A, 1_000),
    step(StepKind.OPEN, B, 1_500),
    step(StepKind.PROTECT, B, 2_500),
    step(StepKind.PROTECT, A, 3_700),
    step(StepKind.PROTECT, "/bin/app", 4_000),
    step(StepKind.CONSTRUCT, B, 4_000),
    step(StepKind.CONSTRUCT, A, 4_200),
  };

  private static void ordinary(Map<String, LibraryCost> costs) {
    assertThat(costs.get(A)).isEqualTo(new LibraryCost(A, 500, 1_200, 800, false));
    assertThat(costs.get(B)).isEqualTo(new LibraryCost(B, 500, 500, 200, false));
    assertThat(costs.get("/bin/app")).isEqualTo(new LibraryCost("/bin/app", 0, 300, 0, false));
  }

  @Test
  void eachLibraryHasWhatLiesBetweenItsStepsAndTheNext() {
    ordinary(costs(ORDINARY));
  }

  /** Before it relocates the loader checks the versions of all libraries. */
  @Test
  void theLastLibraryDoesNotPayForTheVersionsOfAll() {
    Step[] steps = ORDINARY.clone();
    steps[1] = step(StepKind.OPEN, B, 1_200);
    Map<String, LibraryCost> costs = costs(steps);
    assertThat(costs.get(A).mapNanos()).isEqualTo(200);
    assertThat(costs.get(B).mapNanos()).isEqualTo(200);
  }

  /** It closes its cache, and readies libc, before the first constructor runs. */
  @Test
  void whatTheLoaderDoesForItselfIsNoLibrarys() {
    Map<String, LibraryCost> costs =
        costs(
            step(StepKind.OPEN, A, 1_100),
            step(StepKind.OPEN, "/etc/ld.so.cache", 1_150),
            step(StepKind.OPEN, A, 1_350),
            step(StepKind.OPEN, B, 1_650),
            step(StepKind.PROTECT, B, 2_500),
            step(StepKind.PROTECT, A, 3_500),
            step(StepKind.PROTECT, "/bin/app", 3_600),
            step(StepKind.CONSTRUCT, B, 4_300),
            step(StepKind.CONSTRUCT, A, 4_700));
    assertThat(costs.keySet()).containsExactlyInAnyOrder("/bin/app", A, B);
    assertThat(costs.get(A)).isEqualTo(new LibraryCost(A, 350, 1_000, 300, false));
    assertThat(costs.get(B)).isEqualTo(new LibraryCost(B, 350, 500, 400, false));
    assertThat(costs.get("/bin/app")).isEqualTo(new LibraryCost("/bin/app", 0, 100, 0, false));
  }

  /** A stop at a constructor fetches its page, for one that takes long as for one that does not. */
  @Test
  void whatConstructorsWaitForTheirPagesIsSharedEqually() {
    phases =
        List.of(
            new Phase("map", 1_000),
            new Phase("relocate", 2_000),
            new Phase("constructors", 1_200));
    Map<String, LibraryCost> costs = costs(ORDINARY);
    assertThat(costs.get(A).constructorsNanos()).isEqualTo(800 + 100);
    assertThat(costs.get(B).constructorsNanos()).isEqualTo(200 + 100);
    assertThat(costs.get("/bin/app").constructorsNanos()).isZero();
  }

  @Test
  void stopsThatDisturbConstructorsScaleThem() {
    phases =
        List.of(
            new Phase("map", 1_000), new Phase("relocate", 2_000), new Phase("constructors", 500));
    Map<String, LibraryCost> costs = costs(ORDINARY);
    assertThat(costs.get(A).constructorsNanos()).isEqualTo(400);
    assertThat(costs.get(B).constructorsNanos()).isEqualTo(100);
  }

  /** The loader closes a hole between the segments of a library that it maps with mprotect. */
  @Test
  void aHoleThatIsClosedWhileMappingIsNoRelocation() {
    Step[] steps = ORDINARY.clone();
    steps = Arrays.copyOf(steps, steps.length + 1);
    System.arraycopy(ORDINARY, 2, steps, 3, ORDINARY.length - 2);
    steps[2] = step(StepKind.PROTECT, B, 1_600);
    ordinary(costs(steps));
  }

  /** A constructor reads its configuration, or loads a plug-in. */
  @Test
  void whatAConstructorOpensIsNotMappedByTheLoader() {
    Step[] steps = Arrays.copyOf(ORDINARY, ORDINARY.length + 3);
    steps[7] = step(StepKind.OPEN, "/etc/liba.conf", 4_300);
    steps[8] = step(StepKind.OPEN, B, 4_400);
    steps[9] = step(StepKind.PROTECT, B, 4_600);
    ordinary(costs(steps));
  }

  /** A library linked with -z norelro makes nothing read-only when it is relocated. */
  @Test
  void aLibraryThatClosesNothingSharesTheTimeWithTheNext() {
    Step[] steps = ORDINARY.clone();
    steps[2] = step(StepKind.OPEN, "/etc/none", 2_500);
    Map<String, LibraryCost> costs = costs(steps);
    // A is made read-only 1,700 after all are mapped: a quarter is B's.
    assertThat(costs.get(A)).isEqualTo(new LibraryCost(A, 500, 1_275, 800, true));
    assertThat(costs.get(B)).isEqualTo(new LibraryCost(B, 500, 425, 200, true));
    assertThat(costs.get("/bin/app")).isEqualTo(new LibraryCost("/bin/app", 0, 300, 0, false));
  }

  /** Text is made writable before it is relocated: that is no library's end. */
  @Test
  void textThatIsMadeWritableWasNotRelocatedMeanwhile() {
    Step[] steps = ORDINARY.clone();
    steps[2] = step(StepKind.PROTECT, A, 2_500);
    Map<String, LibraryCost> costs = costs(steps);
    assertThat(costs.get(B)).isEqualTo(new LibraryCost(B, 500, 500, 200, false));
    assertThat(costs.get(A)).isEqualTo(new LibraryCost(A, 500, 1_200, 800, false));
  }
}
