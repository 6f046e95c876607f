package dev.binspect.report;

import dev.binspect.report.Sheet.Tone;
import dev.binspect.start.Start;
import dev.binspect.start.Start.LibraryCost;
import dev.binspect.start.Start.LibraryScale;
import dev.binspect.start.Start.Phase;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** {@code binspect start}: the figures, the phases on one line of time, the libraries ranked. */
public final class StartText {
  private static final int SHOWN = 15;

  /** One letter per phase where the bar has neither colours nor shades. */
  private static final String[] ASCII = {"k", "b", "m", "r", "c"};

  private static final String[] SHADES = {"░", "▒", "▓", "█", "▞"};

  private StartText() {}

  /** Writes one file's start. */
  public static void write(Report report, View view, Writer out) throws IOException {
    Sheet sheet = new Sheet(view);
    sheet.put(Tone.STRONG, sheet.name(report.path())).line();
    Start start = report.start();
    if (start == null) {
      sheet.spaces(2).put("no loader takes it: it has no start").line();
    } else {
      TextStart.write(report, sheet);
      timeline(start, sheet);
      memory(start, sheet);
      libraries(start, sheet);
    }
    out.write(sheet.line().toString());
  }

  /** All phases as one bar, each as long as it lasts. */
  private static void timeline(Start start, Sheet sheet) {
    long total = 0;
    for (Phase phase : start.phases()) {
      total += Math.max(0, phase.medianNanos());
    }
    if (total <= 0) {
      return;
    }
    int room = Math.min(100, sheet.width() - 4);
    sheet.title("Timeline").line().spaces(2);
    long passed = 0;
    int drawn = 0;
    StringBuilder legend = new StringBuilder();
    for (int i = 0; i < start.phases().size(); i++) {
      Phase phase = start.phases().get(i);
      String mark = sheet.either(SHADES[i % SHADES.length], ASCII[i % ASCII.length]);
      passed += Math.max(0, phase.medianNanos());
      int to = (int) Math.round((double) passed * room / total);
      sheet.put(Tone.BAR, mark.repeat(Math.max(0, to - drawn)));
      drawn = Math.max(drawn, to);
      legend.append(i == 0 ? "" : "  ").append(mark).append(' ').append(phase.name());
    }
    sheet.line().spaces(2).put(Tone.DIM, legend.toString()).line();
  }

  private static void memory(Start start, Sheet sheet) {
    if (start.dirtyBytes() < 0 || start.predictedPages() < 0) {
      return;
    }
    sheet.title("Memory").line();
    sheet.entry(
        "dirty pages",
        17,
        Tone.PLAIN,
        Figures.count(start.dirtyBytes() / 4096)
            + " at the entry point; "
            + Figures.count(start.predictedPages())
            + " of them are predicted by the relocations, the rest is stack, heap, the loader's own"
            + " data and what constructors wrote");
  }

  private static void libraries(Start start, Sheet sheet) {
    List<LibraryCost> all = start.libraries();
    if (all.isEmpty()) {
      return;
    }
    sheet.title("Libraries by cost");
    LibraryScale scale = start.libraryScale();
    sheet.put(Tone.DIM, scale == null ? " (modelled)" : " (shares, from closer runs)").line();
    if (scale != null) {
      sheet
          .spaces(2)
          .sentence(
              Tone.DIM,
              2,
              "Runs that stop at each library tell who takes a phase, the others how much it is: map"
                  + " is scaled by "
                  + scale.mapPercent()
                  + " %, relocate by "
                  + scale.relocatePercent()
                  + " %, constructors by "
                  + scale.constructorsPercent()
                  + " %; what is left of a phase is the loader's own, or the program's before its"
                  + " entry point.");
    }
    sheet.spaces(2);
    for (String head : new String[] {"total", "map", "relocate", "construct"}) {
      sheet.right(Tone.DIM, head, 11);
    }
    sheet.line();
    int shown = sheet.view().detail() == View.Detail.FULL ? all.size() : SHOWN;
    for (LibraryCost library : all.subList(0, Math.min(shown, all.size()))) {
      long total = library.mapNanos() + library.relocateNanos() + library.constructorsNanos();
      sheet.spaces(2).right(Tone.STRONG, Figures.nanos(total), 11);
      sheet.right(Tone.PLAIN, Figures.nanos(library.mapNanos()), 11);
      sheet.right(Tone.PLAIN, Figures.nanos(library.relocateNanos()), 11);
      sheet.right(Tone.PLAIN, Figures.nanos(library.constructorsNanos()), 11);
      sheet.put("  " + sheet.name(library.path(), Math.max(20, sheet.width() - 48))).line();
    }
    if (shown < all.size()) {
      sheet.spaces(2).put(Tone.DIM, (all.size() - shown) + " more with -v").line();
    }
    if (scale != null) {
      modelled(all, sheet);
    }
  }

  /** Names those whose end of relocating no stop tells. */
  private static void modelled(List<LibraryCost> all, Sheet sheet) {
    StringBuilder names = new StringBuilder();
    for (LibraryCost library : all) {
      if (library.modelled()) {
        String path = library.path();
        names.append(names.isEmpty() ? "" : ", ").append(path.substring(path.lastIndexOf('/') + 1));
      }
    }
    if (!names.isEmpty()) {
      sheet
          .spaces(2)
          .sentence(
              Tone.DIM,
              2,
              "No stop tells some apart while they are relocated, because not all of them make"
                  + " anything read-only then: the model shares their time out ("
                  + sheet.name(names.toString())
                  + ").");
    }
  }
}
