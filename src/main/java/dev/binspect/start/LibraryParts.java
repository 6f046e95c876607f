package dev.binspect.start;

import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.start.Run.Milestone;
import dev.binspect.start.Run.Step;
import dev.binspect.start.Run.StepKind;
import dev.binspect.start.Sampler.Samples;
import dev.binspect.start.Start.LibraryCost;
import dev.binspect.start.Start.LibraryScale;
import dev.binspect.start.Start.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells each library's part of mapping, relocating and constructing from the runs that stopped at
 * them.
 *
 * <p>Mapping a library lasts from the first attempt to open it to the first attempt to open
 * another; relocating it ends when its relocated data become read-only; its constructors run from
 * its first to the next library's first. A library without such data ({@code -z norelro}) tells
 * nobody when it is done: it shares the time up to the next one's end by what the model says of
 * both ({@link RelocatedTogether}).
 *
 * <p>Between the last library and the first relocation the loader checks the versions of all, and
 * nothing stops there: that library is counted no more than the median of the others.
 *
 * <p>The same calls mean other things elsewhere: while it maps, the loader closes holes between
 * segments with mprotect, and constructors open files and libraries of their own. Steps count in
 * their phase alone.
 *
 * <p>What the loader does for none of them is its own: it opens and closes its cache, checks the
 * versions, readies libc, and comes to the first constructor.
 *
 * <p>The stops disturb: the plain runs say how much a phase takes, these runs only who takes it, so
 * the parts and the loader's own are scaled to sum to the phase, and the factor is told. A
 * breakpoint on a constructor fetches the page it stands on, which the library then does not pay
 * for: what is missing of that phase is shared out equally among the libraries that construct.
 */
final class LibraryParts {
  private static final int MAP = 0;
  private static final int RELOCATE = 1;
  private static final int CONSTRUCT = 2;

  /** Among the objects: what the loader does for none of them. */
  private static final String LOADER = "";

  /** Of glibc's loader: its cache, and what is to be preloaded. */
  private static final String CONFIGURATION = "/etc/ld.so.";

  private LibraryParts() {}

  /**
   * @param costs dearest first
   * @param scale what they were scaled by
   */
  record Shares(List<LibraryCost> costs, LibraryScale scale) {}

  static Shares of(Samples samples, List<Phase> phases, LoadPlan plan) {
    Map<String, List<long[]>> seen = new LinkedHashMap<>();
    Set<String> modelled = new HashSet<>();
    Set<String> constructing = new HashSet<>();
    RelocationOrder order = null;
    int looks = 0;
    String last = "";
    for (Run run : samples.closer()) {
      if (!run.steps().isEmpty() && told(run)) {
        looks++;
        last = mappedLast(run);
        if (order == null) {
          order = RelocationOrder.of(plan, run.objects().isEmpty() ? "" : run.objects().getFirst());
        }
        RelocatedTogether together = RelocatedTogether.of(run, order);
        for (Map.Entry<String, long[]> library : parts(run, together).entrySet()) {
          List<long[]> parts = seen.get(library.getKey());
          if (parts == null) {
            parts = new ArrayList<>();
            seen.put(library.getKey(), parts);
          }
          parts.add(library.getValue());
        }
        modelled.addAll(together.modelled());
        for (Step step : run.steps()) {
          if (step.kind() == StepKind.CONSTRUCT && seen.containsKey(step.object())) {
            constructing.add(step.object());
          }
        }
      }
    }
    List<String> paths = new ArrayList<>(seen.keySet());
    long[][] part = new long[paths.size()][3];
    long[] sums = new long[3];
    for (int i = 0; i < part.length; i++) {
      List<long[]> library = seen.get(paths.get(i));
      for (int of = 0; of < 3 && library != null; of++) {
        part[i][of] = median(library, of, looks);
        sums[of] += part[i][of];
      }
    }
    withoutVersionChecks(part, paths.indexOf(last), paths.indexOf(LOADER));
    double map = scale(phases, "map", sums[MAP]);
    double relocate = scale(phases, "relocate", sums[RELOCATE]);
    double construct = scale(phases, "constructors", sums[CONSTRUCT]);
    double each = 0;
    if (construct > 1) {
      each = constructing.isEmpty() ? 0 : (construct - 1) * sums[CONSTRUCT] / constructing.size();
      construct = 1;
    }
    List<LibraryCost> costs = new ArrayList<>(part.length);
    for (int i = 0; i < part.length; i++) {
      String path = paths.get(i);
      if (path.equals(LOADER) || openedLater(path, part[i], plan)) {
        continue;
      }
      costs.add(
          new LibraryCost(
              path,
              Math.round(map * part[i][MAP]),
              Math.round(relocate * part[i][RELOCATE]),
              Math.round(construct * part[i][CONSTRUCT] + (constructing.contains(path) ? each : 0)),
              modelled.contains(path)));
    }
    costs.sort(DearestFirst.ORDER);
    return new Shares(
        List.copyOf(costs),
        new LibraryScale(
            Math.round(100 * map), Math.round(100 * relocate), Math.round(100 * construct)));
  }

