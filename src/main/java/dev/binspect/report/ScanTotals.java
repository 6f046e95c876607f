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
    addFigures(figures(report));
  }

  /** Counts a file of which no report is possible. */
  public synchronized void unusable() {
    unusable++;
  }

  /** {@return what of a report goes into the totals, as one line of tab-separated fields} */
  public static String figures(Report report) {
    long relocations = 0;
    String format = "";
    for (Image image : report.images()) {
      format = image.format().key();
      relocations += image.relocations() == null ? 0 : image.relocations().total();
    }
    return String.join(
        "\t",
        format,
        report.linkage() == null ? "" : report.linkage().verdict().key(),
        Long.toString(relocations),
        Long.toString(report.load() == null ? 0 : Math.max(0, report.load().counters().lookups())),
        Long.toString(report.load() == null ? 0 : report.load().missing().size()),
        Long.toString(report.start() == null ? -1 : report.start().medianNanos()),
        Escape.text(report.path()));
  }

  /** Adds what {@link #figures} made; {@return false if it is not such a line} */
  public synchronized boolean addFigures(String line) {
    String[] fields = line.split("\t", 7);
    if (fields.length != 7) {
      return false;
    }
    try {
      long each = Long.parseLong(fields[2]);
      long asked = Long.parseLong(fields[3]);
      long absent = Long.parseLong(fields[4]);
      long nanos = Long.parseLong(fields[5]);
      files++;
      formats.merge(fields[0], 1L, Long::sum);
      if (!fields[1].isEmpty()) {
        verdicts.merge(fields[1], 1L, Long::sum);
      }
      relocations += each;
      lookups += asked;
      missing += absent;
      if (asked > 0 || nanos > 0) {
        expensive.add(new Program(fields[6], asked, nanos));
        if (expensive.size() > MOST_EXPENSIVE * 20) {
          keepMostExpensive();
        }
      }
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void keepMostExpensive() {
    expensive.sort(
        Comparator.comparingLong(Program::nanos).thenComparingLong(Program::lookups).reversed());
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
