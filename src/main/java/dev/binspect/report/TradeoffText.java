package dev.binspect.report;

import dev.binspect.image.Note;
import dev.binspect.report.Sheet.Tone;
import dev.binspect.tradeoff.Interval;
import dev.binspect.tradeoff.Tradeoff;
import dev.binspect.tradeoff.Tradeoff.Rebuild;
import dev.binspect.tradeoff.Tradeoff.Side;
import java.io.IOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** A tradeoff for people. */
public final class TradeoffText {
  private static final int COLUMN = 22;
  private static final int WIDTH = 15;

  private TradeoffText() {}

  /** Writes it as the view asks for. */
  public static void write(Tradeoff t, Writer out, View view) throws IOException {
    Sheet sheet = new Sheet(view);
    head(t, sheet);
    if (view.detail() != View.Detail.BRIEF) {
      body(t, sheet);
    }
    out.write(sheet.toString());
  }

  private static void head(Tradeoff t, Sheet sheet) {
    Tone tone =
        switch (t.outcome()) {
          case PAYS, PAYS_UNTIL -> Tone.GOOD;
          case LOSES -> Tone.BAD;
          case UNDECIDED -> Tone.DOUBTFUL;
        };
    sheet.put(Tone.STRONG, sheet.name(t.program())).put("  ");
    int column = Columns.width(sheet.name(t.program())) + 2;
    sheet.sentence(tone, Math.min(column, 30), "the dylib " + TradeoffWords.answer(t));
    String starts = TradeoffWords.forStarts(t);
    if (!starts.isEmpty()) {
      sheet.spaces(2).sentence(Tone.PLAIN, 2, starts);
    }
  }

  private static void body(Tradeoff t, Sheet sheet) {
    sheet.line();
    if (t.saved() != null) {
      sheet.entry("saved per rebuild", COLUMN, Tone.PLAIN, TradeoffWords.figure(t.saved()));
    }
    if (t.costs() != null) {
      sheet.entry("cost per start", COLUMN, Tone.PLAIN, TradeoffWords.figure(t.costs()));
    }
    if (t.breakEven() != null) {
      sheet.entry("break-even", COLUMN, Tone.PLAIN, TradeoffWords.breakEven(t));
    }
    optional(sheet, "a rebuild", TradeoffWords.shares(t));
    optional(sheet, "changed dependency", TradeoffWords.changedDependency(t));
    optional(sheet, "clean build (once)", TradeoffWords.cleanBuilds(t));
    String advice = TradeoffWords.advice(t);
    if (!advice.isEmpty()) {
      sheet.entry("advice", COLUMN, Tone.STRONG, advice);
    }
    sides(t, sheet);
    rebuilds(t, sheet);
    combinations(t, sheet);
    wrapped(t, sheet);
    for (Note note : t.notes()) {
      sheet.entry(note.level().key(), COLUMN, Tone.DIM, note.message());
    }
  }

  private static void optional(Sheet sheet, String label, String text) {
    if (!text.isEmpty()) {
      sheet.entry(label, COLUMN, Tone.PLAIN, text);
    }
  }

  private static void sides(Tradeoff t, Sheet sheet) {
    Side symbolic = t.symbolic();
    sheet.title("Programs").line();
    sheet.spaces(COLUMN).right(Tone.DIM, "static", WIDTH).right(Tone.DIM, "dylib", WIDTH);
    if (symbolic != null) {
      sheet.right(Tone.DIM, "symbolic", WIDTH);
    }
    sheet.line();
    for (TradeoffRow row : TradeoffRow.ALL) {
      sheet.spaces(2).left(Tone.DIM, row.label(), COLUMN - 2);
      sheet.right(Tone.PLAIN, row.shown(t.statically()), WIDTH);
      sheet.right(Tone.PLAIN, row.shown(t.dynamically()), WIDTH);
      if (symbolic != null) {
        sheet.right(Tone.PLAIN, row.shown(symbolic), WIDTH);
      }
      sheet.line();
    }
  }

  private static void rebuilds(Tradeoff t, Sheet sheet) {
    if (t.rebuilds().isEmpty()) {
      return;
    }
    sheet
        .title(
            "Rebuilds after a touched main.rs (link alone in brackets; saved: middle of the rounds)")
        .line();
    for (Rebuild r : t.rebuilds()) {
      sheet.spaces(2).left(Tone.PLAIN, sheet.name(r.name(), COLUMN - 3), COLUMN - 2);
      sheet.put(times("static ", r.statically(), r.staticLink()));
      sheet.put(times(", dylib ", r.dynamically(), r.dynamicLink()));
      sheet.put(", saves ").put(Tone.STRONG, TradeoffWords.signed(r.saved().value())).line();
    }
  }

  private static String times(String label, Interval total, @Nullable Interval link) {
    return label
        + Figures.nanos(total.value())
        + (link == null ? "" : " (" + Figures.nanos(link.value()) + ")");
  }

  private static void combinations(Tradeoff t, Sheet sheet) {
    if (t.combinations().size() < 2) {
      return;
    }
    long starts = t.combinations().getFirst().starts();
    sheet.title("A rebuild and " + Figures.counted(starts, "start", "starts")).line();
    for (Tradeoff.Combination c : t.combinations()) {
      sheet.spaces(2).right(Tone.PLAIN, Figures.nanos(c.total().value()), 10).put("  ");
      sheet.put(c.ties() ? Tone.STRONG : Tone.PLAIN, sheet.name(c.name()));
      sheet.put(Tone.DIM, c.ties() ? "" : "  (more: the intervals lie apart)").line();
    }
  }

  private static void wrapped(Tradeoff t, Sheet sheet) {
    if (t.wrapped().isEmpty() && t.notWrapped().isEmpty()) {
      return;
    }
    sheet.title("In the dylib").line();
    sheet.spaces(2).sentence(Tone.PLAIN, 2, String.join(", ", t.wrapped()));
    for (Tradeoff.NotWrapped n : t.notWrapped()) {
      sheet.entry("not " + sheet.name(n.name()), COLUMN, Tone.DIM, n.reason());
    }
  }
}
