package dev.binspect.start;

import dev.binspect.load.LoadPlan;
import dev.binspect.start.Sampler.Samples;
import dev.binspect.start.Start.AtReference;
import dev.binspect.start.Start.How;
import dev.binspect.start.Start.Phase;
import dev.binspect.start.Start.Sample;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns observed runs into a {@link Start}. */
final class Summary {
  private Summary() {}

  /**
   * @param why how it was measured, or null
   * @param method as {@link Start#method}
   * @param samples with at least one run that counts
   * @param reference the speed to compare at, or null
   */
  static Start of(
      Samples samples,
      LoadPlan plan,
      @Nullable String why,
      String method,
      @Nullable ReferenceSpeed reference) {
    AtReference atReference = Gauge.atReference(samples, reference);
    List<Run> runs = samples.counted();
    long[] cpu = Figure.CPU.column(runs);
    long[] wall = Figure.WALL.column(runs);
    List<Sample> kept = new ArrayList<>(runs.size());
    for (int i = 0; i < cpu.length; i++) {
      kept.add(new Sample(cpu[i], wall[i], runs.get(i).faults(), runs.get(i).exit()));
    }
    List<Phase> phases = Phases.of(samples);
    List<Run> censuses = new ArrayList<>();
    for (Run run : samples.closer()) {
      if (run.dirtyBytes() >= 0) {
        censuses.add(run);
      }
    }
    boolean loader = !runs.getFirst().withoutLoader();
    List<String> warnings = new ArrayList<>();
    if (!phases.isEmpty() && loader && !named(phases, "map")) {
      warnings.add(
          named(phases, "relocate")
              ? "mapping could not be told from relocating: the phase relocate is both"
              : "the loader could not be taken apart: the phase bootstrap is all of its work");
    }
    if (plan.loader() == LoadPlan.Loader.MUSL) {
      warnings.add(StartModel.CONSTRUCTED_LATER);
    }
    warnings.addAll(Doubts.of(samples, cpu, wall));
    LibraryParts.Shares shares = LibraryParts.of(samples, phases, plan);
    return new Start(
        How.MEASURED,
        why,
        cpu.length,
        Statistics.median(cpu),
        Statistics.mad(cpu),
        Gauge.ofAnySpeed(Statistics.interval(cpu), atReference, reference),
        Statistics.percentile(cpu, 0.95),
        Statistics.median(wall),
        phases,
        Figure.FAULTS.median(runs),
        Figure.DIRTY.median(censuses),
        samples.closer().isEmpty() ? List.of() : samples.closer().getFirst().objects(),
        shares.costs(),
        shares.costs().isEmpty() ? null : shares.scale(),
        List.copyOf(kept),
        List.copyOf(warnings),
        method,
        phases.isEmpty() ? -1 : Figure.LOADER.median(runs),
        Figure.CPU.median(samples.floor()),
        Figure.MAJOR_FAULTS.median(runs),
        loader ? plan.counters().pages() : -1,
        Figure.INSTRUCTIONS.median(runs),
        Figure.EXIT.median(runs),
        -1,
        null,
        atReference);
  }

  private static boolean named(List<Phase> phases, String name) {
    for (Phase phase : phases) {
      if (phase.name().equals(name)) {
        return true;
      }
    }
    return false;
  }
}
