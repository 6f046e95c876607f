package dev.binspect.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.check.Check.Outcome;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Note;
import dev.binspect.image.Symbols;
import dev.binspect.linkage.Confidence;
import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.Verdict;
import dev.binspect.load.LoadPlan;
import dev.binspect.report.Report;
import dev.binspect.report.SampleReports;
import dev.binspect.report.TextReport;
import dev.binspect.report.View;
import dev.binspect.start.Start;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
  /** A report without missing libraries and undefined symbols. */
  static Report report(Verdict verdict, String expectedBy) {
    Report sample = SampleReports.report(verdict);
    Linkage l = sample.linkage();
    Linkage.Dylib d = l.dylibs().getFirst();
    Linkage.Dylib dylib =
        new Linkage.Dylib(
            d.name(),
            expectedBy,
            d.needed(),
            d.file(),
            verdict,
            d.confidence(),
            d.imports(),
            d.exports(),
            d.definedInBoth(),
            verdict == Verdict.IGNORED || verdict == Verdict.PARTIAL ? d.staticCrates() : List.of(),
            d.evidence(),
            l.fix(),
            null);
    return with(
        sample,
        load(sample.load(), List.of(), List.of()),
        new Linkage(verdict, l.confidence(), List.of(dylib), "ok", "ok", l.evidence(), l.fix()));
  }

  private static Report with(Report r, @Nullable LoadPlan load, @Nullable Linkage linkage) {
    return new Report(
        r.path(), r.size(), r.images(), load, linkage, r.start(), List.of(), r.notes());
  }

  private static LoadPlan load(
      LoadPlan l, List<LoadPlan.Missing> missing, List<LoadPlan.Undefined> undefined) {
    return new LoadPlan(
        l.loader(),
        l.objects(),
        missing,
        undefined,
        l.counters(),
        l.pairs(),
        l.advice(),
        l.notes());
  }

  private static Linkage linkage(Report r, @Nullable String plain, @Nullable String cargo) {
    Linkage l = r.linkage();
    return new Linkage(
        l.verdict(), l.confidence(), l.dylibs(), plain, cargo, l.evidence(), l.fix());
  }

  private static List<String> failing(Report report, Policy policy) {
    List<String> ids = new ArrayList<>();
    for (Check check : Gate.judge(report, policy, null)) {
      if (check.failed()) {
        ids.add(check.id());
      }
    }
    return ids;
  }

  private static Policy expecting(String... names) {
    return new Policy(
        List.of(names), List.of(), Map.of(), -1, null, -1, Set.of(), List.of(), null, null, null);
  }

  private static Policy budget(Budget budget, long limit) {
    return new Policy(
        List.of(),
        List.of(),
        Map.of(budget, limit),
        -1,
        null,
        -1,
        Set.of(),
        List.of(),
        null,
        null,
        null);
  }

  /** Nothing fails, and nothing is passed as good: why it is not known stands there once. */
  @Test
  void whatCannotBeToldIsNoSuccess() {
    Report sample = report(Verdict.UNKNOWN, "cargo");
    String why = "the folder in which Cargo built it is not known";
    Report report =
        with(
            sample,
            sample.load(),
            new Linkage(
                Verdict.UNKNOWN,
                Confidence.LOW,
                List.of(),
                "ok",
                "ok",
                List.of(new Linkage.Evidence("build-elsewhere", why)),
                null));
    List<Check> checks = Gate.judge(report, Policy.NONE, null);
    assertThat(checks).filteredOn(check -> check.message().equals(why)).hasSize(1);
    assertThat(checks).noneMatch(Check::failed);
    String text =
        TextReport.checks(
            new Report(
                report.path(),
                report.size(),
                report.images(),
                report.load(),
                report.linkage(),
                report.start(),
                checks,
                report.notes()),
            View.PLAIN);
    assertThat(text).startsWith("? ").contains("BS001  not judged: " + why);
  }

  @ParameterizedTest
  @CsvSource({
    "USED,",
    "STATIC,",
    "DROPPED,",
    "UNKNOWN,",
    "IGNORED,BS001",
    "PARTIAL,BS001",
    "LINKED_UNUSED,BS002",
    "UNRESOLVABLE,BS003",
    "STALE,BS004"
  })
  void withoutExpectationsTheBadVerdictsFail(Verdict verdict, @Nullable String rule) {
    assertThat(failing(report(verdict, "cargo"), Policy.NONE))
        .isEqualTo(rule == null ? List.of() : List.of(rule));
  }

  @ParameterizedTest
  @CsvSource({
    "USED,",
    "DROPPED,BS008",
    "STATIC,BS008",
    "UNKNOWN,BS009",
    "IGNORED,BS001",
    "PARTIAL,BS001",
    "LINKED_UNUSED,BS002",
    "UNRESOLVABLE,BS003",
    "STALE,BS004"
  })
  void anExpectedDylibMustBeUsed(Verdict verdict, @Nullable String rule) {
    assertThat(failing(report(verdict, "option"), expecting("serde_dylib")))
        .isEqualTo(rule == null ? List.of() : List.of(rule));
  }

  @Test
  void eachDylibIsToldItsOwnFix() {
    Report sample = report(Verdict.IGNORED, "option");
    Linkage l = sample.linkage();
    Linkage.Dylib d = l.dylibs().getFirst();
    List<Linkage.Dylib> both = new ArrayList<>();
    for (String name : List.of("libone.so", "libtwo.so")) {
      both.add(
          new Linkage.Dylib(
              name,
              d.expectedBy(),
              d.needed(),
              d.file(),
              d.verdict(),
              name.equals("libone.so") ? Confidence.CERTAIN : Confidence.LOW,
              d.imports(),
              d.exports(),
              d.definedInBoth(),
              d.staticCrates(),
              d.evidence(),
              "refer to " + name,
              new Linkage.SourceLine("src/" + name + ".rs", 3)));
    }
    Report report =
        with(
            sample,
            sample.load(),
            new Linkage(
                Verdict.IGNORED, l.confidence(), both, "ok", "ok", l.evidence(), "refer to both"));
    List<Check> failed = new ArrayList<>();
    for (Check check : Gate.judge(report, Policy.NONE, null)) {
      if (check.failed()) {
        failed.add(check);
      }
    }
    assertThat(failed).hasSize(2);
    assertThat(failed.get(0).fix()).isEqualTo("refer to libone.so");
    assertThat(failed.get(0).at()).isEqualTo(new Linkage.SourceLine("src/libone.so.rs", 3));
    assertThat(failed.get(0).message()).startsWith("static fallback: libone.so");
    assertThat(failed.get(1).fix()).isEqualTo("refer to libtwo.so");
    assertThat(failed.get(1).message()).startsWith("static fallback, by suspicion: libtwo.so");
  }

  @Test
  void anExpectationThatNobodyJudgedFails() {
    assertThat(failing(report(Verdict.USED, "cargo"), expecting("other"))).containsExactly("BS009");
    assertThat(failing(with(report(Verdict.USED, "cargo"), null, null), expecting("other")))
        .containsExactly("BS009");
  }

  @Test
  void whatCannotBeToldIsNotJudgedAndClosesNoGate() {
    List<Check> checks = Gate.judge(report(Verdict.UNKNOWN, "cargo"), Policy.NONE, null);
    assertThat(checks).noneMatch(Check::failed);
    assertThat(checks)
        .filteredOn(c -> c.outcome() == Outcome.NOT_JUDGED)
        .extracting(Check::id)
        .containsExactly("BS001", "BS002", "BS003", "BS004");
  }

  @Test
  void aLibraryThatOnlyCargoFindsHoldsUnlessAPlainShellIsAskedFor() {
    Report used = report(Verdict.USED, "cargo");
    LoadPlan missing =
        load(
            used.load(),
            SampleReports.report(Verdict.USED).load().missing(),
            SampleReports.report(Verdict.USED).load().undefined());
    assertThat(failing(with(used, missing, linkage(used, "missing", "ok")), Policy.NONE)).isEmpty();
    Policy plain =
        new Policy(
            List.of(), List.of(), Map.of(), -1, null, -1, Set.of(), List.of(), null, null, true);
    assertThat(failing(with(used, missing, linkage(used, "missing", "ok")), plain))
        .containsExactly("BS006");
    // as reports have it: the load is that of cargo run
    Report cargoRun = with(used, used.load(), linkage(used, "missing", "ok"));
    assertThat(failing(cargoRun, Policy.NONE)).isEmpty();
    assertThat(failing(cargoRun, plain)).containsExactly("BS006");
    assertThat(failing(with(used, missing, linkage(used, "missing", "missing")), Policy.NONE))
        .containsExactly("BS006");
    assertThat(failing(with(used, missing, linkage(used, "missing", null)), Policy.NONE))
        .containsExactly("BS006");
  }

  @Test
  void undefinedSymbolsFailWhereNothingIsMissing() {
    Report used = report(Verdict.USED, "cargo");
    LoadPlan undefined =
        load(used.load(), List.of(), SampleReports.report(Verdict.USED).load().undefined());
    assertThat(
            failing(with(used, undefined, linkage(used, "undefined-symbols", null)), Policy.NONE))
        .containsExactly("BS005");
  }

  @Test
  void ofALoaderThatNobodyKnowsNothingIsSaidToHold() {
    Report used = report(Verdict.USED, "cargo");
    LoadPlan load = load(used.load(), List.of(), List.of());
    String message = "The rules of the loader /no/ld are not known here, and it is not there.";
    LoadPlan unknown =
        new LoadPlan(
            LoadPlan.Loader.NONE,
            load.objects(),
            load.missing(),
            load.undefined(),
            load.counters(),
            load.pairs(),
            load.advice(),
            List.of(Note.warning(LoadPlan.LOADER_UNKNOWN, message)));
    assertThat(Gate.judge(with(used, unknown, linkage(used, null, null)), Policy.NONE, null))
        .contains(Check.notJudged(Rule.MISSING_LIBRARY, "", message));
  }

  @Test
  void whatTheLoaderRefusesFails() {
    Report used = report(Verdict.USED, "cargo");
    LoadPlan load = load(used.load(), List.of(), List.of());
    LoadPlan refused =
        new LoadPlan(
            load.loader(),
            load.objects(),
            load.missing(),
            load.undefined(),
            load.counters(),
            load.pairs(),
            load.advice(),
            List.of(Note.warning(LoadPlan.REFUSED, "app has DT_RELR: the loader stops here.")));
    assertThat(failing(with(used, load, linkage(used, "ok", null)), Policy.NONE)).isEmpty();
    assertThat(failing(with(used, refused, linkage(used, "undefined-symbols", null)), Policy.NONE))
        .containsExactly("BS005");
  }

  @Test
  void undefinedSymbolsOfRustAreNamedInClear() {
    Report used = report(Verdict.USED, "cargo");
    LoadPlan.Undefined rust =
        new LoadPlan.Undefined("_ZN4deps5parse17h0123456789abcdefE", "", "app");
    Report broken = with(used, load(used.load(), List.of(), List.of(rust)), null);
    assertThat(Gate.judge(broken, Policy.NONE, null))
        .filteredOn(Check::failed)
        .extracting(Check::message)
        .containsExactly("1 symbol is defined by no library: deps::parse");
  }

  @Test
  void threeUndefinedSymbolsAreNamedAndTheOthersCounted() {
    Report used = report(Verdict.USED, "cargo");
    List<LoadPlan.Undefined> undefined = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      undefined.add(new LoadPlan.Undefined("s" + i, "", "app"));
    }
    for (int n = 3; n <= 5; n++) {
      Report broken = with(used, load(used.load(), List.of(), undefined.subList(0, n)), null);
      assertThat(Gate.judge(broken, Policy.NONE, null))
          .filteredOn(Check::failed)
          .extracting(Check::message)
          .containsExactly(
              n
                  + " symbols are defined by no library: s1, s2, s3"
                  + (n == 3 ? "" : " and " + (n - 3) + " more"));
    }
  }

  @Test
  void aMissingLibraryCountsAsOneThatIsNeeded() {
    Report used = report(Verdict.USED, "cargo");
    List<LoadPlan.Missing> missing = List.of(new LoadPlan.Missing("libno.so", "app", List.of()));
    Report lacking = with(used, load(used.load(), missing, List.of()), used.linkage());
    assertThat(Budget.CLOSURE_NEEDED.of(lacking)).isEqualTo(Budget.CLOSURE_NEEDED.of(used) + 1);
  }

  @Test
  void aBudgetIsHeldByTheLargestArchitecture() throws Exception {
    Path universal =
        Path.of(
            System.getProperty("binspect.home"), "testdata/macho/universal/classic.fat64.dylib");
    List<Image> images = new BinaryFiles().images(universal.toString());
    Set<Long> counts = new TreeSet<>();
    for (Image image : images) {
      counts.add(image.relocations().total());
    }
    assertThat(counts).hasSizeGreaterThan(1);
    for (List<Image> order : List.of(images, images.reversed())) {
      Report report = new Report("x", 1, order, null, null, null, List.of(), List.of());
      assertThat(Budget.RELOCATIONS.of(report)).isEqualTo(Collections.max(counts));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RELOCATIONS,12345",
    "CLOSURE_RELOCATIONS,24690",
    "LOOKUPS,400",
    "CLOSURE_LOOKUPS,1600",
    "PAGES,98",
    "CLOSURE_PAGES,175",
    "NEEDED,2",
    "CLOSURE_NEEDED,2",
    "EXPORTS,4"
  })
  void aBudgetHoldsUpToItsLimit(Budget budget, long count) {
    Report report = report(Verdict.USED, "cargo");
    assertThat(failing(report, budget(budget, count))).isEmpty();
    assertThat(failing(report, budget(budget, count - 1))).containsExactly(budget.rule().id());
  }

  @Test
  void aBudgetOnACountThatIsNotKnownFailsAndSaysSo() {
    assertThat(Gate.judge(SampleReports.unknown(), budget(Budget.RELOCATIONS, 1_000_000), null))
        .anySatisfy(
            c -> {
              assertThat(c.failed()).isTrue();
              assertThat(c.message()).contains("cannot be judged");
            });
  }

  @ParameterizedTest
  @CsvSource({"5049999,true", "5050000,false", "6000000,false"})
  void theStartIsJudgedByItsIntervalsLowerEnd(long limit, boolean fails) {
    Policy policy =
        new Policy(
            List.of(), List.of(), Map.of(), limit, null, -1, Set.of(), List.of(), null, null, null);
    Report report = report(Verdict.USED, "cargo");
    assertThat(failing(report, policy)).isEqualTo(fails ? List.of("BS014") : List.of());
    Report notRun =
        new Report(
            report.path(),
            report.size(),
            report.images(),
            report.load(),
            report.linkage(),
            Start.notRun("the file is not yours"),
            List.of(),
            List.of());
    assertThat(Gate.judge(notRun, policy, null))
        .anyMatch(c -> c.failed() && c.message().endsWith("the file is not yours"));
  }

  @Test
  void aForbiddenCrateMustNotStandInTheProgram() {
    Policy policy =
        new Policy(
            List.of(),
            List.of("serde-json"),
            Map.of(),
            -1,
            null,
            -1,
            Set.of(Rule.STATIC_FALLBACK),
            List.of(),
            null,
            null,
            null);
    assertThat(failing(report(Verdict.PARTIAL, "cargo"), policy)).containsExactly("BS015");
    assertThat(failing(report(Verdict.USED, "cargo"), policy)).isEmpty();
    Report nothing =
        with(
            report(Verdict.STATIC, "cargo"),
            null,
            new Linkage(
                Verdict.STATIC, Confidence.CERTAIN, List.of(), "ok", "ok", List.of(), null));
    assertThat(failing(nothing, policy)).containsExactly("BS015");
  }

  @Test
  void buildPathsAreThoseThatOnlyOneMachineHas() {
    assertThat(ImageChecks.below("/usr/lib/x", List.of("/usr"))).isTrue();
    assertThat(ImageChecks.below("/usr/../home/me", List.of("/usr"))).isFalse();
    assertThat(ImageChecks.below("/usrlocal", List.of("/usr"))).isFalse();
    assertThat(ImageChecks.below("/srv/app/lib", List.of("/srv/app/"))).isTrue();
    Policy policy =
        new Policy(
            List.of(), List.of(), Map.of(), -1, null, -1, Set.of(), List.of(), true, null, null);
    assertThat(failing(report(Verdict.USED, "cargo"), policy)).containsExactly("BS007");
    Policy allowed =
        new Policy(
            List.of(),
            List.of(),
            Map.of(),
            -1,
            null,
            -1,
            Set.of(),
            List.of("/build"),
            true,
            null,
            null);
    assertThat(failing(report(Verdict.USED, "cargo"), allowed)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"2.33,true", "2.34,false", "2.4,true", "2.100,false"})
  void glibcVersionsAreComparedAsNumbers(String most, boolean fails) {
    glibc("GLIBC_PRIVATE", most, fails);
  }

  /** Packed relative relocations: defined since 2.36, and older loaders refuse the file. */
  @ParameterizedTest
  @CsvSource({"2.35,true", "2.36,false"})
  void packedRelocationsNeedALoaderThatKnowsThem(String most, boolean fails) {
    glibc("GLIBC_ABI_DT_RELR", most, fails);
  }

  private static void glibc(String version, String most, boolean fails) {
    Report report = report(Verdict.USED, "cargo");
    Image i = report.images().getFirst();
    ElfTables tables =
        new ElfTables(
            62,
            0,
            Symbols.NONE,
            null,
            null,
            null,
            ElfTables.Entries.NONE,
            0,
            0,
            0,
            0,
            List.of(),
            List.of(
                new ElfTables.VersionNeed(
                    "libc.so.6", List.of("GLIBC_2.9", "GLIBC_2.34", version))),
            List.of(),
            List.of());
    Image image =
        new Image(
            i.format(),
            i.kind(),
            i.machine(),
            i.bits(),
            i.littleEndian(),
            i.pie(),
            i.linking(),
            i.interpreter(),
            i.name(),
            i.searchPaths(),
            i.producers(),
            i.needed(),
            i.imports(),
            i.exports(),
            i.hardening(),
            i.relocations(),
            i.buildId(),
            0,
            tables,
            i.contents(),
            i.notes());
    Policy policy =
        new Policy(
            List.of(), List.of(), Map.of(), -1, most, -1, Set.of(), List.of(), null, null, null);
    Report elf = new Report("app", 1, List.of(image), null, null, null, List.of(), List.of());
    assertThat(failing(elf, policy)).isEqualTo(fails ? List.of("BS018") : List.of());
    assertThat(failing(report, policy)).containsExactly("BS018");
  }
}