  /** {@return whether a constructor opened it: what that took is the constructor's} */
  private static boolean openedLater(String path, long[] part, LoadPlan plan) {
    for (long nanos : part) {
      if (nanos > 0) {
        return false;
      }
    }
    for (LoadedObject object : plan.objects()) {
      if (object.path().equals(path)) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@return whether the phases of its steps are known} Where an auditor comes first, glibc is a
   * thread before it maps anything, and nothing tells the end of mapping.
   */
  private static boolean told(Run run) {
    return run.cpu()[Milestone.ADD.at()] == Run.UNSEEN
        || run.cpu()[Milestone.MAPPED.at()] != Run.UNSEEN;
  }

  /** {@return the last object whose file the loader opened before it relocated, or ""} */
  private static String mappedLast(Run run) {
    long mapped = run.cpu()[Milestone.MAPPED.at()];
    String last = "";
    for (Step step : run.steps()) {
      if (step.kind() == StepKind.OPEN
          && (mapped == Run.UNSEEN || step.cpu() <= mapped)
          && run.objects().contains(step.object())) {
        last = step.object();
      }
    }
    return last;
  }

  /**
   * Gives the loader what the mapping of the last library lasted longer than the others' median.
   *
   * @param last its row, -1 for none
   * @param loader the loader's
   */
  private static void withoutVersionChecks(long[][] part, int last, int loader) {
    long[] others = new long[part.length];
    int n = 0;
    for (int i = 0; i < part.length; i++) {
      if (i != last && i != loader && part[i][MAP] > 0) {
        others[n++] = part[i][MAP];
      }
    }
    if (last < 0 || loader < 0 || n == 0) {
      return;
    }
    long usual = Statistics.median(Arrays.copyOf(others, n));
    long more = Math.max(0, part[last][MAP] - usual);
    part[last][MAP] -= more;
    part[loader][MAP] += more;
  }

  private static double scale(List<Phase> phases, String name, long sum) {
    for (Phase phase : phases) {
      if (phase.name().equals(name) && sum > 0) {
        return (double) phase.medianNanos() / sum;
      }
    }
    return 1;
  }

  private static long median(List<long[]> parts, int of, int looks) {
    long[] values = new long[looks];
    for (int i = 0; i < Math.min(looks, parts.size()); i++) {
      values[i] = parts.get(i)[of];
    }
    return Statistics.median(values);
  }

  /** {@return by path: what one run spent on mapping, relocating, constructing} */
  private static Map<String, long[]> parts(Run run, RelocatedTogether together) {
    Map<String, long[]> parts = new LinkedHashMap<>();
    parts.put(LOADER, new long[3]);
    for (String object : run.objects()) {
      parts.put(object, new long[3]);
    }
    long mapped = run.cpu()[Milestone.MAPPED.at()];
    long consistent = run.cpu()[Milestone.CONSISTENT.at()];
    long entry = run.cpu()[Milestone.ENTRY.at()];
    long since = run.cpu()[Milestone.ADD.at()];
    String open = LOADER;
    long opened = Run.UNSEEN;
    long relocatedTo = mapped;
    String constructing = LOADER;
    long constructingSince = consistent;
    for (Step step : run.steps()) {
      switch (step.kind()) {
        case OPEN -> {
          if (mapped != Run.UNSEEN && step.cpu() > mapped) {
            continue;
          }
          if (opened == Run.UNSEEN || parts.containsKey(open)) {
            spend(parts, open, MAP, since, step.cpu());
            since = step.cpu();
          } else if (open.startsWith(CONFIGURATION)) {
            // In the midst of the search for a library, which goes on.
            spend(parts, LOADER, MAP, opened, step.cpu());
            since += step.cpu() - opened;
          }
          open = step.object();
          opened = step.cpu();
        }
        case PROTECT -> {
          if (RelocatedTogether.ends(run, step) && parts.containsKey(step.object())) {
            share(parts, together.until(step.object()), relocatedTo, step.cpu());
            relocatedTo = step.cpu();
          }
        }
        case CONSTRUCT -> {
          spend(parts, constructing, CONSTRUCT, constructingSince, step.cpu());
          constructing = step.object();
          constructingSince = step.cpu();
        }
      }
    }
    if (mapped != Run.UNSEEN && opened != Run.UNSEEN) {
      spend(parts, open, MAP, since, mapped);
    }
    spend(parts, constructing, CONSTRUCT, constructingSince, entry);
    Map<String, Double> rest = together.last();
    if (rest.isEmpty()) {
      spend(parts, LOADER, RELOCATE, relocatedTo, consistent);
    } else {
      share(parts, rest, relocatedTo, consistent);
    }
    return parts;
  }

  /** Gives each its share of a time they relocated in. */
  private static void share(
      Map<String, long[]> parts, Map<String, Double> shares, long from, long to) {
    for (Map.Entry<String, Double> share : shares.entrySet()) {
      spend(
          parts, share.getKey(), RELOCATE, from, from + Math.round(share.getValue() * (to - from)));
    }
  }

  private static void spend(Map<String, long[]> parts, String object, int on, long from, long to) {
    long[] part = parts.get(object);
    if (part != null && from != Run.UNSEEN && to > from) {
      part[on] += to - from;
    }
  }
}
