package dev.binspect.report;

import dev.binspect.image.Note;
import dev.binspect.tradeoff.Interval;
import dev.binspect.tradeoff.Tradeoff;
import dev.binspect.tradeoff.Tradeoff.Rebuild;
import dev.binspect.tradeoff.Tradeoff.Side;
import java.io.IOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** A tradeoff as one HTML file that needs nothing else: the break-even is a picture in it. */
public final class TradeoffHtml {
  private static final String STYLE =
      """
      body{font:15px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
      table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #ddd}
      td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}
      .s{stroke:#b3541e;fill:#b3541e}.d{stroke:#1e6fb3;fill:#1e6fb3}.band{fill:#999;opacity:.25}g.s{color:#b3541e}g.d{color:#1e6fb3}.axis{stroke:#888}.tick{stroke:#888;opacity:.4}.best{font-weight:600}
      text{font:12px system-ui,sans-serif;fill:currentColor;stroke:none}
      @media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}td,th{border-color:#444}}
      """;

  private TradeoffHtml() {}

  /** Writes a whole document; the writer stays open. */
  public static void write(Tradeoff t, Writer out) throws IOException {
    StringBuilder html = new StringBuilder(8192);
    html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    html.append("<meta name=\"viewport\" content=\"width=device-width\"><title>");
    html.append(Markup.xml(t.program())).append(": link time against load time</title><style>\n");
    html.append(STYLE).append("</style></head><body>\n<h1>");
    html.append(Markup.xml(t.program())).append("</h1>\n<p><strong>The dylib ");
    html.append(Markup.xml(TradeoffWords.answer(t))).append(".</strong> ");
    html.append(Markup.xml(TradeoffWords.forStarts(t))).append("</p>\n");
    BreakEvenPicture.write(html, t);
    html.append(
        "<table><tr><td></td><th scope=\"col\">median</th><th scope=\"col\">95 %</th></tr>\n");
    line(html, "saved per rebuild", t.saved());
    line(html, "cost per start", t.costs());
    html.append("</table>\n");
    sides(html, t);
    rebuilds(html, t);
    combinations(html, t);
    sentence(html, "A rebuild: ", TradeoffWords.shares(t));
    sentence(html, "Changed dependency, ", TradeoffWords.changedDependency(t));
    sentence(html, "Clean build (once): ", TradeoffWords.cleanBuilds(t));
    sentence(html, "Advice: ", TradeoffWords.advice(t));
    sentence(html, "In the dylib: ", String.join(", ", t.wrapped()));
    html.append("<ul>\n");
    for (Tradeoff.NotWrapped n : t.notWrapped()) {
      html.append("<li>not in the dylib: ").append(Markup.xml(n.name())).append(", ");
      html.append(Markup.xml(n.reason())).append("</li>\n");
    }
    for (Note note : t.notes()) {
      html.append("<li>").append(Markup.xml(note.message())).append("</li>\n");
    }
    html.append("</ul>\n</body></html>\n");
    out.write(html.toString());
  }

  private static void sentence(StringBuilder html, String label, String text) {
    if (!text.isEmpty()) {
      html.append("<p>").append(label).append(Markup.xml(text)).append(".</p>\n");
    }
  }

  private static void combinations(StringBuilder html, Tradeoff t) {
    if (t.combinations().size() < 2) {
      return;
    }
    long starts = t.combinations().getFirst().starts();
    html.append("<table><tr><th scope=\"col\">a rebuild and ");
    html.append(Figures.counted(starts, "start", "starts"));
    html.append("</th><th scope=\"col\">together</th><th scope=\"col\">95 %</th></tr>\n");
    for (Tradeoff.Combination c : t.combinations()) {
      html.append(c.ties() ? "<tr class=\"best\"><td>" : "<tr><td>");
      html.append(Markup.xml(c.name())).append("</td><td>");
      html.append(Figures.nanos(c.total().value())).append("</td><td>");
      html.append(Figures.nanos(c.total().low())).append(" to ");
      html.append(Figures.nanos(c.total().high())).append("</td></tr>\n");
    }
    html.append("</table>\n");
  }

  private static void line(StringBuilder html, String label, @Nullable Interval i) {
    if (i != null) {
      html.append("<tr><td>").append(label).append("</td><td>");
      html.append(TradeoffWords.signed(i.value())).append("</td><td>");
      html.append(TradeoffWords.ends(i)).append("</td></tr>\n");
    }
  }

  private static void sides(StringBuilder html, Tradeoff t) {
    Side symbolic = t.symbolic();
    html.append("<table><tr><td></td><th scope=\"col\">static</th><th scope=\"col\">dylib</th>");
    html.append(symbolic == null ? "" : "<th scope=\"col\">symbolic</th>").append("</tr>\n");
    for (TradeoffRow row : TradeoffRow.ALL) {
      html.append("<tr><td>").append(row.label()).append("</td><td>");
      html.append(row.shown(t.statically())).append("</td><td>");
      html.append(row.shown(t.dynamically())).append("</td>");
      if (symbolic != null) {
        html.append("<td>").append(row.shown(symbolic)).append("</td>");
      }
      html.append("</tr>\n");
    }
    html.append("</table>\n");
  }

  private static void rebuilds(StringBuilder html, Tradeoff t) {
    if (t.rebuilds().isEmpty()) {
      return;
    }
    html.append("<table><tr><th scope=\"col\">rebuild</th><th scope=\"col\">static</th>");
    html.append("<th scope=\"col\">its link</th><th scope=\"col\">dylib</th>");
    html.append("<th scope=\"col\">its link</th><th scope=\"col\">saved</th></tr>\n");
    for (Rebuild r : t.rebuilds()) {
      html.append("<tr><td>").append(Markup.xml(r.name())).append("</td>");
      for (Interval i :
          new @Nullable Interval[] {
            r.statically(), r.staticLink(), r.dynamically(), r.dynamicLink(), r.saved()
          }) {
        html.append("<td>").append(i == null ? Figures.UNKNOWN : TradeoffWords.signed(i.value()));
        html.append("</td>");
      }
      html.append("</tr>\n");
    }
    html.append("</table>\n");
  }
}
