package dev.binspect.report;

import dev.binspect.image.Note;
import dev.binspect.tradeoff.Interval;
import dev.binspect.tradeoff.Tradeoff;
import dev.binspect.tradeoff.Tradeoff.Rebuild;
import dev.binspect.tradeoff.Tradeoff.Side;
import java.io.IOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** A tradeoff for a pull request or a job's summary. */
public final class TradeoffMarkdown {
  private TradeoffMarkdown() {}

  /** Writes it; the writer stays open. */
  public static void write(Tradeoff t, Writer out) throws IOException {
    StringBuilder md = new StringBuilder(2048);
    md.append("## Link time against load time: ").append(Markup.code(t.program())).append("\n\n");
    md.append("**The dylib ").append(TradeoffWords.answer(t)).append(".**");
    String starts = TradeoffWords.forStarts(t);
    if (!starts.isEmpty()) {
      md.append(' ').append(starts).append('.');
    }
    md.append("\n\n| | median | 95 % |\n|---|--:|--:|\n");
    line(md, "saved per rebuild", t.saved());
    line(md, "cost per start", t.costs());
    if (t.breakEven() != null) {
      md.append("\nBreak-even: ").append(TradeoffWords.breakEven(t)).append(" per rebuild.\n");
    }
    sides(md, t);
    if (!t.rebuilds().isEmpty()) {
      md.append("\n| rebuild | static | its link | dylib | its link | saved |\n");
      md.append("|---|--:|--:|--:|--:|--:|\n");
      for (Rebuild r : t.rebuilds()) {
        md.append("| ").append(Markup.sentence(r.name()));
        cell(md, r.statically());
        cell(md, r.staticLink());
        cell(md, r.dynamically());
        cell(md, r.dynamicLink());
        cell(md, r.saved());
        md.append(" |\n");
      }
    }
    String advice = TradeoffWords.advice(t);
    if (!advice.isEmpty()) {
      md.append("\nAdvice: ").append(Markup.sentence(advice)).append(".\n");
    }
    for (Tradeoff.NotWrapped n : t.notWrapped()) {
      md.append("\n- not in the dylib: ").append(Markup.code(n.name())).append(", ");
      md.append(Markup.sentence(n.reason()));
    }
    for (Note note : t.notes()) {
      md.append("\n- ").append(Markup.sentence(note.message()));
    }
    if (!t.notWrapped().isEmpty() || !t.notes().isEmpty()) {
      md.append('\n');
    }
    out.write(md.toString());
  }

  private static void line(StringBuilder md, String label, @Nullable Interval i) {
    if (i != null) {
      md.append("| ").append(label).append(" | ").append(TradeoffWords.signed(i.value()));
      md.append(" | ").append(TradeoffWords.signed(i.low())).append(" to ");
      md.append(TradeoffWords.signed(i.high())).append(" |\n");
    }
  }

  private static void cell(StringBuilder md, @Nullable Interval i) {
    md.append(" | ").append(i == null ? Figures.UNKNOWN : TradeoffWords.signed(i.value()));
  }

  private static void sides(StringBuilder md, Tradeoff t) {
    md.append("\n| | static | dylib |");
    Side symbolic = t.symbolic();
    md.append(symbolic == null ? "\n|---|--:|--:|\n" : " symbolic |\n|---|--:|--:|--:|\n");
    for (TradeoffRow row : TradeoffRow.ALL) {
      md.append("| ").append(row.label()).append(" | ").append(row.shown(t.statically()));
      md.append(" | ").append(row.shown(t.dynamically()));
      if (symbolic != null) {
        md.append(" | ").append(row.shown(symbolic));
      }
      md.append(" |\n");
    }
  }
}
