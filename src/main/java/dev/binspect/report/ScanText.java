package dev.binspect.report;

import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import java.util.Map;

/** A scan for people: a line a file, and what it adds up to. */
public final class ScanText {
  private ScanText() {}

  /** {@return verdict, relocations, look-ups and path of one file, in columns, with a line feed} */
  public static String line(Report report) {
    StringBuilder out = new StringBuilder(128);
    String verdict = report.linkage() == null ? "-" : report.linkage().verdict().key();
    out.append(verdict);
    pad(out, 14 - verdict.length());
    long relocations = 0;
    boolean known = true;
    for (Image image : report.images()) {
      if (image.relocations() == null) {
        known = false;
      } else {
        relocations += image.relocations().total();
      }
    }
    right(out, Figures.count(known ? relocations : -1), 10);
    out.append(" relocations ");
    long lookups = report.load() == null ? 0 : report.load().counters().lookups();
    right(out, Figures.count(lookups), 9);
    out.append(" look-ups  ").append(Escape.text(report.path())).append('\n');
    return out.toString();
  }

  /** {@return whether a file is what a compiler leaves for a linker: no loader ever reads it} */
  public static boolean isObject(Report report) {
    return !report.images().isEmpty() && report.images().getFirst().kind() == Kind.OBJECT;
  }

  /**
   * {@return the totals}
   *
   * @param passedOver object files among them that got no line
   */
  public static String summary(ScanTotals totals, int passedOver) {
    StringBuilder out = new StringBuilder(1024);
    out.append('\n').append(Figures.counted(totals.files(), "file", "files"));
    join(out, " (", totals.formats(), ")");
    if (totals.unusableFiles() > 0) {
      out.append(", ").append(Figures.count(totals.unusableFiles())).append(" not readable");
    }
    out.append('\n');
    if (passedOver > 0) {
      out.append(Figures.counted(passedOver, "object file", "object files"));
      out.append(" passed over: no loader reads ");
      out.append(passedOver == 1 ? "it (-v lists it)\n" : "them (-v lists them)\n");
    }
    join(out, "verdicts: ", totals.verdicts(), "\n");
    out.append(Figures.counted(totals.relocations(), "dynamic relocation", "dynamic relocations"));
    out.append(" in the files; ").append(Figures.counted(totals.lookups(), "look-up", "look-ups"));
    out.append(" if each program was started once; ");
    out.append(Figures.counted(totals.missing(), "library", "libraries")).append(" not found\n");
    if (!totals.mostExpensive().isEmpty()) {
      out.append("most expensive starts:\n");
      for (ScanTotals.Program program : totals.mostExpensive()) {
        right(out, program.nanos() < 0 ? "" : Figures.nanos(program.nanos()), 10);
        right(out, Figures.count(program.lookups()), 10);
        out.append(" look-ups  ").append(program.path()).append('\n');
      }
    }
    return out.toString();
  }

  private static void join(
      StringBuilder out, String before, Map<String, Long> counts, String after) {
    if (counts.isEmpty()) {
      return;
    }
    out.append(before);
    String comma = "";
    for (Map.Entry<String, Long> entry : counts.entrySet()) {
      out.append(comma).append(Figures.count(entry.getValue())).append(' ').append(entry.getKey());
      comma = ", ";
    }
    out.append(after);
  }

  private static void right(StringBuilder out, String text, int width) {
    pad(out, width - text.length());
    out.append(text);
  }

  private static void pad(StringBuilder out, int count) {
    for (int i = 0; i < count; i++) {
      out.append(' ');
    }
  }
}
