package dev.binspect.report;

import dev.binspect.check.Figure;
import dev.binspect.report.Sheet.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Two builds side by side for people: what changed, by how much. */
public final class TextDiff {
  private static final int CRATES = 12;

  private TextDiff() {}

  private record Row(String name, String before, String after, String change, Tone tone) {}

  /** {@return the comparison as it is written} */
  public static String render(Diff diff, View view) {
    Sheet sheet = new Sheet(view);
    file("before", diff.before(), sheet);
    file("after", diff.after(), sheet);
    List<Row> rows = new ArrayList<>();
    for (Figure figure : Figure.values()) {
      Diff.Change change = diff.of(figure);
      if (change.before() >= 0 || change.after() >= 0) {
        rows.add(row(figure.what(), change.before(), change.after()));
      }
    }
    table("Counts", rows, sheet);
    rows = new ArrayList<>();
    for (String by : new String[] {"byKind", "byPlace", "byTable"}) {
      for (Diff.Change change : diff.tally(by)) {
        if (change.changed() || view.detail() == View.Detail.FULL) {
          rows.add(
              row(
                  change.name() + " (" + by.substring(2).toLowerCase(Locale.ROOT) + ")",
                  change.before(),
                  change.after()));
        }
      }
    }
    table("Relocations of the file", rows, sheet);
    libraries(diff, sheet);
    sizes(diff.crates(), sheet);
    crates("became static", diff.becameStatic(), Tone.BAD, sheet);
    crates("became dynamic", diff.becameDynamic(), Tone.GOOD, sheet);
    start(diff, sheet);
    return sheet.toString();
  }

  private static void file(String label, Build build, Sheet sheet) {
    String word = build.word();
    sheet.left(Tone.DIM, label, 8);
    sheet.put(Tone.STRONG, sheet.name(build.path(), sheet.width() - 12 - word.length()));
    sheet.put("  ").put(tone(build), word).line();
  }

  private static Tone tone(Build build) {
    return switch (build.mood()) {
      case GOOD -> Tone.GOOD;
      case BAD -> Tone.BAD;
      case DOUBTFUL -> Tone.DOUBTFUL;
      case NEUTRAL -> Tone.PLAIN;
    };
  }

  private static Row row(String name, long before, long after) {
    boolean known = before >= 0 && after >= 0;
    Tone tone = !known || before == after ? Tone.DIM : after > before ? Tone.BAD : Tone.GOOD;
    return new Row(
        name,
        Figures.count(before),
        Figures.count(after),
        known ? Figures.change(before, after) : "",
        tone);
  }

  private static void table(String title, List<Row> rows, Sheet sheet) {
    if (rows.isEmpty()) {
      return;
    }
    sheet.title(title).line();
    int before = 6;
    int after = 5;
    int change = 6;
    int names = 4;
    for (Row row : rows) {
      before = Math.max(before, row.before.length());
      after = Math.max(after, row.after.length());
      change = Math.max(change, row.change.length());
      names = Math.max(names, Columns.width(sheet.name(row.name)));
    }
    int room = Math.min(names, Math.max(12, sheet.width() - 8 - before - after - change));
    sheet.spaces(2 + room + 2).right(Tone.DIM, "before", before).spaces(2);
    sheet.right(Tone.DIM, "after", after).spaces(2).put(Tone.DIM, "change").line();
    for (Row row : rows) {
      sheet.spaces(2).left(Tone.PLAIN, sheet.name(row.name, room), room).spaces(2);
      sheet.right(Tone.PLAIN, row.before, before).spaces(2);
      sheet.right(Tone.PLAIN, row.after, after).spaces(2);
      sheet.put(row.tone, row.change).line();
    }
  }

  private static void libraries(Diff diff, Sheet sheet) {
    List<Row> rows = new ArrayList<>();
    for (Diff.Library library : diff.libraries()) {
      Build.Library before = library.before();
      Build.Library after = library.after();
      long first = before == null ? -1 : before.relocations();
      long second = after == null ? -1 : after.relocations();
      if (before == null) {
        rows.add(new Row(library.name(), "-", Figures.count(second), "added", Tone.BAD));
      } else if (after == null) {
        rows.add(new Row(library.name(), Figures.count(first), "-", "removed", Tone.GOOD));
      } else if (first != second || sheet.view().detail() == View.Detail.FULL) {
        rows.add(row(library.name(), first, second));
      }
    }
    table("Libraries, by their relocations", rows, sheet);
  }

