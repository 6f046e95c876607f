package dev.binspect.report;

import dev.binspect.check.Figure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Two builds side by side.
 *
 * @param start how much longer the second starts, from runs of both in turn; null where that was
 *     not measured
 */
public record Diff(Build before, Build after, @Nullable StartDifference start) {
  /** Two counts of the same thing; -1 where one is unknown. */
  public record Change(String name, long before, long after) {
    boolean changed() {
      return before != after;
    }

    boolean known() {
      return before >= 0 && after >= 0;
    }
  }

  /**
   * A library of both closures, or of one.
   *
   * @param before null where only the second build loads it
   * @param after null where only the first build loads it
   */
  public record Library(
      String name, Build.@Nullable Library before, Build.@Nullable Library after) {}

  /**
   * From starts of both builds in turn.
   *
   * @param medianNanos median of the differences, the second build's minus the first's
   * @param ci95Nanos its 95 % interval
   * @param pairs pairs of runs
   * @param ratio the second build's median to the first's; NaN where unknown
   * @param ratioCi95 its 95 % interval; empty where unknown
   */
  public record StartDifference(
      long medianNanos, long[] ci95Nanos, int pairs, double ratio, double[] ratioCi95) {
    /** A difference without a ratio. */
    public StartDifference(long medianNanos, long[] ci95Nanos, int pairs) {
      this(medianNanos, ci95Nanos, pairs, Double.NaN, new double[0]);
    }
  }

  /** {@return a count of both} */
  Change of(Figure figure) {
    return new Change(
        figure.key(),
        before.figures().getOrDefault(figure, -1L),
        after.figures().getOrDefault(figure, -1L));
  }

  /** {@return the counts of a tally of the files' relocations, by its names} */
  List<Change> tally(String by) {
    Map<String, Map<String, Long>> first = before.tallies();
    Map<String, Map<String, Long>> second = after.tallies();
    return side(
        first == null ? null : first.getOrDefault(by, Map.of()),
        second == null ? null : second.getOrDefault(by, Map.of()));
  }

  /**
   * {@return the crates of both programs, the greatest change first; empty where one is unknown}
   */
  List<Change> crates() {
    if (before.crates() == null || after.crates() == null) {
      return List.of();
    }
    List<Change> crates = side(before.crates(), after.crates());
    crates.sort(
        Comparator.comparingLong((Change c) -> -Math.abs(c.after() - c.before()))
            .thenComparing(Change::name));
    return crates;
  }

  /** What one side does not name is 0 there, and unknown where all of that side is. */
  private static List<Change> side(
      @Nullable Map<String, Long> first, @Nullable Map<String, Long> second) {
    Set<String> names = new LinkedHashSet<>();
    if (first != null) {
      names.addAll(first.keySet());
    }
    if (second != null) {
      names.addAll(second.keySet());
    }
    List<Change> changes = new ArrayList<>();
    for (String name : names) {
      changes.add(
          new Change(
              name,
              first == null ? -1 : first.getOrDefault(name, 0L),
              second == null ? -1 : second.getOrDefault(name, 0L)));
    }
    return changes;
  }

  /**
   * {@return the objects of both closures but the programs themselves, matched by name: hashes that
   * Cargo puts into names do not count}
   */
  public List<Library> libraries() {
    List<Library> libraries = new ArrayList<>();
    for (Map.Entry<String, Build.Library> e : before.libraries().entrySet()) {
      libraries.add(new Library(e.getKey(), e.getValue(), after.libraries().get(e.getKey())));
    }
    for (Map.Entry<String, Build.Library> e : after.libraries().entrySet()) {
      if (!before.libraries().containsKey(e.getKey())) {
        libraries.add(new Library(e.getKey(), null, e.getValue()));
      }
    }
    return libraries;
  }

  /** {@return crates of a dylib whose code stands in the second program only} */
  public Set<String> becameStatic() {
    return without(after.staticCrates(), before.staticCrates());
  }

  /** {@return crates of a dylib whose code stands in the first program only} */
  public Set<String> becameDynamic() {
    return without(before.staticCrates(), after.staticCrates());
  }

  private static Set<String> without(Set<String> some, Set<String> others) {
    Set<String> rest = new TreeSet<>(some);
    rest.removeAll(others);
    return rest;
  }
}
