package dev.binspect.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A squarified treemap (Bruls, Huizing and van Wijk, 2000): areas in proportion to values, shapes
 * as near to squares as rows allow.
 */
final class HtmlTreemap {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 360;

  /** Smaller parts cannot be seen: they are drawn as one. */
  private static final double SMALLEST = 0.0008;

  private HtmlTreemap() {}

  /**
   * A part of the whole.
   *
   * @param said the value in words
   */
  record Part(String name, long value, String said) {}

  /**
   * Draws the parts.
   *
   * @param css the class of the picture
   * @param label what the picture shows
   */
  static void write(List<Part> parts, String css, String label, StringBuilder html) {
    List<Part> sorted = new ArrayList<>();
    long total = 0;
    for (Part part : parts) {
      if (part.value > 0) {
        sorted.add(part);
        total += part.value;
      }
    }
    sorted.sort((a, b) -> Long.compare(b.value, a.value));
    long rest = 0;
    int small = 0;
    while (!sorted.isEmpty() && sorted.getLast().value < total * SMALLEST) {
      rest += sorted.removeLast().value;
      small++;
    }
    if (small > 0) {
      sorted.add(new Part(small + " small ones", rest, "together"));
    }
    html.append("<svg class=\"map ").append(css).append("\" viewBox=\"0 0 ").append(WIDTH);
    html.append(' ').append(HEIGHT).append("\" role=\"img\" aria-label=\"");
    html.append(Markup.xml(label)).append("\">");
    double x = 0;
    double y = 0;
    double width = WIDTH;
    double height = HEIGHT;
    double left = total;
    int from = 0;
    while (from < sorted.size() && left > 0) {
      double side = Math.min(width, height);
      double scale = width * height / left;
      int to = from + 1;
      double sum = sorted.get(from).value;
      double worst = worst(sorted, from, to, sum * scale, side, scale);
      while (to < sorted.size()) {
        double more = sum + sorted.get(to).value;
        double next = worst(sorted, from, to + 1, more * scale, side, scale);
        if (next > worst) {
          break;
        }
        worst = next;
        sum = more;
        to++;
      }
      double thick = sum * scale / side;
      double at = 0;
      for (int i = from; i < to; i++) {
        double length = sorted.get(i).value / sum * side;
        if (width >= height) {
          cell(sorted.get(i), i, x, y + at, thick, length, html);
        } else {
          cell(sorted.get(i), i, x + at, y, length, thick, html);
        }
        at += length;
      }
      if (width >= height) {
        x += thick;
        width -= thick;
      } else {
        y += thick;
        height -= thick;
      }
      left -= sum;
      from = to;
    }
    html.append("</svg>\n");
  }

  /** The worst aspect ratio of a row. */
  private static double worst(
      List<Part> parts, int from, int to, double area, double side, double scale) {
    double thick = area / side;
    double worst = 1;
    for (int i : new int[] {from, to - 1}) {
      double length = parts.get(i).value * scale / thick;
      worst = Math.max(worst, Math.max(length / thick, thick / length));
    }
    return worst;
  }

  private static void cell(
      Part part, int tone, double x, double y, double width, double height, StringBuilder html) {
    html.append("<g><title>").append(Markup.xml(part.name)).append(": ");
    html.append(Markup.xml(part.said)).append("</title><rect class=\"p");
    html.append(tone % 5).append("\" x=\"").append(HtmlStart.tenths(x));
    html.append("\" y=\"").append(HtmlStart.tenths(y));
    html.append("\" width=\"").append(HtmlStart.tenths(width));
    html.append("\" height=\"").append(HtmlStart.tenths(height)).append("\"/>");
    int room = (int) ((width - 10) / 7);
    if (room >= Math.min(8, part.name.length()) && height >= 18) {
      html.append("<text x=\"").append(HtmlStart.tenths(x + 6));
      html.append("\" y=\"").append(HtmlStart.tenths(y + 15)).append("\">");
      html.append(Markup.xml(Columns.shorten(Escape.text(part.name), room, true)));
      html.append("</text>");
      if (height >= 36) {
        html.append("<text x=\"").append(HtmlStart.tenths(x + 6));
        html.append("\" y=\"").append(HtmlStart.tenths(y + 31)).append("\">");
        html.append(Markup.xml(fitting(part.said, room)));
        html.append("</text>");
      }
    }
    html.append("</g>");
  }

  /** {@return the value with its unit, without it, or nothing, as there is room} */
  private static String fitting(String said, int room) {
    if (said.length() <= room) {
      return said;
    }
    int space = said.indexOf(' ');
    return space > 0 && space <= room ? said.substring(0, space) : "";
  }
}
