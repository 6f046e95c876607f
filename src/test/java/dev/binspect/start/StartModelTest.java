package dev.binspect.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.load.Counters;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartModelTest {
  private static LoadPlan plan(int libraries, long lookups, long probes, long pages) {
    List<LoadedObject> objects = new ArrayList<>();
    for (int i = 0; i <= libraries; i++) {
      objects.add(
          new LoadedObject(
              "l" + i,
              "/l" + i,
              null,
              FoundBy.PROGRAM,
              i == 0 ? 0 : 1,
              null,
              lookups,
              0,
              probes,
              0,
              pages));
    }
    return new LoadPlan(
        LoadPlan.Loader.GLIBC,
        objects,
        List.of(),
        List.of(),
        new Counters(0, 0, 0, 0, 0, 0, 0, pages * (libraries + 1)),
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void everyKindOfWorkCosts() {
    long base = StartModel.DEFAULT.estimate(plan(2, 10, 20, 3), "x").medianNanos();
    assertThat(StartModel.DEFAULT.estimate(plan(3, 10, 20, 3), "x").medianNanos())
        .isGreaterThan(base);
    assertThat(StartModel.DEFAULT.estimate(plan(2, 100, 20, 3), "x").medianNanos())
        .isGreaterThan(base);
    assertThat(StartModel.DEFAULT.estimate(plan(2, 10, 200, 3), "x").medianNanos())
        .isGreaterThan(base);
    assertThat(StartModel.DEFAULT.estimate(plan(2, 10, 20, 30), "x").medianNanos())
        .isGreaterThan(base);
  }

  @Test
  void phasesSumToTheWholeAndEverythingIsMarkedAsModelled() {
    Start start = StartModel.DEFAULT.estimate(plan(5, 100, 700, 9), "for another machine");
    assertThat(start.how()).isEqualTo(Start.How.ESTIMATED);
    assertThat(start.why()).isEqualTo("for another machine");
    assertThat(start.phases().stream().mapToLong(Start.Phase::medianNanos).sum())
        .isEqualTo(start.medianNanos());
    assertThat(start.libraries()).hasSize(6).allMatch(Start.LibraryCost::modelled);
    assertThat(start.errorPercent()).isPositive();
    assertThat(start.predictedPages()).isEqualTo(54);
  }

  /** A program's run after its entry point. */
  @Test
  void onlyLibrariesConstructBeforeTheEntryPoint() {
    LoadPlan plan = plan(5, 100, 700, 9);
    String program = plan.objects().getFirst().path();
    for (Start.LibraryCost cost : StartModel.DEFAULT.estimate(plan, "x").libraries()) {
      assertThat(cost.constructorsNanos() > 0).isEqualTo(!cost.path().equals(program));
    }
  }

  @Test
  void unknownCountsAreNoNegativeWork() {
    long base = StartModel.DEFAULT.estimate(plan(1, 0, 0, 0), "x").medianNanos();
    assertThat(StartModel.DEFAULT.estimate(plan(1, -1, -1, -1), "x").medianNanos()).isEqualTo(base);
  }
}
