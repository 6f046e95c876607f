package dev.binspect.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.load.Counters;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.start.StartModel.Scale;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static LoadPlan plan(int libraries) {
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
              50L * i,
              0,
              90L * i,
              0,
              4));
    }
    return new LoadPlan(
        LoadPlan.Loader.GLIBC,
        objects,
        List.of(),
        List.of(),
        new Counters(0, 0, 0, 0, 0, 0, 0, 4L * objects.size()),
        List.of(),
        List.of(),
        List.of());
  }

  /** Programs of a machine whose phases take so many times as long as the model says. */
  private static List<Calibration.Program> machine(StartModel machine, int programs, double odd) {
    List<Calibration.Program> all = new ArrayList<>();
    for (int i = 0; i < programs; i++) {
      LoadPlan plan = plan(2 + 3 * i);
      StartModel model =
          i < programs / 2 ? machine : machine.scaled(new Scale(odd, odd, odd, odd, odd), 0, "");
      all.add(new Calibration.Program(plan, model.estimate(plan, "")));
    }
    return all;
  }

  @Test
  void aSlowerMachineIsFoundPhaseByPhase() {
    Scale slower = new Scale(2, 1.5, 3, 1.25, 4);
    Calibration.Result result =
        Calibration.of(
            StartModel.DEFAULT, machine(StartModel.DEFAULT.scaled(slower, 0, ""), 12, 1), 1);
    assertThat(result).isNotNull();
    assertThat(result.scale().kernel()).isBetween(1.99, 2.01);
    assertThat(result.scale().bootstrap()).isBetween(1.49, 1.51);
    assertThat(result.scale().map()).isBetween(2.99, 3.01);
    assertThat(result.scale().relocate()).isBetween(1.24, 1.26);
    assertThat(result.scale().constructors()).isBetween(3.97, 4.01);
    assertThat(result.errorPercent()).isLessThanOrEqualTo(1);
    assertThat(result.programs()).isEqualTo(12);
  }

  @Test
  void theErrorIsThatOfProgramsItWasNotFittedOn() {
    // Those with many libraries are half as dear again: a fit on all would hide it. A fit to them
    // is
    // 50 % too high for the others, a fit to the others 33 % too low for them.
    Calibration.Result result =
        Calibration.of(StartModel.DEFAULT, machine(StartModel.DEFAULT, 12, 1.5), 1);
    assertThat(result).isNotNull();
    assertThat(result.errorPercent()).isBetween(41L, 43L);
  }

  @Test
  void whatTheMachinesSpeedDidMeanwhileIsTakenOut() {
    List<Calibration.Program> programs = new ArrayList<>();
    for (Calibration.Program program : machine(StartModel.DEFAULT, 12, 1)) {
      // Measured at half the reference speed.
      Scale half = new Scale(2, 2, 2, 2, 2);
      Start slow = StartModel.DEFAULT.scaled(half, 0, "").estimate(program.plan(), "");
      programs.add(new Calibration.Program(program.plan(), withGauge(slow, 400)));
    }
    Calibration.Result result = Calibration.of(StartModel.DEFAULT, programs, 200);
    assertThat(result).isNotNull();
    assertThat(result.scale().map()).isBetween(0.99, 1.01);
    assertThat(result.scale().constructors()).isBetween(0.99, 1.01);
    // Nobody who compares an estimate with a single measurement knows that speed.
    assertThat(result.errorPercent()).isBetween(50L, 51L);
  }

  private static Start withGauge(Start start, long gaugeNanos) {
    return new Start(
        start.how(),
        start.why(),
        start.runs(),
        start.medianNanos(),
        start.madNanos(),
        start.ci95Nanos(),
        start.p95Nanos(),
        start.wallMedianNanos(),
        start.phases(),
        start.pageFaults(),
        start.dirtyBytes(),
        start.objectsLoaded(),
        start.libraries(),
        start.libraryScale(),
        start.samples(),
        start.warnings(),
        start.method(),
        start.loaderNanos(),
        start.floorNanos(),
        start.majorFaults(),
        start.predictedPages(),
        start.instructions(),
        start.exitNanos(),
        start.errorPercent(),
        start.errorBasis(),
        new Start.AtReference(start.medianNanos() / 2, new long[] {0, 0}, gaugeNanos, 200));
  }

  @Test
  void fewProgramsSayNothing() {
    assertThat(Calibration.of(StartModel.DEFAULT, machine(StartModel.DEFAULT, 7, 1), 1)).isNull();
  }
}
