package dev.binspect.report;

import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Relocations;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one architecture's binary is, and its relocations as bars. */
final class HtmlImage {
  private HtmlImage() {}

  static void write(Image image, boolean oneOfMany, long fileSize, StringBuilder html) {
    String suffix = oneOfMany ? ", " + Markup.xml(image.machine()) : "";
    html.append("<section><h2>Dynamic relocations").append(suffix).append("</h2>\n");
    Relocations relocations = image.relocations();
    if (relocations == null) {
      html.append("<p>Unknown: damage hides them, see the notes.</p>\n");
    } else if (relocations.total() == 0) {
      html.append("<p>None.</p>\n");
    } else {
      html.append("<p>").append(Figures.count(relocations.total()));
      html.append(", written to ").append(Figures.counted(relocations.pages(), "page", "pages"));
      html.append("</p>\n<div class=\"tallies\">");
      tally("by kind", relocations.byKind(), html);
      tally("by place", relocations.byPlace(), html);
      tally("by target", relocations.byTarget(), html);
      tally("by table", relocations.byTable(), html);
      tally("by type", relocations.byType(), html);
      if (image.tables() instanceof MachoTables macho && macho.fixups() != null) {
        tally("by segment", macho.fixups().bySegment(), html);
        tally("by section", macho.fixups().bySection(), html);
      }
      html.append("</div>\n");
      HtmlPages.write(image, relocations, fileSize, html);
    }
    html.append("</section>\n<section><h2>File").append(suffix).append("</h2>\n");
    html.append("<dl class=\"facts\">");
    fact("format", Headline.kind(image) + ", " + image.linking().key(), html);
    fact("machine", image.machine() + ", " + image.bits() + " bits", html);
    if (image.tables() instanceof MachoTables macho) {
      fact("platform", TextImage.platform(macho), html);
    }
    fact("interpreter", image.interpreter(), html);
    fact("name", image.name(), html);
    fact("build id", image.buildId(), html);
    facts("built by", image.producers(), html);
    facts("rpath", image.searchPaths().rpath(), html);
    facts("runpath", image.searchPaths().runpath(), html);
    fact("hardening", TextImage.hardening(image), html);
    fact(
        "symbols",
        Figures.count(image.imports() == null ? -1 : image.imports().count())
            + " imported, "
            + Figures.count(image.exports())
            + " exported"
            + TextImage.weak(image),
        html);
    html.append("</dl></section>\n");
  }

  private static void facts(String name, List<String> values, StringBuilder html) {
    for (String value : values) {
      fact(name, value, html);
    }
  }

  private static void fact(String name, @Nullable String value, StringBuilder html) {
    if (value != null) {
      html.append("<dt>").append(name).append("</dt><dd>").append(Markup.xml(value));
      html.append("</dd>");
    }
  }

  private static void tally(String title, Map<String, Long> tally, StringBuilder html) {
    if (tally.isEmpty()) {
      return;
    }
    long most = 1;
    for (long count : tally.values()) {
      most = Math.max(most, count);
    }
    html.append("<div><h3>").append(title).append("</h3><table><tbody>");
    for (Map.Entry<String, Long> e : tally.entrySet()) {
      html.append("<tr><th scope=\"row\">").append(Markup.xml(e.getKey()));
      html.append("</th><td class=\"n\">").append(Figures.count(e.getValue()));
      html.append("</td><td class=\"track\">");
      bar(Math.max(0.5, 100.0 * e.getValue() / most), html);
      html.append("</td></tr>");
    }
    html.append("</tbody></table></div>");
  }

  /** A bar of so many per cent of its place; the number stands beside. */
  static void bar(double percent, StringBuilder html) {
    html.append("<svg viewBox=\"0 0 100 12\" height=\"12\" preserveAspectRatio=\"none\" ");
    html.append("aria-hidden=\"true\"><rect width=\"").append(HtmlStart.tenths(percent));
    html.append("\" height=\"12\"/></svg>");
  }
}
