package dev.binspect.report;

import dev.binspect.image.Note;
import dev.binspect.tradeoff.Interval;
import dev.binspect.tradeoff.Tradeoff;
import dev.binspect.tradeoff.Tradeoff.BreakEven;
import dev.binspect.tradeoff.Tradeoff.Rebuild;
import dev.binspect.tradeoff.Tradeoff.Side;
import java.io.IOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** A tradeoff as one HTML file that needs nothing else: the break-even is a picture in it. */
public final class TradeoffHtml {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 20;
  private static final int BOTTOM = 45;

  private static final String STYLE =
      """
      body{font:15px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
      table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #ddd}
      td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}
      .s{stroke:#b3541e;fill:#b3541e}.d{stroke:#1e6fb3;fill:#1e6fb3}.band{fill:#999;opacity:.25}.axis{stroke:#888}
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
    picture(html, t);
    html.append("<table><tr><th></th><th>median</th><th>95 %</th></tr>\n");
    line(html, "saved per rebuild", t.saved());
    line(html, "cost per start", t.costs());
    html.append("</table>\n");
    sides(html, t);
    rebuilds(html, t);
    String advice = TradeoffWords.advice(t);
    if (!advice.isEmpty()) {
      html.append("<p>Advice: ").append(Markup.xml(advice)).append(".</p>\n");
    }
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

  private static void line(StringBuilder html, String label, @Nullable Interval i) {
    if (i != null) {
      html.append("<tr><td>").append(label).append("</td><td>");
      html.append(TradeoffWords.signed(i.value())).append("</td><td>");
      html.append(TradeoffWords.signed(i.low())).append(" to ");
      html.append(TradeoffWords.signed(i.high())).append("</td></tr>\n");
    }
  }

  private static void sides(StringBuilder html, Tradeoff t) {
    Side symbolic = t.symbolic();
    html.append("<table><tr><th></th><th>static</th><th>dylib</th>");
    html.append(symbolic == null ? "" : "<th>symbolic</th>").append("</tr>\n");
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
    html.append("<table><tr><th>rebuild</th><th>static</th><th>its link</th><th>dylib</th>");
    html.append("<th>its link</th><th>saved</th></tr>\n");
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

  /**
   * Two lines over the number of starts: a rebuild and that many starts, the static program's and
   * the dylib's. They cross at the break-even.
   */
  private static void picture(StringBuilder html, Tradeoff t) {
    BreakEven at = t.breakEven();
    Interval saved = t.saved();
    Interval one = t.statically().start();
    Interval other = t.dynamically().start();
    if (at == null || saved == null || one == null || other == null) {
      return;
    }
    long starts = Math.max(2, 2 * at.value());
    double base =
        t.rebuilds().isEmpty() ? saved.value() : t.rebuilds().getFirst().statically().value();
    double dylibBase = base - saved.value();
    double most =
        Math.max(base + starts * (double) one.value(), dylibBase + starts * (double) other.value());
    html.append("<svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(HEIGHT);
    html.append("\" role=\"img\" aria-label=\"break-even at ");
    html.append(TradeoffWords.breakEven(t)).append("\">\n");
    double low = x(Math.min(at.low(), starts), starts);
    double high = x(at.high() < 0 ? starts : Math.min(at.high(), starts), starts);
    html.append("<rect class=\"band\" x=\"").append(round(low)).append("\" y=\"").append(TOP);
    html.append("\" width=\"").append(round(high - low)).append("\" height=\"");
    html.append(HEIGHT - TOP - BOTTOM).append("\"/>\n");
    stroke(html, "axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
    stroke(html, "axis", LEFT, TOP, LEFT, HEIGHT - BOTTOM);
    stroke(
        html,
        "s",
        LEFT,
        y(base, most),
        WIDTH - RIGHT,
        y(base + starts * (double) one.value(), most));
    stroke(
        html,
        "d",
        LEFT,
        y(dylibBase, most),
        WIDTH - RIGHT,
        y(dylibBase + starts * (double) other.value(), most));
    double cross = x(at.value(), starts);
    stroke(html, "axis", cross, TOP, cross, HEIGHT - BOTTOM);
    text(html, cross, HEIGHT - BOTTOM + 16, "middle", TradeoffWords.breakEven(t));
    text(
        html,
        WIDTH - RIGHT,
        HEIGHT - BOTTOM + 32,
        "end",
        "starts per rebuild (to " + Figures.count(starts) + ")");
    text(
        html,
        LEFT + 8,
        TOP + 12,
        "start",
        "a rebuild and its starts, up to " + Figures.nanos(Math.round(most)));
    text(html, LEFT - 6, y(base, most), "end", "static");
    text(html, LEFT - 6, y(dylibBase, most) + 12, "end", "dylib");
    html.append("</svg>\n");
  }

  private static double x(long starts, long most) {
    return LEFT + (double) starts / most * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double nanos, double most) {
    return HEIGHT - BOTTOM - nanos / most * (HEIGHT - TOP - BOTTOM);
  }

  private static String round(double v) {
    return Double.toString(Math.round(v * 10) / 10.0);
  }

  private static void stroke(
      StringBuilder html, String style, double x1, double y1, double x2, double y2) {
    html.append("<line class=\"").append(style).append("\" stroke-width=\"2\" x1=\"");
    html.append(round(x1)).append("\" y1=\"").append(round(y1)).append("\" x2=\"");
    html.append(round(x2)).append("\" y2=\"").append(round(y2)).append("\"/>\n");
  }

  private static void text(StringBuilder html, double x, double y, String anchor, String text) {
    html.append("<text x=\"").append(round(x)).append("\" y=\"").append(round(y));
    html.append("\" text-anchor=\"").append(anchor).append("\">");
    html.append(Markup.xml(text)).append("</text>\n");
  }
}
