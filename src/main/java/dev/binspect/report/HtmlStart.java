package dev.binspect.report;

import dev.binspect.start.Start;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The start as a timeline of its phases, with the figures beside. */
final class HtmlStart {
  private static final int WIDTH = 1000;

  private HtmlStart() {}

  static void write(@Nullable Start start, StringBuilder html) {
    if (start == null) {
      return;
    }
    html.append("<section><h2>Start</h2>\n");
    if (start.medianNanos() < 0) {
      html.append("<p>Not measured: ");
      html.append(Markup.xml(start.why() == null ? "no reason is known" : start.why()));
      html.append("</p></section>\n");
      return;
    }
    timeline(start.phases(), html);
    html.append("<dl class=\"start\">");
    fact("median", Figures.nanos(start.medianNanos()) + ", " + start.how().key(), html);
    if (start.ci95Nanos().length == 2) {
      fact(
          "95 % interval",
          Figures.nanos(start.ci95Nanos()[0]) + " to " + Figures.nanos(start.ci95Nanos()[1]), html);
    }
    if (start.errorBasis() != null) {
      fact("error", start.errorPercent() + " %, median on " + Markup.xml(start.errorBasis()), html);
    }
    Start.AtReference reference = start.atReference();
    if (reference != null) {
      fact(
          "at reference speed",
          Figures.nanos(reference.medianNanos())
              + " (the machine ran at "
              + reference.speedPercent()
              + " % of it)",
          html);
    }
    if (start.exitNanos() >= 0) {
      fact("exit (not in the median)", Figures.nanos(start.exitNanos()), html);
    }
    if (start.madNanos() >= 0) {
      fact("MAD", Figures.nanos(start.madNanos()), html);
    }
    if (start.p95Nanos() >= 0) {
      fact("p95", Figures.nanos(start.p95Nanos()), html);
    }
    if (start.runs() > 0) {
      fact("runs", Figures.count(start.runs()), html);
    }
    if (start.wallMedianNanos() >= 0) {
      fact("wall clock", Figures.nanos(start.wallMedianNanos()), html);
    }
    if (start.floorNanos() >= 0) {
      fact("floor (an empty program)", Figures.nanos(start.floorNanos()), html);
    }
    if (start.pageFaults() >= 0) {
      fact("page faults", Figures.count(start.pageFaults()), html);
    }
    if (start.dirtyBytes() >= 0) {
      fact("private memory", Figures.bytes(start.dirtyBytes()), html);
    }
    html.append("</dl>\n");
    if (start.why() != null) {
      html.append("<p class=\"hint\">").append(Markup.xml(start.why())).append("</p>\n");
    }
    if (!start.warnings().isEmpty()) {
      html.append("<ul>");
      for (String warning : start.warnings()) {
        html.append("<li>").append(Markup.xml(warning)).append("</li>");
      }
      html.append("</ul>\n");
    }
    html.append("</section>\n");
  }

  private static void fact(String name, String value, StringBuilder html) {
    html.append("<div><dt>").append(name).append("</dt><dd>").append(value).append("</dd></div>");
  }

  private static void timeline(List<Start.Phase> phases, StringBuilder html) {
    long total = 0;
    for (Start.Phase phase : phases) {
      total += Math.max(0, phase.medianNanos());
    }
    if (total == 0) {
      return;
    }
    html.append("<figure><svg class=\"timeline\" viewBox=\"0 0 ").append(WIDTH);
    html.append(" 44\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Phases in order: ");
    StringBuilder legend = new StringBuilder();
    StringBuilder bars = new StringBuilder();
    double x = 0;
    for (int i = 0; i < phases.size(); i++) {
      Start.Phase phase = phases.get(i);
      long nanos = Math.max(0, phase.medianNanos());
      double width = (double) nanos / total * WIDTH;
      String said =
          Markup.xml(phase.name())
              + " "
              + Figures.nanos(nanos)
              + " ("
              + Figures.percent(nanos, total)
              + ")";
      html.append(i == 0 ? "" : ", ").append(said);
      bars.append("<rect class=\"p").append(i % 5).append("\" x=\"").append(tenths(x));
      bars.append("\" y=\"0\" width=\"").append(tenths(width)).append("\" height=\"44\"><title>");
      bars.append(said).append("</title></rect>");
      legend.append("<span class=\"nw\"><span class=\"key p").append(i % 5);
      legend.append("\"></span>").append(said).append("</span>");
      legend.append(i + 1 < phases.size() ? " &nbsp; " : "");
      x += width;
    }
    html.append("\">").append(bars).append("</svg><figcaption>").append(legend);
    html.append("</figcaption></figure>\n");
  }

  static String tenths(double value) {
    long tenths = Math.round(value * 10);
    return tenths / 10 + "." + tenths % 10;
  }
}
