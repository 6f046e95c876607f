package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.cli.MainTest.Ran;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Cargo once left behind is judged the same where there is no Cargo. */
class CargoFixtureTest {
  private static final Path CASES = Path.of(System.getProperty("binspect.home"), "testdata/cargo");

  private static String program(String name) {
    return CASES.resolve(name).resolve("target/release/app").toString();
  }

  @Test
  void theIgnoredDylibFailsTheGateWithTheLineThatMendsIt() {
    Ran ran = MainTest.run("check", program("ignored"));
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out())
        .contains("BS001")
        .contains("use deps_dylib as _;")
        .contains("app/src/main.rs");
  }

  @Test
  void theReadmeShowsWhatIsSaidOfIt() throws Exception {
    String said = MainTest.run("-q", "--no-run", program("ignored")).out();
    // The first line has the path, and a mark that is the locale's.
    String rest = said.substring(said.indexOf('\n'));
    assertThat(rest.lines()).hasSizeGreaterThan(2);
    assertThat(Files.readString(Path.of(System.getProperty("binspect.home"), "README.md")))
        .contains("(static fallback)  target/release/app" + rest + "```");
  }

  /** As nm says: T alpha::plain in the one, U in the other. */
  @Test
  void aForbiddenCrateIsFoundByTheProgramsOwnSymbols() {
    for (String crate : new String[] {"alpha", "gimli", "core"}) {
      String[] asked = {"check", "--ignore", "BS001", "--forbid-static", crate};
      Ran ran = MainTest.run(with(asked, program("ignored")));
      assertThat(ran.code()).as(crate).isEqualTo(1);
      assertThat(ran.out()).contains("BS015  crate " + crate + " stands in the program");
    }
    String[] asked = {"check", "--ignore", "BS003", "--ignore", "BS006", "--forbid-static"};
    for (String crate : new String[] {"alpha", "gimli", "core"}) {
      Ran ran = MainTest.run(with(asked, crate, program("used")));
      assertThat(ran.code()).as(ran.out()).isZero();
    }
  }

  /** Distributions strip their libraries of .comment as well. */
  @Test
  void aLibraryThatDoesNotSayWhoBuiltItHoldsItsCratesAllTheSame(@TempDir Path folder)
      throws Exception {
    assumeTrue(new File("/usr/bin/gcc").canExecute(), "needs gcc and strip");
    Path deps = Path.of(program("used")).resolveSibling("deps");
    String library = folder.resolve("libdeps_dylib.so").toString();
    run("strip", "-R", ".comment", "-o", library, deps.resolve("libdeps_dylib.so").toString());
    String std = "libstd-d1237ef7159db0a2.so";
    run("gcc", "-shared", "-x", "c", "/dev/null", "-o", folder.resolve(std).toString());
    Path app = Files.copy(Path.of(program("used")), folder.resolve("app"));
    Ran ran =
        MainTest.run(
            "check",
            "--no-policy",
            "--library-path",
            folder.toString(),
            "--forbid-static",
            "core",
            app.toString());
    assertThat(ran.out()).doesNotContain("BS006").doesNotContain("BS015");
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private static String[] with(String[] first, String... more) {
    String[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }

  @Test
  void theExpectationAloneFindsItToo() {
    Ran ran =
        MainTest.run("check", "--expect", "deps_dylib", "--format", "github", program("ignored"));
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).startsWith("::error ").contains("BS001");
  }

  @Test
  void whatUsesItIsNeverCalledIgnored() {
    // "used" where the toolchain's libstd is at hand, "unresolvable" where it is not.
    Ran ran = MainTest.run("--no-run", "--json", program("used"));
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).containsAnyOf("\"verdict\": \"used\"", "\"verdict\": \"unresolvable\"");
    assertThat(ran.out()).doesNotContain("\"ignored\"");
  }
}
