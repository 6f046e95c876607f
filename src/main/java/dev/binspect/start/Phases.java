package dev.binspect.start;

import dev.binspect.start.Run.Milestone;
import dev.binspect.start.Sampler.Samples;
import dev.binspect.start.Start.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes a start apart.
 *
 * <p>The plain runs tell the kernel's part, the loader's own start, its work on the libraries and
 * the constructors; only the closer looks tell where mapping ends and relocating begins, so they
 * give the proportion and not the amount.
 */
final class Phases {
  private Phases() {}

  /**
   * {@return the phases in order; their sum is {@code whole}; where mapping could not be told from
   * relocating, "relocate" is both and "map" is missing}
   *
   * @param whole median of the runs that count
   */
  static List<Phase> of(Samples samples, long whole) {
    List<Run> runs = samples.counted();
    List<String> names = new ArrayList<>();
    List<Long> parts = new ArrayList<>();
    add(names, parts, "kernel", between(runs, Milestone.CALL, Milestone.EXEC));
    if (!runs.getFirst().withoutLoader()) {
      long toConsistent = between(runs, Milestone.EXEC, Milestone.CONSISTENT);
      if (toConsistent < 0) {
        // No rendezvous: the loader cannot be taken apart.
        add(names, parts, "bootstrap", between(runs, Milestone.EXEC, Milestone.ENTRY));
      } else {
        long bootstrap = between(runs, Milestone.EXEC, Milestone.ADD);
        if (bootstrap < 0) {
          bootstrap = (long) (toConsistent * bootstrapShare(samples.closer()));
        }
        long libraries = Math.max(0, toConsistent - bootstrap);
        double share = mapShare(samples.closer());
        long map = Double.isNaN(share) ? 0 : (long) (libraries * share);
        add(names, parts, "bootstrap", bootstrap);
        if (!Double.isNaN(share)) {
          add(names, parts, "map", map);
        }
        add(names, parts, "relocate", libraries - map);
        add(names, parts, "constructors", between(runs, Milestone.CONSISTENT, Milestone.ENTRY));
      }
    }
    return scaled(names, parts, whole);
  }

  private static void add(List<String> names, List<Long> parts, String name, long nanos) {
    if (nanos >= 0) {
      names.add(name);
      parts.add(nanos);
    }
  }

  /** Medians do not add up to the median of the sums; they differ by a percent or two. */
  private static List<Phase> scaled(List<String> names, List<Long> parts, long whole) {
    long sum = 0;
    for (long part : parts) {
      sum += part;
    }
    List<Phase> phases = new ArrayList<>(names.size());
    long left = whole;
    for (int i = 0; i < names.size(); i++) {
      boolean last = i == names.size() - 1;
      long part = last || sum == 0 ? left : Math.round((double) parts.get(i) * whole / sum);
      phases.add(new Phase(names.get(i), part));
      left -= part;
    }
    return List.copyOf(phases);
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

  /** {@return the part of mapping, NaN where nothing told it from relocating} */
  private static double mapShare(List<Run> closer) {
    long map = between(closer, Milestone.ADD, Milestone.MAPPED);
    long relocate = between(closer, Milestone.MAPPED, Milestone.CONSISTENT);
    return map < 0 || relocate < 0 || map + relocate == 0
        ? Double.NaN
        : (double) map / (map + relocate);
  }

  /** musl tells of its list only once; its own start ends where it sets itself up as a thread. */
  private static double bootstrapShare(List<Run> closer) {
    long own = between(closer, Milestone.EXEC, Milestone.MAPPED);
    long rest = between(closer, Milestone.MAPPED, Milestone.CONSISTENT);
    return own < 0 || rest < 0 || own + rest == 0 ? 0 : (double) own / (own + rest);
  }
}
