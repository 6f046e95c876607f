package dev.binspect.start;

import dev.binspect.load.LoadPlan;
import dev.binspect.start.Run.Milestone;
import dev.binspect.start.Sampler.Samples;
import dev.binspect.start.Start.How;
import dev.binspect.start.Start.Phase;
import dev.binspect.start.Start.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Turns observed runs into a {@link Start}. */
final class Summary {
  private Summary() {}

  /**
   * @param why how it was measured, or null
   * @param method as {@link Start#method}
   * @param samples with at least one run that counts
   */
  static Start of(Samples samples, LoadPlan plan, @Nullable String why, String method) {
    List<Run> runs = samples.counted();
    long[] cpu = column(runs, run -> run.cpu(Milestone.CALL, Milestone.ENTRY));
    long[] wall = column(runs, run -> run.wall()[Milestone.ENTRY.at()]);
    long median = Statistics.median(cpu);
    List<Sample> kept = new ArrayList<>(runs.size());
    for (int i = 0; i < cpu.length; i++) {
      kept.add(new Sample(cpu[i], wall[i], runs.get(i).faults()));
    }
    List<Phase> phases = Phases.of(samples, median);
    long kernel = phases.isEmpty() ? -1 : phases.getFirst().medianNanos();
    List<Run> censuses = new ArrayList<>();
    for (Run run : samples.closer()) {
      if (run.dirtyBytes() >= 0) {
        censuses.add(run);
      }
    }
    List<String> warnings = new ArrayList<>();
    if (!phases.isEmpty() && !runs.getFirst().withoutLoader() && !named(phases, "map")) {
      warnings.add(
          named(phases, "relocate")
              ? "mapping could not be told from relocating: the phase relocate is both"
              : "the loader could not be taken apart: the phase bootstrap is all of its work");
    }
    warnings.addAll(Doubts.of(samples, cpu, wall));
    return new Start(
        How.MEASURED,
        why,
        cpu.length,
        median,
        Statistics.mad(cpu),
        Statistics.interval(cpu),
        Statistics.percentile(cpu, 0.95),
        Statistics.median(wall),
        phases,
        Statistics.median(column(runs, Run::faults)),
        censuses.isEmpty() ? -1 : Statistics.median(column(censuses, Run::dirtyBytes)),
        samples.closer().isEmpty() ? List.of() : samples.closer().getFirst().objects(),
        LibraryParts.of(samples, phases),
        List.copyOf(kept),
        List.copyOf(warnings),
        method,
        kernel < 0 ? -1 : median - kernel,
        floor(samples),
        Statistics.median(column(runs, Run::majorFaults)),
        runs.getFirst().withoutLoader() ? -1 : plan.counters().pages(),
        -1);
  }

  private static boolean named(List<Phase> phases, String name) {
    for (Phase phase : phases) {
      if (phase.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static long floor(Samples samples) {
    return samples.floor().isEmpty()
        ? -1
        : Statistics.median(
            column(samples.floor(), run -> run.cpu(Milestone.CALL, Milestone.ENTRY)));
  }

  static long[] column(List<Run> runs, ToLongFunction<Run> of) {
    long[] values = new long[runs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = of.applyAsLong(runs.get(i));
    }
    return values;
  }
}
