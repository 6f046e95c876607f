package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.linkage.Verdict;
import dev.binspect.load.LoadPlan;
import dev.binspect.start.StartModel;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class DiffTest {
  private static final View VIEW = new View(false, true, 80, View.Detail.NORMAL);

  private static Diff diff(Report before, Report after, Diff.@Nullable StartDifference start) {
    return new Diff(Build.of(before), Build.of(after), start);
  }

  private static JsonNode json(Diff diff) throws IOException {
    StringWriter out = new StringWriter();
    JsonDiff.write(diff, out, JsonReport.Layout.LINE);
    JsonNode node = new ObjectMapper().readTree(out.toString());
    assertThat(JsonReportTest.strict("diff.schema.json").validate(node)).isEmpty();
    return node;
  }

  @Test
  void countsStandSideBySide() throws IOException {
    Diff diff = diff(SampleReports.wide(20), SampleReports.report(Verdict.IGNORED), null);
    JsonNode node = json(diff);
    assertThat(node.at("/figures/load.objects/before").asInt()).isEqualTo(20);
    assertThat(node.at("/figures/load.objects/after").asInt()).isEqualTo(3);
    assertThat(node.at("/relocations/byKind/relative/after").asInt()).isEqualTo(11900);
    assertThat(node.at("/before/verdict").asString()).isEqualTo("used");
    assertThat(TextDiff.render(diff, VIEW))
        .contains("objects loaded")
        .contains("20          3  -17 (-85.0 %)")
        .contains("libserde_dylib.so")
        .contains("added")
        .contains("removed");
  }

  @Test
  void whatIsUnknownIsNull() throws IOException {
    Diff diff = diff(SampleReports.unknown(), SampleReports.report(Verdict.USED), null);
    JsonNode node = json(diff);
    assertThat(node.at("/figures/images.relocations.total/before").isNull()).isTrue();
    assertThat(node.at("/relocations/byKind/relative/before").isNull()).isTrue();
    assertThat(node.at("/relocations/byKind/relative/after").asInt()).isEqualTo(11900);
    assertThat(TextDiff.render(diff, VIEW)).contains("not compared: both must be measured");
  }

  @Test
  void cratesThatChangeSidesAreNamed() {
    Diff diff = diff(SampleReports.wide(3), SampleReports.unknown(), null);
    assertThat(diff.becameDynamic()).containsExactly("serde", "serde_json");
    assertThat(diff.becameStatic()).isEmpty();
  }

  @Test
  void startsAreOnlySaidToDifferWhereTheIntervalsAllowIt() {
    Report report = SampleReports.report(Verdict.USED);
    assertThat(TextDiff.render(diff(report, report, null), VIEW))
        .contains("no difference seen: the intervals overlap");
    assertThat(
            TextDiff.render(
                diff(
                    report,
                    report,
                    new Diff.StartDifference(-90_000, new long[] {-120_000, -60_000}, 30)),
                VIEW))
        .contains("faster by 90.0 us (95 % interval -120.0 us to -60.0 us, 30 pairs of runs in");
    assertThat(
            TextDiff.render(
                diff(
                    report, report, new Diff.StartDifference(9, new long[] {-120_000, 60_000}, 30)),
                VIEW))
        .contains("no difference seen: 9 ns");
  }

  @Test
  void whatIsNoMeasurementIsNotTakenForOneAndSaysWhyItIsNone() throws IOException {
    Report measured = SampleReports.report(Verdict.USED);
    LoadPlan plan = Objects.requireNonNull(measured.load());
    Report estimated = measured.withStart(StartModel.DEFAULT.estimate(plan, "it dies by SIGILL"));
    Diff diff = diff(measured, estimated, null);
    assertThat(TextDiff.render(diff, VIEW)).contains(" estimated (it dies by SIGILL)");
    StringBuilder md = new StringBuilder();
    MarkdownDiff.write(diff, md);
    assertThat(md.toString()).contains(" measured → ").contains(" estimated (it dies by SIGILL); ");
  }

  @ParameterizedTest
  @MethodSource("dev.binspect.report.AttackTest#attacks")
  void namesAreInertInEveryFormat(String attack) throws IOException {
    Diff diff =
        diff(
            SampleReports.report(Verdict.IGNORED, n -> n + attack),
            SampleReports.report(Verdict.USED, n -> attack + n),
            null);
    json(diff);
    StringBuilder md = new StringBuilder();
    MarkdownDiff.write(diff, md);
    for (String text : List.of(md.toString(), TextDiff.render(diff, VIEW))) {
      AttackTest.inertInLogs(text);
    }
    assertThat(md.toString().replaceAll("`[^`\n]*`", "CODE"))
        .doesNotContain("`", "<script", "<img", "](", "@", "www.", "://");
  }
}
