package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.binspect.linkage.Verdict;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HtmlReportTest {
  private static String html(Report... reports) throws IOException {
    StringWriter out = new StringWriter();
    HtmlReport.write(List.of(reports), List.of(), null, "1.2.3", out);
    return out.toString();
  }

  @Test
  void nothingIsFetched() throws IOException {
    assertThat(html(SampleReports.report(Verdict.IGNORED)))
        .doesNotContain("http:", "https:", "src=", "@import", "url(", "<link");
  }

  @Test
  void theVerdictAndTheFixAreInTheFirstHeading() throws IOException {
    String html = html(SampleReports.report(Verdict.IGNORED));
    assertThat(html.substring(html.indexOf("<h1>"), html.indexOf("</h1>")))
        .contains("ignored (static fallback)")
        .contains("target/debug/app");
    assertThat(html).contains("<title>app: ignored (static fallback) - binspect</title>");
    assertThat(html).contains("<strong>Fix:</strong> write `use serde_dylib as _;`");
  }

  @Test
  void everyHeadOfATableSaysWhetherItIsAColumnsOrARows() throws IOException {
    for (Verdict verdict : new Verdict[] {Verdict.USED, Verdict.IGNORED}) {
      assertThat(html(SampleReports.report(verdict)))
          .contains("<th scope=\"col\">")
          .doesNotContainPattern("<th(?! scope=\"(col|row)\")[ >]");
    }
  }

  @Test
  void chartsShowTheReportsNumbers() throws IOException {
    String html = html(SampleReports.report(Verdict.USED));
    assertThat(html)
        .contains("relocate 3.10 ms (60.4 %)")
        .contains("<title>libserde_dylib.so: 12,345 relocations</title>")
        .contains("<th scope=\"row\">R_X86_64_RELATIVE</th><td class=\"n\">11,900</td>")
        .contains("data-v=\"3600\">3,600</td>");
    // the phases' widths are in proportion: 3.10 of 5.13 ms of 1000 units
    assertThat(html).contains("width=\"604.3\" height=\"44\"><title>relocate");
  }

  @Test
  void theTreemapsAreasAreInProportionAndFillIt() throws IOException {
    String html = html(SampleReports.wide(60));
    String map = html.substring(html.indexOf("<svg class=\"map m1"));
    map = map.substring(0, map.indexOf("</svg>"));
    Matcher cell =
        Pattern.compile(
                "<title>([^<]*): ([0-9,]+) look-ups</title><rect class=\"p\\d\" x=\"([0-9.]+)\""
                    + " y=\"([0-9.]+)\" width=\"([0-9.]+)\" height=\"([0-9.]+)\"")
            .matcher(map);
    double area = 0;
    long total = 10;
    for (int i = 1; i < 60; i++) {
      total += 7L * i * i;
    }
    int cells = 0;
    while (cell.find()) {
      double width = Double.parseDouble(cell.group(5));
      double height = Double.parseDouble(cell.group(6));
      area += width * height;
      cells++;
      long value = Long.parseLong(cell.group(2).replace(",", ""));
      assertThat(width * height)
          .isCloseTo(360_000.0 * value / total, within(0.06 * (width + height) + 1));
      assertThat(Double.parseDouble(cell.group(3)) + width).isLessThanOrEqualTo(1000.2);
      assertThat(Double.parseDouble(cell.group(4)) + height).isLessThanOrEqualTo(360.2);
    }
    assertThat(cells).isGreaterThan(50);
    assertThat(area).isBetween(355_000.0, 361_000.0);
  }

  @Test
  void aThousandLibrariesStayBelowTwoMegabytes() throws IOException {
    assertThat(html(SampleReports.wide(1000)).getBytes(StandardCharsets.UTF_8).length)
        .isLessThan(2_000_000);
  }

  /** Every tag of the document is one that we write, whatever the names. */
  @ParameterizedTest
  @MethodSource("dev.binspect.report.AttackTest#attacks")
  void namesMakeNoTagsAndNoAttributes(String attack) throws IOException {
    List<String> plain = tags(html(SampleReports.report(Verdict.IGNORED)));
    assertThat(tags(html(SampleReports.report(Verdict.IGNORED, n -> n + attack)))).isEqualTo(plain);
    assertThat(tags(html(SampleReports.report(Verdict.IGNORED, n -> attack + n)))).isEqualTo(plain);
  }

  private static List<String> tags(String html) {
    List<String> tags = new ArrayList<>();
    String body = html.substring(html.indexOf("<body>"), html.indexOf("<script>"));
    Matcher tag = Pattern.compile("<(/?[a-zA-Z!][^\\s>]*)((?:[^>\"]|\"[^\"]*\")*)>").matcher(body);
    while (tag.find()) {
      StringBuilder names = new StringBuilder(tag.group(1));
      Matcher attribute = Pattern.compile("([a-z-]+)=\"[^\"<>]*\"").matcher(tag.group(2));
      while (attribute.find()) {
        names.append(' ').append(attribute.group(1));
      }
      if (!tag.group(1).matches("/?(text|svg|rect|g|title)")) {
        tags.add(names.toString());
      }
    }
    return tags;
  }
}
