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
    combinations(md, t);
    sentence(md, "A rebuild: ", TradeoffWords.shares(t));
    sentence(md, "Changed dependency, ", TradeoffWords.changedDependency(t));
    sentence(md, "Clean build (once): ", TradeoffWords.cleanBuilds(t));
    sentence(md, "Advice: ", TradeoffWords.advice(t));
    if (!t.wrapped().isEmpty()) {
      md.append("\n- in the dylib:");
      for (int i = 0; i < t.wrapped().size(); i++) {
        md.append(i == 0 ? " " : ", ").append(Markup.code(t.wrapped().get(i)));
      }
    }
    for (Tradeoff.NotWrapped n : t.notWrapped()) {
      md.append("\n- not in the dylib: ").append(Markup.code(n.name())).append(", ");
      md.append(Markup.sentence(n.reason()));
    }
    for (Note note : t.notes()) {
      md.append("\n- ").append(Markup.sentence(note.message()));
    }
    if (!t.wrapped().isEmpty() || !t.notWrapped().isEmpty() || !t.notes().isEmpty()) {
      md.append('\n');
    }
    out.write(md.toString());
  }

  private static void sentence(StringBuilder md, String label, String text) {
    if (!text.isEmpty()) {
      md.append('\n').append(label).append(Markup.sentence(text)).append(".\n");
    }
  }

  private static void combinations(StringBuilder md, Tradeoff t) {
    if (t.combinations().size() < 2) {
      return;
    }
    long starts = t.combinations().getFirst().starts();
    md.append("\n| a rebuild and ").append(Figures.counted(starts, "start", "starts"));
    md.append(" | together | 95 % |\n|---|--:|--:|\n");
    for (Tradeoff.Combination c : t.combinations()) {
      md.append("| ").append(Markup.sentence(c.name()));
      md.append(c.ties() ? " (a best one)" : "");
      md.append(" | ").append(Figures.nanos(c.total().value()));
      md.append(" | ").append(TradeoffWords.ends(c.total())).append(" |\n");
    }
  }

  private static void line(StringBuilder md, String label, @Nullable Interval i) {
    if (i != null) {
      md.append("| ").append(label).append(" | ").append(TradeoffWords.signed(i.value()));
      md.append(" | ").append(TradeoffWords.ends(i)).append(" |\n");
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
