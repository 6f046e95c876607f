package dev.binspect.linkage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.linkage.Linkage.Evidence;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Set-ups built by {@code scripts/linkage-cases}, and what binspect must make of each. */
final class LinkageCasesTest {
  @TempDir static Path folder;

  private static boolean runs(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @TestFactory
  List<DynamicTest> everySetUpIsJudgedAsItWasBuilt() throws Exception {
    assumeTrue(new File("/proc/self").exists(), "these programs are built for Linux");
    assumeTrue(runs("cargo", "--version"), "cargo is not installed");
    assumeTrue(runs("gcc", "--version"), "gcc is not installed");
    File script = new File(System.getProperty("binspect.home", "."), "scripts/linkage-cases");
    Path log = folder.resolve("log");
    Process build =
        new ProcessBuilder(script.getPath(), folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (build.waitFor() != 0) {
      fail("the set-ups were not built: " + Files.readString(log));
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("cases.tsv"))) {
      String[] fields = line.split("\t");
      String with = fields[7].equals("-") ? "" : " expecting " + fields[7];
      String from = fields[8].equals("-") ? "" : " with Cargo's folder named";
      String program = folder.relativize(Path.of(fields[1])).toString();
      tests.add(
          DynamicTest.dynamicTest(program + with + from + " is " + fields[2], () -> holds(fields)));
    }
    assertThat(tests).hasSizeGreaterThan(24);
    return tests;
  }

  private static @Nullable String given(String field) {
    return field.equals("-") ? null : field;
  }

  private static void holds(String[] fields) throws IOException, MalformedException {
    String expect = given(fields[7]);
    Linkage linkage =
        judge(fields[1], expect == null ? List.of() : List.of(expect), given(fields[8]));
    List<String> kinds = new ArrayList<>();
    for (Evidence one : linkage.evidence()) {
      kinds.add(one.kind());
      assertThat(one.kind().equals("ship") && one.detail().contains("/../"))
          .as(one.detail())
          .isFalse();
    }
    // Beside the one that is asked about the program may need another.
    assertThat(linkage.dylibs()).as("%s", linkage).hasSizeLessThanOrEqualTo(expect == null ? 1 : 2);
    Verdict worst = Verdict.STATIC;
    for (Linkage.Dylib dylib : linkage.dylibs()) {
      for (Evidence one : dylib.evidence()) {
        kinds.add(one.kind());
        assertThat(one.detail()).isNotBlank();
      }
      worst = dylib.verdict().compareTo(worst) < 0 ? dylib.verdict() : worst;
    }
    assertThat(linkage.verdict().key()).as("%s", linkage).isEqualTo(fields[2]);
    if (linkage.dylibs().isEmpty()) {
      // Nothing was meant to be dynamic, or what was meant is not known.
      assertThat(linkage.verdict()).isIn(Verdict.STATIC, Verdict.UNKNOWN);
    } else {
      assertThat(worst).isEqualTo(linkage.verdict());
    }
    assertThat(linkage.plain()).as("%s", linkage).isEqualTo(fields[3]);
    assertThat(linkage.cargo()).as("%s", linkage).isEqualTo(given(fields[4]));
    assertThat(kinds).as("%s", linkage).contains(fields[5]);
    for (Linkage.Dylib dylib : linkage.dylibs()) {
      boolean names = kinds.contains("defined-in-both") && dylib.definedInBoth() > 0;
      if (names && dylib.verdict() == Verdict.IGNORED && fields[1].contains("/target/")) {
        assertThat(dylib.staticCrates()).as("%s", linkage).isNotEmpty();
      }
    }
    if (given(fields[6]) != null) {
      assertThat(linkage.fix()).as("%s", linkage).contains(fields[6]);
    }
    if (expect != null) {
      assertThat(linkage.dylibs().get(0).expectedBy()).isEqualTo("option");
    }
  }

  static Linkage judge(String path, List<String> expect, @Nullable String cargoFolder)
      throws IOException, MalformedException {
    BinaryFiles files = new BinaryFiles();
    Image image = files.images(path).get(0);
    LoadOptions world = new LoadOptions(null, List.of(), Map.of(), false, true);
    LoadPlan plan = Loaders.plan(path, image, world, files);
    return LinkageJudge.judge(
        path,
        image,
        plan,
        world,
        new LinkageJudge.Expectation(expect, List.of(), cargoFolder),
        files);
  }
}
