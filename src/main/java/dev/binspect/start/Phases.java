package dev.binspect.start;

import dev.binspect.start.Run.Milestone;
import dev.binspect.start.Sampler.Samples;
import dev.binspect.start.Start.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes a start apart. Where the runs that count passed both milestones of a phase, it is the
 * median of what they spent between them. The others are told by the runs that stop after each
 * phase: every stop makes what follows a little dearer, so of these runs only the shares are taken,
 * of what the runs that count spent between the nearest milestones that they passed themselves.
 *
 * <p>Nothing is made to fit: the medians add up to the whole to a percent or two.
 */
final class Phases {
  private final List<Run> counted;
  private final List<Run> stopped;

  private Phases(List<Run> counted, List<Run> stopped) {
    this.counted = counted;
    this.stopped = stopped;
  }

  /**
   * {@return the phases in order; where mapping could not be told from relocating, "relocate" is
   * both and "map" is missing; "constructors" is missing where they run after the entry point}
   */
  static List<Phase> of(Samples samples) {
    List<Run> stopped = new ArrayList<>();
    for (Run run : samples.closer()) {
      if (run.steps().isEmpty()) {
        stopped.add(run);
      }
    }
    return new Phases(samples.counted(), stopped).phases();
  }

  private List<Phase> phases() {
    List<Phase> phases = new ArrayList<>(5);
    add(phases, "kernel", Milestone.CALL, Milestone.EXEC);
    if (counted.getFirst().withoutLoader()) {
      return List.copyOf(phases);
    }
    boolean apart = between(Milestone.CONSISTENT, Milestone.ENTRY) >= 0;
    boolean added = apart && between(Milestone.EXEC, Milestone.ADD) >= 0;
    boolean mapped = apart && between(Milestone.MAPPED, Milestone.CONSISTENT) >= 0;
    if (!apart) {
      // No rendezvous: the loader cannot be taken apart.
      add(phases, "bootstrap", Milestone.EXEC, Milestone.ENTRY);
      return List.copyOf(phases);
    }
    if (!added) {
      // musl tells of its list only once; its own start ends where it sets itself up as a thread,
      // which is before it maps the libraries. Their constructors wait for __libc_start_main.
      if (mapped) {
        add(phases, "bootstrap", Milestone.EXEC, Milestone.MAPPED);
      }
      add(phases, "relocate", mapped ? Milestone.MAPPED : Milestone.EXEC, Milestone.ENTRY);
      return List.copyOf(phases);
    }
    add(phases, "bootstrap", Milestone.EXEC, Milestone.ADD);
    if (mapped) {
      add(phases, "map", Milestone.ADD, Milestone.MAPPED);
    }
    Milestone relocateFrom = mapped ? Milestone.MAPPED : Milestone.ADD;
    add(phases, "relocate", relocateFrom, Milestone.CONSISTENT);
    add(phases, "constructors", Milestone.CONSISTENT, Milestone.ENTRY);
    return List.copyOf(phases);
  }

  private void add(List<Phase> phases, String name, Milestone from, Milestone to) {
    long nanos = between(from, to);
    if (nanos >= 0) {
      phases.add(new Phase(name, nanos));
    }
  }

  /** {@return nanoseconds between two milestones, -1 where no run passed both} */
  private long between(Milestone from, Milestone to) {
    long own = median(counted, from, to);
    if (own >= 0) {
      return own;
    }
    long theirs = median(stopped, from, to);
    if (theirs <= 0) {
      return theirs;
    }
    Milestone before = passed(from, -1);
    Milestone after = passed(to, 1);
    long around = median(counted, before, after);
    long theirsAround = median(stopped, before, after);
    return theirsAround <= 0 ? theirs : Math.round((double) theirs * around / theirsAround);
  }

  /** {@return the next milestone in a direction that the runs that count passed} */
  private Milestone passed(Milestone from, int step) {
    Milestone[] all = Milestone.values();
    int at = from.at();
    while (median(counted, Milestone.CALL, all[at]) < 0) {
      at += step;
    }
    return all[at];
  }

  private static long median(List<Run> runs, Milestone from, Milestone to) {
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
