package dev.binspect.start;

import dev.binspect.start.Run.Ending;
import dev.binspect.start.Run.Milestone;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/** Runs that take what a function says; the clock moves with them. */
final class FakeTracer implements Tracer {
  final List<Integer> paddings = new ArrayList<>();
  final List<Detail> details = new ArrayList<>();
  private final IntToLongFunction cpuOfRun;
  private final long[] clock;
  private int failFrom = Integer.MAX_VALUE;

  FakeTracer(long[] clock, IntToLongFunction cpuOfRun) {
    this.clock = clock;
    this.cpuOfRun = cpuOfRun;
  }

  FakeTracer failFrom(int run) {
    failFrom = run;
    return this;
  }

  @Override
  public Run run(Detail detail, int padding) {
    int n = details.size();
    details.add(detail);
    paddings.add(padding);
    long whole = cpuOfRun.applyAsLong(n);
    clock[0] += whole;
    if (n >= failFrom) {
      return Run.failed(Ending.EXITED, 7, List.of());
    }
    long[] times = Run.unseen();
    times[Milestone.CALL.at()] = 0;
    times[Milestone.EXEC.at()] = whole / 10;
    times[Milestone.ADD.at()] = whole * 3 / 10;
    times[Milestone.ENTRY.at()] = whole;
    if (detail != Detail.PLAIN) {
      // Stops disturb: all that follows the first of them takes half as long again.
      times[Milestone.MAPPED.at()] = whole * 6 / 10;
      times[Milestone.CONSISTENT.at()] = whole * 12 / 10;
      times[Milestone.ENTRY.at()] = whole * 135 / 100;
    }
    return new Run(
        Ending.ENTRY,
        0,
        times,
        times.clone(),
        41,
        0,
        98304,
        -1,
        whole / 5,
        List.of("/p"),
        List.of(),
        List.of());
  }

  @Override
  public void close() {}
}
