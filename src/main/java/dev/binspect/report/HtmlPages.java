package dev.binspect.report;

import dev.binspect.image.Image;
import dev.binspect.image.Relocations;
import java.util.EnumSet;
import java.util.Set;

/** The file's pages as a strip: what lies where, and below it what the loader writes to. */
final class HtmlPages {
  private static final int WIDTH = 1000;

  /** What a wide screen can show; a small file has a cell for each page. */
  private static final int CELLS = 500;

  private HtmlPages() {}

  /**
   * Draws them; nothing where no part of the image is known.
   *
   * @param fileSize bytes
   */
  static void write(Image image, Relocations relocations, long fileSize, StringBuilder html) {
    MappedParts map = MappedParts.of(image, relocations.written(), fileSize);
    if (map.pages() == 0) {
      return;
    }
    html.append("<h3>Pages written</h3>\n<figure><svg class=\"strip\" viewBox=\"0 0 ");
    html.append(WIDTH).append(" 52\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"");
    html.append(Figures.counted(relocations.pages(), "page", "pages")).append(" of ");
    html.append(Figures.count(map.pages())).append(" are written; the table has the numbers\">");
    Set<MappedParts.Use> uses = EnumSet.noneOf(MappedParts.Use.class);
    for (MappedParts.Part part : map.parts()) {
      uses.add(part.use);
      html.append("<rect class=\"").append(tone(part.use)).append("\" x=\"");
      html.append(HtmlStart.tenths((double) part.before * WIDTH / map.pages()));
      html.append("\" y=\"0\" width=\"");
      html.append(HtmlStart.tenths((double) part.pages() * WIDTH / map.pages()));
      html.append("\" height=\"14\"><title>").append(Markup.xml(part.name)).append(": ");
      html.append(said(part)).append("</title></rect>");
    }
    cells(map, html);
    html.append("</svg><figcaption>");
    for (MappedParts.Use use : uses) {
      html.append("<span class=\"nw\"><span class=\"key ").append(tone(use));
      html.append("\"></span>").append(use.said).append("</span> &nbsp; ");
    }
    html.append("<span class=\"nw\"><span class=\"key w\"></span>written by the loader</span>");
    html.append("</figcaption></figure>\n");
    table(map, html);
  }

  private static String said(MappedParts.Part part) {
    return Figures.count(part.written)
        + " of "
        + Figures.counted(part.pages(), "page", "pages")
        + " written";
  }

  private static String tone(MappedParts.Use use) {
    return switch (use) {
      case READ_ONLY -> "p0";
      case CODE -> "p3";
      case RELRO -> "p4";
      case DATA -> "p2";
    };
  }

  /** Cells of the same shade in a row are one rectangle. */
  private static void cells(MappedParts map, StringBuilder html) {
    int count = (int) Math.min(CELLS, map.pages());
    long[] cells = map.cells(count);
    html.append("<rect class=\"rest\" x=\"0\" y=\"18\" width=\"").append(WIDTH);
    html.append("\" height=\"34\"/>");
    int from = 0;
    while (from < count) {
      int shade = shade(cells[from], (double) map.pages() / count);
      int to = from + 1;
      while (to < count && shade(cells[to], (double) map.pages() / count) == shade) {
        to++;
      }
      if (shade > 0) {
        html.append("<rect class=\"w w").append(shade).append("\" x=\"");
        html.append(HtmlStart.tenths((double) from * WIDTH / count)).append("\" y=\"18\" width=\"");
        html.append(HtmlStart.tenths((double) (to - from) * WIDTH / count));
        html.append("\" height=\"34\"/>");
      }
      from = to;
    }
  }

  /** {@return 0 for none, 1 to 4 for the share of a cell's pages} */
  private static int shade(long written, double pages) {
    return written == 0 ? 0 : (int) Math.max(1, Math.min(4, Math.ceil(4 * written / pages)));
  }

  private static void table(MappedParts map, StringBuilder html) {
    html.append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" ");
    html.append("aria-label=\"Pages written, by part\"><table class=\"narrow\"><thead><tr>");
    html.append("<th scope=\"col\">part</th><th scope=\"col\" class=\"n\">pages</th>");
    html.append("<th scope=\"col\" class=\"n\">written</th><th scope=\"col\">share</th>");
    html.append("</tr></thead><tbody>\n");
    for (MappedParts.Part part : map.parts()) {
      html.append("<tr><th scope=\"row\">").append(Markup.xml(part.name)).append("</th>");
      html.append("<td class=\"n\">").append(Figures.count(part.pages())).append("</td>");
      html.append("<td class=\"n\">").append(Figures.count(part.written)).append("</td>");
      html.append("<td class=\"track\">");
      HtmlImage.bar(100.0 * part.written / Math.max(1, part.pages()), html);
      html.append("</td></tr>\n");
    }
    if (map.elsewhere() > 0) {
      html.append("<tr><th scope=\"row\">elsewhere</th><td class=\"n\"></td><td class=\"n\">");
      html.append(Figures.count(map.elsewhere())).append("</td><td></td></tr>\n");
    }
    html.append("</tbody></table></div>\n<p class=\"hint\">A page has ");
    html.append(Figures.bytes(map.pageSize())).append("; one that the loader writes to is ");
    html.append("private memory of every process.</p>\n");
  }
}
