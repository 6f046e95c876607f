package dev.binspect.report;

import dev.binspect.report.Sheet.Tone;
import dev.binspect.start.Start;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a start costs, with a bar for each phase. */
final class TextStart {
  private static final int COLUMN = 17;

  /** Smaller differences of speed are those between two measurements on a quiet machine. */
  private static final long TOLD_PERCENT = 3;

  private TextStart() {}

  static void write(Report report, Sheet sheet) {
    Start start = report.start();
    if (start == null) {
      return;
    }
    sheet.title("Start");
    switch (start.how()) {
      case NOT_RUN -> {
        sheet.put("  not measured").line();
        why(start, sheet);
        return;
      }
      case ESTIMATED -> {
        sheet.put("  ").put(Tone.STRONG, Figures.nanos(start.medianNanos())).put(" estimated");
        if (start.errorPercent() >= 0) {
          sheet.put(sheet.either(" (±", " (+-") + start.errorPercent() + " %)");
        }
        String basis = start.errorBasis();
        if (basis != null) {
          sheet.line().spaces(2).sentence(Tone.DIM, 2, "median error on " + basis);
        } else {
          sheet.line();
        }
      }
      case MEASURED -> {
        String median = Figures.nanos(start.medianNanos());
        sheet.put("  ").put(Tone.STRONG, median).put(" ");
        sheet.sentence(
            Tone.PLAIN,
            "Start".length() + 2 + median.length() + 1,
            "of CPU, median of " + Figures.counted(start.runs(), "run", "runs"));
      }
    }
    why(start, sheet);
    if (start.ci95Nanos().length == 2) {
      sheet.entry(
          "95 % interval",
          COLUMN,
          Tone.PLAIN,
          Figures.nanos(start.ci95Nanos()[0]) + " to " + Figures.nanos(start.ci95Nanos()[1]));
    }
    atReference(start.atReference(), sheet);
    if (start.madNanos() >= 0 || start.p95Nanos() >= 0) {
      sheet.entry(
          "spread",
          COLUMN,
          Tone.PLAIN,
          "MAD " + Figures.nanos(start.madNanos()) + ", p95 " + Figures.nanos(start.p95Nanos()));
    }
    if (start.wallMedianNanos() >= 0) {
      sheet.entry("wall clock", COLUMN, Tone.PLAIN, Figures.nanos(start.wallMedianNanos()));
    }
    if (start.loaderNanos() >= 0) {
      sheet.entry(
          "loader's part",
          COLUMN,
          Tone.PLAIN,
          Figures.nanos(start.loaderNanos())
              + (start.floorNanos() < 0
                  ? ""
                  : "; an empty program's whole start costs " + Figures.nanos(start.floorNanos())));
    }
    if (start.exitNanos() >= 0) {
      sheet.entry(
          "exit",
          COLUMN,
          Tone.PLAIN,
          Figures.nanos(start.exitNanos()) + " more, to take down what the start mapped and wrote");
    }
    if (start.pageFaults() >= 0) {
      sheet.entry(
          "page faults",
          COLUMN,
          Tone.PLAIN,
          Figures.count(start.pageFaults())
              + (start.majorFaults() > 0
                  ? ", " + Figures.count(start.majorFaults()) + " waited for a disk"
                  : ""));
    }
    if (start.dirtyBytes() >= 0) {
      sheet.entry("private memory", COLUMN, Tone.PLAIN, Figures.bytes(start.dirtyBytes()));
    }
    if (start.instructions() >= 0) {
      sheet.entry("instructions", COLUMN, Tone.PLAIN, Figures.count(start.instructions()));
    }
    phases(start.phases(), sheet);
    for (String warning : start.warnings()) {
      sheet.spaces(2).put(Tone.DOUBTFUL, "warning  ").sentence(Tone.PLAIN, 11, warning);
    }
  }

  /** Where the machine ran at another speed: what compares with other measurements. */
  private static void atReference(Start.@Nullable AtReference start, Sheet sheet) {
    if (start == null || Math.abs(start.speedPercent() - 100) < TOLD_PERCENT) {
      return;
    }
    sheet.entry(
        "at reference",
        COLUMN,
        Tone.PLAIN,
        Figures.nanos(start.medianNanos())
            + " ("
            + Figures.nanos(start.ci95Nanos()[0])
            + " to "
            + Figures.nanos(start.ci95Nanos()[1])
            + "); the machine ran at "
            + start.speedPercent()
            + " % of the reference speed");
  }

  private static void why(Start start, Sheet sheet) {
    if (start.why() != null) {
      sheet.spaces(2).sentence(Tone.DIM, 2, start.why());
    }
  }

  private static void phases(List<Start.Phase> phases, Sheet sheet) {
    if (phases.isEmpty()) {
      return;
    }
    long total = 0;
    long longest = 0;
    int figures = 0;
    int names = 0;
    for (Start.Phase phase : phases) {
      total += Math.max(0, phase.medianNanos());
      longest = Math.max(longest, phase.medianNanos());
      figures = Math.max(figures, Figures.nanos(phase.medianNanos()).length());
      names = Math.max(names, Columns.width(sheet.name(phase.name())));
    }
    int room = Math.min(50, sheet.width() - 2 - names - 2 - figures - 10);
    for (Start.Phase phase : phases) {
      sheet.spaces(2).left(Tone.PLAIN, sheet.name(phase.name()), names + 2);
      sheet.right(Tone.PLAIN, Figures.nanos(phase.medianNanos()), figures);
      sheet.right(Tone.DIM, Figures.percent(phase.medianNanos(), total), 8).spaces(2);
      sheet.put(Tone.BAR, bar(phase.medianNanos(), longest, room, sheet.unicode())).line();
    }
  }

  /**
   * {@return a bar of at most that many columns, in eighths of a column where Unicode is at hand}
   */
  static String bar(long value, long most, int columns, boolean unicode) {
    if (value <= 0 || most <= 0 || columns <= 0) {
      return "";
    }
    double length = (double) value / most * columns;
    StringBuilder bar = new StringBuilder();
    int whole = unicode ? (int) length : (int) Math.max(1, Math.round(length));
    for (int i = 0; i < whole; i++) {
      bar.append(unicode ? '█' : '#');
    }
    if (unicode) {
      int eighths = (int) Math.round((length - whole) * 8);
      if (eighths > 0) {
        bar.append((char) ('\u2590' - eighths));
      } else if (whole == 0) {
        bar.append('▏');
      }
    }
    return bar.toString();
  }
}
