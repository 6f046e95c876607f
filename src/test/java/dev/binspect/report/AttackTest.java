package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.binspect.linkage.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A report whose every name is an attack is valid and inert in every format. */
class AttackTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static Stream<String> attacks() {
    return Stream.of(
        "\n::error file=x::gotcha",
        "\r\n  ::stop-commands::x",
        "::error::first",
        " ::error::after a blank",
        "##[error]gotcha",
        "##vso[task.setvariable]x",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</script><script>alert(1)</script>",
        "]]>&lt;!--",
        "-->",
        "\u001b[31mred\u001b[0m\u001b]0;title\u0007",
        "\u009b31m",
        "a|b|c`code`**bold**",
        "[link](javascript:alert(1))",
        "![picture](https://example.org/x.png)",
        "@everyone #1 www.example.org https://example.org",
        "\u202egnp.exe\u202c\u2066\u2069",
        "\u0000\ufffe\uffff\ud800",
        "\u200b\u2028\u2029\u0085\ufeff\u00ad\udb40\udc41",
        "%0A%3A::error::x",
        "${{ secrets.TOKEN }}",
        "]]></failure><testcase name=\"x\"/>",
        "# heading\n- list",
        "~~~\n```");
  }

  private static List<Report> reports(String attack) {
    return List.of(
        SampleReports.report(Verdict.IGNORED, n -> n + attack),
        SampleReports.report(Verdict.USED, n -> attack + n));
  }

  private static List<Unread> unread(String attack) {
    return List.of(new Unread("no/" + attack, attack + " is no binary"));
  }

  static void inertInLogs(String text) {
    assertThat(text.lines())
        .allSatisfy(
            line ->
                assertThat(line.stripLeading())
                    .doesNotStartWith("::")
                    .doesNotContain("##[", "##vso[", "##teamcity["));
    assertThat(text.chars())
        .allMatch(c -> c == '\n' || c >= 0xd800 && c < 0xe000 || Escape.harmless(c, true));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void textIsInert(String attack) {
    for (Report report : reports(attack)) {
      for (int width : new int[] {40, 60, 80, 300}) {
        inertInLogs(
            TextReport.render(report, new View(false, true, width, View.Detail.FULL))
                + TextReport.checks(report, new View(false, true, width, View.Detail.FULL)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void jsonIsValidAndInert(String attack) throws IOException {
    Schema schema = JsonReportTest.strict("report.schema.json");
    for (Report report : reports(attack)) {
      StringWriter out = new StringWriter();
      JsonReport.write(report, out, JsonReport.Layout.INDENTED);
      inertInLogs(out.toString());
      assertThat(schema.validate(MAPPER.readTree(out.toString()))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void sarifIsValidAndInert(String attack) throws IOException {
    StringWriter out = new StringWriter();
    SarifReport.write(reports(attack), unread(attack), "1.2.3", out);
    inertInLogs(out.toString());
    JsonNode node = MAPPER.readTree(out.toString());
    assertThat(sarif().validate(node)).isEmpty();
    assertThat(node.at("/runs/0/results").size()).isEqualTo(3);
    JsonNode invocation = node.at("/runs/0/invocations/0");
    assertThat(invocation.at("/executionSuccessful").asBoolean()).isFalse();
    assertThat(invocation.at("/toolExecutionNotifications").valueStream())
        .filteredOn(n -> n.at("/level").asString().equals("error"))
        .singleElement()
        .matches(n -> n.at("/message/text").asString().endsWith(" is no binary"));
    assertThat(node.at("/runs/0/results/0/ruleId").asString()).isEqualTo("BS001");
    for (JsonNode result : node.at("/runs/0/results")) {
      String uri = result.at("/locations/0/physicalLocation/artifactLocation/uri").asString();
      assertThat(uri).matches("[A-Za-z0-9%/._~!$&'()*+,;=@-]+");
      assertThat(result.at("/message/text").asString()).doesNotContain("\u202e", "\u001b");
    }
  }

  private static Schema sarif() throws IOException {
    try (InputStream in =
        AttackTest.class.getResourceAsStream("/schemas/sarif-schema-2.1.0.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
          .getSchema(MAPPER.readTree(in));
    }
  }

  @Test
  void theSarifSchemaRefusesWhatIsNoSarif() throws IOException {
    assertThat(sarif().validate(MAPPER.readTree("{\"version\":\"2.1.0\",\"runs\":[{}]}")))
        .isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void junitIsWellFormedAndInert(String attack) throws Exception {
    StringWriter out = new StringWriter();
    JunitReport.write(reports(attack), unread(attack), out);
    inertInLogs(out.toString());
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(out.toString())));
    Element root = document.getDocumentElement();
    assertThat(root.getElementsByTagName("testsuite").getLength()).isEqualTo(3);
    assertThat(root.getElementsByTagName("testcase").getLength())
        .isEqualTo(9)
        .isEqualTo(Integer.parseInt(root.getAttribute("tests")));
    assertThat(root.getElementsByTagName("error").getLength())
        .isEqualTo(1)
        .isEqualTo(Integer.parseInt(root.getAttribute("errors")));
    assertThat(root.getElementsByTagName("failure").getLength())
        .isEqualTo(1)
        .isEqualTo(Integer.parseInt(root.getAttribute("failures")));
    assertThat(root.getElementsByTagName("skipped").getLength())
        .isEqualTo(4)
        .isEqualTo(Integer.parseInt(root.getAttribute("skipped")));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void githubGetsItsOwnCommandsAndNoOther(String attack) throws IOException {
    StringBuilder out = new StringBuilder();
    for (Report report : reports(attack)) {
      GithubReport.write(report, out);
    }
    GithubReport.write(unread(attack).getFirst(), out);
    assertThat(out.toString().lines()).hasSize(3);
    assertThat(out.toString().lines().findFirst().get())
        .startsWith("::error file=src/main.rs")
        .contains(",line=3,")
        .contains(",title=BS001 static-fallback::")
        .contains("%0AFix: ");
    assertThat(out.toString().lines().skip(1).limit(1)).allMatch(l -> l.startsWith("ok "));
    assertThat(out.toString().lines().skip(2))
        .allMatch(l -> l.startsWith("::error file=no/") && l.contains(",title=no report::"));
    for (String line : out.toString().lines().toList()) {
      String properties = line.startsWith("::") ? line.substring(2, line.indexOf("::", 2)) : "";
      assertThat(properties.chars().filter(c -> c == ',').count()).isLessThanOrEqualTo(2);
      assertThat(line).doesNotContain("##[", "##vso[");
    }
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void markdownIsInert(String attack) throws IOException {
    StringBuilder out = new StringBuilder();
    MarkdownReport.write(reports(attack), unread(attack), null, out);
    inertInLogs(out.toString());
    String outside = out.toString().replaceAll("`[^`\n]*`", "CODE");
    assertThat(outside)
        .doesNotContain("`", "<script", "<img", "](", "![", "@", "www.", "://", "**bold");
    // rows keep the cells that their table has
    for (String line : outside.lines().filter(l -> l.startsWith("| CODE")).toList()) {
      assertThat(line.chars().filter(c -> c == '|').count()).isEqualTo(6);
    }
  }

  @Test
  void ordinaryNamesStayAsTheyAre() {
    for (String name :
        List.of(
            "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
            "core::fmt::Write",
            "<alloc::string::String as core::fmt::Display>::fmt",
            "C:\\Windows\\System32\\kernel32.dll",
            "größe-日本.so",
            "a#b")) {
      assertThat(Escape.text(name)).isEqualTo(name);
    }
  }
}
