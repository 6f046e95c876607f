package dev.binspect.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.binspect.check.Check.Outcome;
import dev.binspect.linkage.Verdict;
import dev.binspect.report.JsonReport;
import dev.binspect.report.Report;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineTest {
  @TempDir Path folder;

  private File baseline(Report report) throws IOException {
    StringWriter out = new StringWriter();
    JsonReport.write(Gate.judged(report, Policy.NONE, null), out, JsonReport.Layout.LINE);
    return Files.writeString(folder.resolve("baseline.ndjson"), out.toString()).toFile();
  }

  @Test
  void whatTheBaselineKnewIsAcceptedAndNothingElse() throws Exception {
    Report ignored = GateTest.report(Verdict.IGNORED, "cargo");
    Baseline baseline = Baseline.read(baseline(ignored));
    assertThat(Gate.judge(ignored, Policy.NONE, baseline))
        .noneMatch(Check::failed)
        .anyMatch(c -> c.outcome() == Outcome.ACCEPTED && c.id().equals("BS001"));
    assertThat(Gate.judge(GateTest.report(Verdict.STALE, "cargo"), Policy.NONE, baseline))
        .anyMatch(c -> c.failed() && c.id().equals("BS004"));
  }

  @Test
  void aBaselineKeepsAcceptingWhenItIsWrittenAgain() throws Exception {
    Report ignored = GateTest.report(Verdict.IGNORED, "cargo");
    Report judged = Gate.judged(ignored, Policy.NONE, Baseline.read(baseline(ignored)));
    StringWriter out = new StringWriter();
    JsonReport.write(judged, out, JsonReport.Layout.INDENTED);
    File again = Files.writeString(folder.resolve("again.json"), out.toString()).toFile();
    assertThat(Gate.judge(ignored, Policy.NONE, Baseline.read(again))).noneMatch(Check::failed);
  }

  @Test
  void countsAreComparedWithTheBaselines() throws Exception {
    Report then = GateTest.report(Verdict.USED, "cargo");
    Baseline baseline = Baseline.read(baseline(then));
    assertThat(baseline.of("target/debug/app").figures())
        .containsEntry(Figure.SIZE, 4_123_456L)
        .containsEntry(Figure.RELOCATIONS, 12_345L)
        .containsEntry(Figure.NEEDED, 2L)
        .containsEntry(Figure.CLOSURE_OBJECTS, 3L)
        .containsEntry(Figure.CLOSURE_PROBES, 4500L)
        .hasSize(Figure.values().length);
    Policy five =
        new Policy(
            List.of(), List.of(), Map.of(), -1, null, 5, Set.of(), List.of(), null, null, null);
    assertThat(Gate.judge(then, five, baseline)).noneMatch(Check::failed);
    Report grown =
        new Report(
            "./target/debug/app",
            4_123_456L * 106 / 100,
            then.images(),
            then.load(),
            then.linkage(),
            then.start(),
            List.of(),
            List.of());
    assertThat(Gate.judge(grown, five, baseline))
        .filteredOn(Check::failed)
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.id()).isEqualTo("BS019");
              assertThat(c.message())
                  .contains("bytes of the file grew from 4,123,456")
                  .contains("+6");
            });
    assertThat(Gate.judge(grown, five, null)).anyMatch(c -> c.failed() && c.id().equals("BS019"));
  }

  @Test
  void filesOfOneNameAreToldApartByTheirFolders() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (String path : List.of("a/app", "b/app", "c/other")) {
      Report used = GateTest.report(Verdict.USED, "cargo");
      StringWriter out = new StringWriter();
      JsonReport.write(
          new Report(
              path,
              used.size(),
              used.images(),
              used.load(),
              used.linkage(),
              used.start(),
              List.of(),
              List.of()),
          out,
          JsonReport.Layout.LINE);
      lines.append(out);
    }
    Baseline baseline =
        Baseline.read(Files.writeString(folder.resolve("two"), lines.toString()).toFile());
    assertThat(baseline.of("./a/app").path()).isEqualTo("a/app");
    assertThat(baseline.of("b/app").path()).isEqualTo("b/app");
    assertThat(baseline.of("d/app")).isNull();
    assertThat(baseline.of("d/other").path()).isEqualTo("c/other");
  }

  @Test
  void whatStayedIsNoRegressionAndWhatNobodyKnowsIsNotJudged() {
    Report report = GateTest.report(Verdict.USED, "cargo");
    Map<Figure, Long> same = Map.of(Figure.SIZE, report.size());
    assertThat(RegressionChecks.judge(report, 0, new Baseline.Entry("x", same, Set.of())))
        .singleElement()
        .matches(c -> !c.failed() && c.message().startsWith("1 count compared"));
    Map<Figure, Long> less = Map.of(Figure.SIZE, report.size() - 1);
    assertThat(RegressionChecks.judge(report, 0, new Baseline.Entry("x", less, Set.of())))
        .singleElement()
        .matches(Check::failed);
    assertThat(RegressionChecks.judge(report, 0, new Baseline.Entry("x", Map.of(), Set.of())))
        .singleElement()
        .matches(c -> c.failed() && c.message().contains("no count is known"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "{}", "{\"schema\": \"sarif\"}", "{\"a\": ", "ELF", "1"})
  void whatIsNoReportIsNoBaseline(String text) throws Exception {
    File file = Files.writeString(folder.resolve("no.json"), text).toFile();
    assertThatThrownBy(() -> Baseline.read(file))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining("no.json")
        .message()
        .doesNotContain("\n");
  }
}
