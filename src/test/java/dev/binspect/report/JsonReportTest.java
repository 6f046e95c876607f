package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.binspect.linkage.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

class JsonReportTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static String json(Report report, JsonReport.Layout layout) throws IOException {
    StringWriter out = new StringWriter();
    JsonReport.write(report, out, layout, true);
    return out.toString();
  }

  /** The published schema allows new keys; here a key that it does not describe is an error. */
  static Schema strict(String name) throws IOException {
    try (InputStream in = JsonReport.class.getResourceAsStream(name)) {
      JsonNode node = MAPPER.readTree(in);
      close(node);
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(node);
    }
  }

  private static void close(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.has("properties")
        && object.has("required")
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    for (JsonNode child : node) {
      close(child);
    }
  }

  private static List<Error> errors(String json) throws IOException {
    return strict("report.schema.json").validate(MAPPER.readTree(json));
  }

  @ParameterizedTest
  @EnumSource(Verdict.class)
  void reportsOfEveryVerdictFollowTheSchema(Verdict verdict) throws IOException {
    assertThat(errors(json(SampleReports.report(verdict), JsonReport.Layout.INDENTED))).isEmpty();
  }

  @Test
  void theSchemaRefusesAKeyItDoesNotDescribeAndAMissingOne() throws IOException {
    String good = json(SampleReports.report(Verdict.USED), JsonReport.Layout.LINE);
    assertThat(errors(good.replaceFirst("\"probes\"", "\"probe\"")))
        .extracting(Error::getKeyword)
        .contains("required", "additionalProperties");
  }

  @Test
  void whatIsUnknownIsNull() throws IOException {
    String json = json(SampleReports.unknown(), JsonReport.Layout.LINE);
    assertThat(errors(json)).isEmpty();
    JsonNode node = MAPPER.readTree(json);
    assertThat(node.get("load").isNull()).isTrue();
    assertThat(node.at("/images/0/relocations").isNull()).isTrue();
    assertThat(node.at("/images/0/imports/count").isNull()).isTrue();
    assertThat(node.at("/images/0/exports/count").isNull()).isTrue();
    assertThat(node.at("/start/medianNanos").isNull()).isTrue();
    assertThat(node.at("/start/ci95Nanos").isNull()).isTrue();
    assertThat(node.at("/file/buildId").isNull()).isTrue();
    assertThat(node.at("/notes/0/offset").asLong()).isEqualTo(64);
    assertThat(json).doesNotContain("-1");
  }

  @Test
  void aLineIsOneLineWhateverTheNames() throws IOException {
    String json =
        json(
            SampleReports.report(Verdict.USED, n -> n + "\n\u2028\r\u0085"),
            JsonReport.Layout.LINE);
    assertThat(json.strip().lines().count()).isEqualTo(1);
    assertThat(json).endsWith("}\n");
  }

  @Test
  void aScansLineIsTheLineInUtf8() throws IOException {
    for (String evil :
        List.of(
            "",
            "é\u202e…#\ud83d\ude00\u0007\"\\\u2028",
            "half\ud800",
            "long".repeat(60),
            "longer".repeat(200))) {
      Report report = SampleReports.report(Verdict.USED, n -> n + evil);
      StringWriter line = new StringWriter();
      JsonReport.write(report, line, JsonReport.Layout.LINE);
      // Twice: a library's relocations are kept as they were written for the first line.
      JsonReport.line(report);
      assertThat(new String(JsonReport.line(report), StandardCharsets.UTF_8))
          .isEqualTo(line.toString());
    }
  }

  @Test
  void namesComeBackExactly() throws IOException {
    String evil = "\u001b[31m\u202e\u0000\u007f\u009b\ufeff\"\\<>&\u2028日本\uD83D\uDE00\uDB40\uDC41";
    String json =
        json(SampleReports.report(Verdict.USED, n -> n + evil), JsonReport.Layout.INDENTED);
    assertThat(json)
        .doesNotContain("\u001b", "\u202e", "\u007f", "\u009b", "\ufeff", "\u2028", "\uDB40")
        .contains("日本");
    assertThat(MAPPER.readTree(json).at("/file/path").asString())
        .isEqualTo("target/debug/app" + evil);
  }

  @Test
  void theNumbersAreTheReports() throws IOException {
    Report report = SampleReports.report(Verdict.IGNORED);
    JsonNode node = MAPPER.readTree(json(report, JsonReport.Layout.INDENTED));
    assertThat(node.get("schema").asString()).isEqualTo("binspect-report/1");
    assertThat(node.at("/linkage/verdict").asString()).isEqualTo("ignored");
    assertThat(node.at("/images/0/relocations/total").asLong()).isEqualTo(12345);
    assertThat(node.at("/images/0/relocations/byKind/relative").asLong()).isEqualTo(11900);
    assertThat(node.at("/load/objects/1/probes").asLong()).isEqualTo(3600);
    assertThat(node.at("/load/counters/lookups").asLong()).isEqualTo(1600);
    assertThat(node.at("/load/pairs/2/lookups").asLong()).isEqualTo(1200);
    assertThat(node.at("/start/ci95Nanos/1").asLong()).isEqualTo(5_220_000);
    assertThat(node.at("/start/samples/0/cpuNanos").asLong()).isEqualTo(5_100_000);
    assertThat(node.at("/start/libraries/0/modelled").asBoolean()).isFalse();
    assertThat(node.at("/start/libraryScale/constructorsPercent").asLong()).isEqualTo(120);
    assertThat(node.at("/start/exitNanos").asLong()).isEqualTo(600_000);
    assertThat(node.at("/start/atReferenceSpeed/medianNanos").asLong()).isEqualTo(4_270_000);
    assertThat(node.at("/start/atReferenceSpeed/speedPercent").asLong()).isEqualTo(83);
    assertThat(node.at("/notes").size()).isEqualTo(3);
  }
}
