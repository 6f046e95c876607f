package dev.binspect.report;

import dev.binspect.tradeoff.Interval;
import dev.binspect.tradeoff.Tradeoff;
import dev.binspect.tradeoff.Tradeoff.BreakEven;

/** Where the dylib stops paying, drawn as SVG. */
final class BreakEvenPicture {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 26;
  private static final int BOTTOM = 45;

  private BreakEvenPicture() {}

  /**
   * Two lines over the number of starts: a rebuild and that many starts, the static program's and
   * the dylib's. They cross at the break-even.
   */
  static void write(StringBuilder html, Tradeoff t) {
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
    ticks(html, starts, most);
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
    text(html, cross, TOP - 6, "middle", TradeoffWords.breakEven(t));
    text(html, WIDTH - RIGHT, HEIGHT - BOTTOM + 34, "end", "starts after one rebuild");
    text(html, LEFT + 8, TOP + 12, "start", "time for the rebuild and its starts");
    label(html, "s", y(base, most) - 6, "static");
    label(html, "d", y(dylibBase, most) + 16, "dylib");
    html.append("</svg>\n");
  }

  /** A line every so many starts and every so much time, so that both can be read off. */
  private static void ticks(StringBuilder html, long starts, double most) {
    long step = step(starts);
    for (long at = 0; at <= starts; at += step) {
      double x = x(at, starts);
      stroke(html, "tick", x, TOP, x, HEIGHT - BOTTOM);
      text(html, x, HEIGHT - BOTTOM + 16, "middle", Figures.count(at));
    }
    step = step(Math.round(most));
    for (long at = 0; at <= most; at += step) {
      double y = y((double) at, most);
      stroke(html, "tick", LEFT, y, WIDTH - RIGHT, y);
      text(html, LEFT - 6, y + 4, "end", at == 0 ? "0" : Figures.nanos(at));
    }
  }

  /** {@return 1, 2 or 5 times a power of ten, so that a range has at most six of it} */
  static long step(long range) {
    long power = 1;
    while (true) {
      for (long digit : new long[] {1, 2, 5}) {
        if (digit * power * 6 >= range) {
          return digit * power;
        }
      }
      power *= 10;
    }
  }

  private static void label(StringBuilder html, String style, double y, String text) {
    html.append("<g class=\"").append(style).append("\">");
    text(html, LEFT + 8, y, "start", text);
    html.append("</g>\n");
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