  private static void sizes(List<Diff.Change> crates, Sheet sheet) {
    boolean full = sheet.view().detail() == View.Detail.FULL;
    List<Row> rows = new ArrayList<>();
    int more = 0;
    for (Diff.Change crate : crates) {
      if (!full && !crate.changed()) {
        continue;
      }
      if (!full && rows.size() == CRATES) {
        more++;
      } else {
        rows.add(row(crate.name(), crate.before(), crate.after()));
      }
    }
    table("Crates in the file, by bytes", rows, sheet);
    if (more > 0) {
      sheet.spaces(2).put(Tone.DIM, Figures.count(more) + " more changed less: -v shows all");
      sheet.line();
    }
  }

  private static void crates(String label, Set<String> crates, Tone tone, Sheet sheet) {
    if (!crates.isEmpty()) {
      sheet.title("Crates that " + label).line().spaces(2);
      sheet.sentence(tone, 2, String.join(", ", crates));
    }
  }

  private static void start(Diff diff, Sheet sheet) {
    Build.Started before = diff.before().start();
    Build.Started after = diff.after().start();
    if (!known(before) && !known(after)) {
      return;
    }
    sheet.title("Start").line();
    start("before", before, sheet);
    start("after", after, sheet);
    sheet.spaces(2).sentence(Tone.STRONG, 2, said(diff, before, after));
  }

  private static boolean known(Build.@Nullable Started start) {
    return start != null && start.medianNanos() >= 0;
  }

  private static void start(String label, Build.@Nullable Started start, Sheet sheet) {
    String text =
        start == null || start.medianNanos() < 0
            ? "not measured" + (start == null || start.why() == null ? "" : ": " + start.why())
            : Figures.nanos(start.medianNanos())
                + " "
                + start.how()
                + because(start)
                + (start.ci95Nanos().length == 2
                    ? ", 95 % interval "
                        + Figures.nanos(start.ci95Nanos()[0])
                        + " to "
                        + Figures.nanos(start.ci95Nanos()[1])
                    : "");
    sheet.entry(label, 10, Tone.PLAIN, text);
  }

  /** {@return why a start is not measured, or an empty text} */
  static String because(Build.Started start) {
    return start.measured() || start.why() == null ? "" : " (" + start.why() + ")";
  }

  /** {@return what the starts say, no more than their intervals allow} */
  static String said(Diff diff, Build.@Nullable Started before, Build.@Nullable Started after) {
    Diff.StartDifference difference = diff.start();
    if (difference != null && difference.ci95Nanos().length == 2) {
      long low = difference.ci95Nanos()[0];
      long high = difference.ci95Nanos()[1];
      String by =
          Figures.nanos(Math.abs(difference.medianNanos()))
              + " (95 % interval "
              + signed(low)
              + " to "
              + signed(high)
              + ", "
              + Figures.counted(difference.pairs(), "pair", "pairs")
              + " of runs in turn)"
              + ratio(difference);
      return low > 0
          ? "slower by " + by
          : high < 0 ? "faster by " + by : "no difference seen: " + by;
    }
    if (before == null
        || after == null
        || !before.measured()
        || !after.measured()
        || before.ci95Nanos().length != 2
        || after.ci95Nanos().length != 2) {
      return "not compared: both must be measured";
    }
    if (before.ci95Nanos()[1] < after.ci95Nanos()[0]) {
      return "slower by about " + Figures.nanos(after.medianNanos() - before.medianNanos());
    }
    if (after.ci95Nanos()[1] < before.ci95Nanos()[0]) {
      return "faster by about " + Figures.nanos(before.medianNanos() - after.medianNanos());
    }
    return "no difference seen: the intervals overlap";
  }

  private static String ratio(Diff.StartDifference difference) {
    double[] interval = difference.ratioCi95();
    return interval.length < 2
        ? ""
        : ", "
            + times(difference.ratio())
            + " times ("
            + times(interval[0])
            + " to "
            + times(interval[1])
            + ")";
  }

  private static String times(double ratio) {
    return Figures.decimal(Math.round(ratio * 1000), 1000, 2);
  }

  private static String signed(long nanos) {
    return (nanos < 0 ? "-" : "+") + Figures.nanos(Math.abs(nanos));
  }
}
