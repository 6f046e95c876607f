package dev.binspect.report;

import dev.binspect.check.Check;
import dev.binspect.check.Figure;
import dev.binspect.image.Relocations;
import dev.binspect.linkage.Linkage;
import dev.binspect.load.LoadedObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
public record Diff(Report before, Report after, @Nullable StartDifference start) {
  /** Two counts of the same thing; -1 where one is unknown. */
  public record Change(String name, long before, long after) {
    boolean changed() {
      return before != after;
    }
  }

  /**
   * A library of both closures, or of one.
   *
   * @param before null where only the second build loads it
   * @param after null where only the first build loads it
   */
  public record Library(String name, @Nullable LoadedObject before, @Nullable LoadedObject after) {}

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

  /** {@return the counts of the files and their closures, by key of a report} */
  public List<Change> figures() {
    List<Change> changes = new ArrayList<>();
    for (Figure figure : Figure.values()) {
      changes.add(new Change(figure.key(), figure.of(before), figure.of(after)));
    }
    return changes;
  }

  /** {@return the counts of a tally of the files' relocations, by its names} */
  List<Change> tally(String by) {
    Map<String, Long> first = tally(before, by);
    Map<String, Long> second = tally(after, by);
    List<Change> changes = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>(first.keySet());
    names.addAll(second.keySet());
    boolean known = relocations(before) != null && relocations(after) != null;
    for (String name : names) {
      changes.add(
          new Change(
              name,
              first.getOrDefault(name, known || relocations(before) != null ? 0L : -1L),
              second.getOrDefault(name, known || relocations(after) != null ? 0L : -1L)));
    }
    return changes;
  }

  private static @Nullable Relocations relocations(Report report) {
    return report.images().isEmpty() ? null : report.images().getFirst().relocations();
  }

  private static Map<String, Long> tally(Report report, String by) {
    Relocations relocations = relocations(report);
    if (relocations == null) {
      return Map.of();
    }
    return switch (by) {
      case "byKind" -> relocations.byKind();
      case "byPlace" -> relocations.byPlace();
      case "byTarget" -> relocations.byTarget();
      case "byTable" -> relocations.byTable();
      default -> relocations.byType();
    };
  }

  /**
   * {@return the objects of both closures but the programs themselves, matched by name: hashes that
   * Cargo puts into names do not count}
   */
  public List<Library> libraries() {
    Map<String, LoadedObject> first = byName(before);
    Map<String, LoadedObject> second = byName(after);
    List<Library> libraries = new ArrayList<>();
    for (Map.Entry<String, LoadedObject> e : first.entrySet()) {
      libraries.add(new Library(e.getKey(), e.getValue(), second.get(e.getKey())));
    }
    for (Map.Entry<String, LoadedObject> e : second.entrySet()) {
      if (!first.containsKey(e.getKey())) {
        libraries.add(new Library(e.getKey(), null, e.getValue()));
      }
    }
    return libraries;
  }

  private static Map<String, LoadedObject> byName(Report report) {
    Map<String, LoadedObject> objects = new LinkedHashMap<>();
    if (report.load() != null) {
      for (LoadedObject object : report.load().objects()) {
        if (object.depth() > 0 || object.requiredBy() != null) {
          String name = object.name().substring(object.name().lastIndexOf('/') + 1);
          objects.putIfAbsent(Check.withoutHash(name), object);
        }
      }
    }
    return objects;
  }

  /** {@return relocations of an object; -1 where they are unknown} */
  static long relocations(@Nullable LoadedObject object) {
    return object == null || object.image() == null || object.image().relocations() == null
        ? -1
        : object.image().relocations().total();
  }

  /** {@return crates of a dylib whose code stands in the second program only} */
  public Set<String> becameStatic() {
    Set<String> crates = staticCrates(after);
    crates.removeAll(staticCrates(before));
    return crates;
  }

  /** {@return crates of a dylib whose code stands in the first program only} */
  public Set<String> becameDynamic() {
    Set<String> crates = staticCrates(before);
    crates.removeAll(staticCrates(after));
    return crates;
  }

  private static Set<String> staticCrates(Report report) {
    Set<String> crates = new TreeSet<>();
    if (report.linkage() != null) {
      for (Linkage.Dylib dylib : report.linkage().dylibs()) {
        crates.addAll(dylib.staticCrates());
      }
    }
    return crates;
  }

  static @Nullable String verdict(Report report) {
    return report.linkage() == null ? null : report.linkage().verdict().key();
  }
}
