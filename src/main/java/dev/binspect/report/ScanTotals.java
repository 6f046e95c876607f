package dev.binspect.report;

import dev.binspect.image.Image;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a scan adds up. Safe for many threads. */
public final class ScanTotals {
  private static final int MOST_EXPENSIVE = 10;

  /**
   * A program among the most expensive ones.
   *
   * @param lookups look-ups made at a start, cached ones left out
   * @param nanos the start as measured or estimated, or -1
   */
  public record Program(String path, long lookups, long nanos) {}

  /** No lambda: linking the first ones costs as much as some files. */
  private enum DearestFirst implements Comparator<Program> {
    ORDER;

    @Override
    public int compare(Program one, Program other) {
      int order = Long.compare(other.nanos(), one.nanos());
      return order != 0 ? order : Long.compare(other.lookups(), one.lookups());
    }
  }

  private final Map<String, Long> verdicts = new TreeMap<>();
  private final Map<String, Long> formats = new TreeMap<>();
  private final List<Program> expensive = new ArrayList<>();
  private long files;
  private long unusable;
  private long relocations;
  private long lookups;
  private long missing;

  /** Adds a file's report. */
  public void add(Report report) {
    add(
        format(report),
        verdict(report),
        relocations(report),
        lookups(report),
        missing(report),
        nanos(report),
        Escape.text(report.path()));
  }

  /** Counts a file of which no report is possible. */
  public synchronized void unusable() {
    unusable++;
  }

  /** {@return what of a report goes into the totals, as one line of tab-separated fields} */
  public static String figures(Report report) {
    return String.join(
        "\t",
        format(report),
        verdict(report),
        Long.toString(relocations(report)),
        Long.toString(lookups(report)),
        Long.toString(missing(report)),
        Long.toString(nanos(report)),
        Escape.text(report.path()));
  }

  private static String format(Report report) {
    return report.images().isEmpty() ? "" : report.images().getLast().format().key();
  }

  private static String verdict(Report report) {
    return report.linkage() == null ? "" : report.linkage().verdict().key();
  }

  private static long relocations(Report report) {
    long relocations = 0;
    for (Image image : report.images()) {
      relocations += image.relocations() == null ? 0 : image.relocations().total();
    }
    return relocations;
  }

  private static long lookups(Report report) {
    return report.load() == null ? 0 : Math.max(0, report.load().counters().lookups());
  }

  private static long missing(Report report) {
    return report.load() == null ? 0 : report.load().missing().size();
  }

  private static long nanos(Report report) {
    return report.start() == null ? -1 : report.start().medianNanos();
  }

  /** Adds what {@link #figures} made; {@return false if it is not such a line} */
  public boolean addFigures(String line) {
    String[] fields = line.split("\t", 7);
    if (fields.length != 7) {
      return false;
    }
    try {
      add(
          fields[0],
          fields[1],
          Long.parseLong(fields[2]),
          Long.parseLong(fields[3]),
          Long.parseLong(fields[4]),
          Long.parseLong(fields[5]),
          fields[6]);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private synchronized void add(
      String format, String verdict, long each, long asked, long absent, long nanos, String path) {
    files++;
    count(formats, format);
    if (!verdict.isEmpty()) {
      count(verdicts, verdict);
    }
    relocations += each;
    missing += absent;
    // A library has look-ups, but no start of its own.
    if (nanos >= 0) {
      lookups += asked;
      expensive.add(new Program(path, asked, nanos));
      if (expensive.size() > MOST_EXPENSIVE * 20) {
        keepMostExpensive();
      }
    }
  }

  private static void count(Map<String, Long> counts, String of) {
    Long before = counts.get(of);
    counts.put(of, before == null ? 1 : before + 1);
  }

  private void keepMostExpensive() {
    expensive.sort(DearestFirst.ORDER);
    while (expensive.size() > MOST_EXPENSIVE) {
      expensive.removeLast();
    }
  }

  synchronized long files() {
    return files;
  }

  synchronized long unusableFiles() {
    return unusable;
  }

  synchronized long relocations() {
    return relocations;
  }

  synchronized long lookups() {
    return lookups;
  }

  synchronized long missing() {
    return missing;
  }

  synchronized Map<String, Long> formats() {
    return new TreeMap<>(formats);
  }

  synchronized Map<String, Long> verdicts() {
    return new TreeMap<>(verdicts);
  }

  synchronized List<Program> mostExpensive() {
    keepMostExpensive();
    return List.copyOf(expensive);
  }
}
