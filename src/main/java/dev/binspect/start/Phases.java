package dev.binspect.start;

import dev.binspect.start.Run.Milestone;
import dev.binspect.start.Start.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes a start apart: each phase is the median of what the runs that count spent between two
 * milestones. Nothing is made to fit: in each run the phases add up to the whole, their medians do
 * so to a percent or two.
 */
final class Phases {
  private Phases() {}

  /**
   * {@return the phases in order; where mapping could not be told from relocating, "relocate" is
   * both and "map" is missing}
   */
  static List<Phase> of(List<Run> runs) {
    List<Phase> phases = new ArrayList<>(5);
    add(phases, "kernel", between(runs, Milestone.CALL, Milestone.EXEC));
    if (runs.getFirst().withoutLoader()) {
      return List.copyOf(phases);
    }
    boolean apart = between(runs, Milestone.CONSISTENT, Milestone.ENTRY) >= 0;
    boolean added = apart && between(runs, Milestone.EXEC, Milestone.ADD) >= 0;
    boolean mapped = apart && between(runs, Milestone.MAPPED, Milestone.CONSISTENT) >= 0;
    if (!apart) {
      // No rendezvous: the loader cannot be taken apart.
      add(phases, "bootstrap", between(runs, Milestone.EXEC, Milestone.ENTRY));
      return List.copyOf(phases);
    }
    Milestone relocateFrom;
    if (added) {
      add(phases, "bootstrap", between(runs, Milestone.EXEC, Milestone.ADD));
      if (mapped) {
        add(phases, "map", between(runs, Milestone.ADD, Milestone.MAPPED));
      }
      relocateFrom = mapped ? Milestone.MAPPED : Milestone.ADD;
    } else if (mapped) {
      // musl tells of its list only once; its own start ends where it sets itself up as a thread,
      // which is before it maps the libraries.
      add(phases, "bootstrap", between(runs, Milestone.EXEC, Milestone.MAPPED));
      relocateFrom = Milestone.MAPPED;
    } else {
      relocateFrom = Milestone.EXEC;
    }
    add(phases, "relocate", between(runs, relocateFrom, Milestone.CONSISTENT));
    add(phases, "constructors", between(runs, Milestone.CONSISTENT, Milestone.ENTRY));
    return List.copyOf(phases);
  }

  private static void add(List<Phase> phases, String name, long nanos) {
    if (nanos >= 0) {
      phases.add(new Phase(name, nanos));
    }
  }

  private static long between(List<Run> runs, Milestone from, Milestone to) {
    long[] parts = new long[runs.size()];
    int n = 0;
    for (Run run : runs) {
      long part = run.cpu(from, to);
      if (part != Run.UNSEEN) {
        parts[n++] = part;
      }
    }
    return n == 0 ? -1 : Statistics.median(Arrays.copyOf(parts, n));
  }
}
