package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.image.Note;
import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.Verdict;
import dev.binspect.load.LoadPlan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextReportTest {
  private static View view(int width) {
    return new View(false, true, width, View.Detail.NORMAL);
  }

  private static final View ASCII = new View(false, false, 80, View.Detail.NORMAL);

  @ParameterizedTest
  @EnumSource(Verdict.class)
  void theVerdictIsTheFirstThingSeen(Verdict verdict) {
    String first =
        TextReport.render(SampleReports.report(verdict), view(80)).lines().findFirst().get();
    assertThat(first).contains(verdict.key()).contains("target/debug/app");
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 50, 60, 72, 80, 100, 200})
  void noLineIsWiderThanTheTerminal(int width) {
    for (Report report :
        List.of(
            SampleReports.report(Verdict.IGNORED),
            SampleReports.unknown(),
            SampleReports.wide(120),
            SampleReports.report(
                Verdict.USED, n -> "/very/long/folder/name".repeat(9) + "/" + n))) {
      assertThat(TextReport.render(report, view(width)).lines())
          .allSatisfy(
              line ->
                  assertThat(Columns.width(line))
                      .as("a word of a sentence that is too long stays whole: it is to be copied")
                      .isLessThanOrEqualTo(Math.max(width, 13 + longestWord(line))));
    }
  }

  private static int longestWord(String line) {
    if (line.contains("│") || line.contains("─")) {
      return 0;
    }
    int longest = 0;
    for (String word : line.split(" ", -1)) {
      longest = Math.max(longest, Columns.width(word));
    }
    return longest;
  }

  @Test
  void whatIsAboutNoSingleLibraryStandsUnderItsOwnHeading() {
    assertThat(TextReport.render(SampleReports.report(Verdict.USED), view(80)).lines())
        .containsSequence("  the file as a whole", "    • built by profile dev");
  }

  @Test
  void colourIsOnlyThereWhenAskedFor() {
    Report report = SampleReports.report(Verdict.IGNORED);
    assertThat(TextReport.render(report, view(80))).doesNotContain("\u001b");
    String coloured = TextReport.render(report, new View(true, true, 80, View.Detail.NORMAL));
    assertThat(coloured).contains("\u001b[1;31m");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", ""))
        .isEqualTo(TextReport.render(report, view(80)));
  }

  @Test
  void withoutUnicodeEveryCharacterIsAscii() {
    Report report = SampleReports.report(Verdict.USED, n -> n + "é日本");
    assertThat(TextReport.render(report, ASCII).chars())
        .allMatch(c -> c == '\n' || (c >= ' ' && c < 127));
    assertThat(TextReport.render(report, ASCII)).contains("\\u{e9}");
  }

  @Test
  void namesCannotMoveTheCursorOrTurnTheText() {
    Report report =
        SampleReports.report(
            Verdict.PARTIAL, n -> n + "\n\u001b[2J\u202e\u200b\u009b\u0007\uDB40\uDC41");
    String text = TextReport.render(report, view(80));
    assertThat(text).contains("\\n\\x1b[2J\\u{202e}\\u{200b}\\u{9b}\\x07\\u{e0041}");
    assertThat(text.chars().filter(c -> c != '\n')).allMatch(c -> Escape.harmless(c, true));
  }

  @Test
  void theTreeShowsWhoAskedFirstWithItsNumbers() {
    assertThat(TextReport.tree(SampleReports.report(Verdict.USED), view(80)).lines())
        .contains(
            "  app                   12,345       400     98  program",
            "  └─ libserde_dylib.so  12,345     1,200     77  runpath",
            "     ├─ libc.so.6            ?         ?      ?  cache",
            "     └─ libgone.so.1                             not found");
  }

  @Test
  void aNarrowTerminalLosesColumnsAndNoNames() {
    Report report = SampleReports.report(Verdict.IGNORED);
    String text = TextReport.render(report, view(40));
    assertThat(text.lines())
        .contains(
            "✗ ignored (static fallback)",
            "                        relocs  look-ups",
            "  └─ libserde_dylib.so  12,345     1,200",
            "     └─ libgone.so.1    not found");
    assertThat(TextReport.checks(report, view(40)).lines())
        .allSatisfy(line -> assertThat(Columns.width(line)).isLessThanOrEqualTo(40));
  }

  @Test
  void briefIsTheVerdictAndTheFix() {
    assertThat(
            TextReport.render(
                SampleReports.report(Verdict.IGNORED),
                new View(false, true, 80, View.Detail.BRIEF)))
        .contains("fix: write `use serde_dylib as _;` in src/main.rs")
        .doesNotContain("Dynamic relocations");
  }

  @Test
  void tenThousandLibrariesInOneChainAreDrawn() {
    String text = TextReport.tree(SampleReports.wide(10_000), view(80));
    assertThat(text.lines().filter(l -> l.endsWith("cache")).count()).isEqualTo(9_999);
  }

  private static String brief(List<LoadPlan.Undefined> undefined, Note note) {
    Report report = SampleReports.report(Verdict.STALE);
    LoadPlan load = report.load();
    Linkage linkage = report.linkage();
    LoadPlan plan =
        new LoadPlan(
            load.loader(),
            load.objects(),
            List.of(),
            undefined,
            load.counters(),
            load.pairs(),
            load.advice(),
            List.of(note));
    Linkage plain =
        new Linkage(
            linkage.verdict(),
            linkage.confidence(),
            linkage.dylibs(),
            "undefined-symbols",
            null,
            linkage.evidence(),
            null);
    return TextReport.render(
        new Report(
            report.path(),
            report.size(),
            report.images(),
            plan,
            plain,
            report.start(),
            List.of(),
            List.of()),
        new View(false, true, 200, View.Detail.BRIEF));
  }

  @Test
  void whatIsMissingAtAFirstCallDoesNotHinderTheStart() {
    List<LoadPlan.Undefined> undefined = List.of(new LoadPlan.Undefined("f", "", "app"));
    assertThat(brief(undefined, Note.info("else", "something else")))
        .contains("does not start: in a plain shell symbols are undefined");
    assertThat(brief(undefined, LoadPlan.UNDEFINED_LATER))
        .contains("starts, and ends where it first calls a function that no library defines")
        .doesNotContain("does not start");
  }

  @Test
  void whatTheLoaderRefusesIsNoUndefinedSymbol() {
    assertThat(brief(List.of(), Note.warning(LoadPlan.REFUSED, "app has DT_RELR")))
        .contains("does not start: the loader refuses what it finds")
        .doesNotContain("symbols are undefined");
  }
}
