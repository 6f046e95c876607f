package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gate from the command line on, with the running JVM's launcher as the program. */
class CheckCommandTest {
  @TempDir Path folder;
  private String program;

  private record Ran(int code, String out, String err) {}

  private static Ran run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
    int code = Main.run(args, new ByteArrayInputStream(new byte[0]), outStream, errStream);
    outStream.flush();
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @BeforeEach
  void copyAProgram() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path copy = folder.resolve("java");
    Files.copy(java, copy, StandardCopyOption.COPY_ATTRIBUTES);
    program = copy.toString();
  }

  @Test
  void aBudgetThatIsExceededEndsWithOneAndNamesTheRule() {
    Ran ran = run("check", "--no-policy", "--max-needed", "0", "--ignore", "BS006", program);
    assertThat(ran.out()).contains("BS013").contains("more than the 0 allowed");
    assertThat(ran.code()).isEqualTo(1);
  }

  @Test
  void aPolicyBesideTheProgramIsReadAndTheCommandLineWins() throws IOException {
    Files.writeString(
        folder.resolve("binspect.toml"), "max-needed = 0\nignore = [\"BS006\", \"BS003\"]\n");
    assertThat(run("check", program).code()).isEqualTo(1);
    assertThat(run("check", "--max-needed", "50", program).code()).isZero();
    assertThat(
            run("check", "--no-policy", "--ignore", "BS006", "--ignore", "BS003", program).code())
        .isZero();
  }

  @Test
  void aPolicyWithAMistakeEndsWithTwoAndNamesTheLine() throws IOException {
    Path policy = Files.writeString(folder.resolve("binspect.toml"), "\nmax-need = 0\n");
    Ran ran = run("check", program);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo(
            "binspect: " + policy + ":2: unknown key 'max-need': did you mean 'max-needed'?\n");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void aBaselineAcceptsWhatFailedWhenItWasWritten() {
    String baseline = folder.resolve("baseline.ndjson").toString();
    String[] asked = {"check", "--no-policy", "--max-needed", "0"};
    assertThat(run(with(asked, "--write-baseline", baseline, program)).code()).isZero();
    assertThat(run(with(asked, program)).code()).isEqualTo(1);
    Ran accepted = run(with(asked, "--baseline", baseline, "--max-regress", "5%", program));
    assertThat(accepted.out()).contains("accepted by the baseline");
    assertThat(accepted.code()).isZero();
  }

  @Test
  void aBaselineThatIsOnlyBeingWrittenIsNotAskedFor() throws IOException {
    String baseline = folder.resolve("baseline.ndjson").toString();
    String policy =
        Files.writeString(
                folder.resolve("growth.toml"),
                "max-regress = \"5%\"\nignore = [\"BS006\", \"BS003\"]\n")
            .toString();
    Ran written = run("check", "--policy", policy, "--write-baseline", baseline, program);
    assertThat(written.out()).doesNotContain("BS019");
    assertThat(written.err()).contains("0 known failures");
    Ran without = run("check", "--policy", policy, program);
    assertThat(without.code()).isEqualTo(1);
    assertThat(without.out()).contains("no baseline is given");
    assertThat(run("check", "--policy", policy, "--baseline", baseline, program).code()).isZero();
  }

  private static String[] with(String[] first, String... more) {
    String[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }

  @Test
  void everyFormatIsWritten() {
    for (String format :
        new String[] {"text", "json", "ndjson", "markdown", "html", "sarif", "junit", "github"}) {
      Ran ran = run("check", "--no-policy", "--format", format, "--max-needed", "0", program);
      assertThat(ran.code()).as(format).isEqualTo(1);
      assertThat(ran.out()).as(format).contains("BS013");
      assertThat(ran.err()).as(format).isEmpty();
    }
  }

  @Test
  void wrongAmountsAreNamed() {
    assertThat(run("check", "--max-start", "5", program).err()).contains("as 5ms or 800us");
    assertThat(run("check", "--max-regress", "5%", program).err()).contains("--baseline");
    assertThat(run("check", "--max-pages", "few", program).err()).contains("whole number");
    assertThat(run("check", "--max-glibc", "new", program).err()).contains("as 2.31");
    assertThat(run("check", "--ignore", "BS999", program).err()).contains("binspect rules");
  }

  @Test
  void rulesAreExplained() {
    assertThat(run("rules").out()).contains("BS001  static-fallback").contains("BS019");
    assertThat(run("rules", "BS001").out()).contains("Usual causes");
    Ran wrong = run("rules", "static-falback");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("did you mean 'static-fallback'?");
  }

  @Test
  void twoFilesAreCompared() {
    Ran ran = run("diff", "--no-run", program, program);
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("before").contains("dynamic relocations");
    assertThat(run("diff", program).code()).isEqualTo(2);
    assertThat(run("diff", "--format", "html", program, program).code()).isEqualTo(2);
  }

  @Test
  void bashCompletesCommandsAndValues() throws Exception {
    Path script = Files.writeString(folder.resolve("c.bash"), run("completion", "bash").out());
    String ask =
        "source "
            + script
            + " && COMP_WORDS=(binspect check --format s) COMP_CWORD=3 && _complete_binspect"
            + " 2>/dev/null; echo \"${COMPREPLY[@]}\"";
    Process process = new ProcessBuilder("bash", "-c", ask).start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("sarif\n");
    assertThat(run("completion", "fish").out())
        .contains("-a check -d ")
        .contains("-l max-relocations -r");
    assertThat(run("completion", "tcsh").code()).isEqualTo(2);
  }

  @Test
  void everyCommandHasAManualPageWithItsExamples() {
    for (Command command : Commands.all()) {
      Ran ran = run("man", command.name());
      assertThat(ran.out()).startsWith(".TH BINSPECT-").contains(".SH EXAMPLES\n.nf\n  ");
      assertThat(ran.code()).isZero();
    }
    assertThat(run("man").out()).contains(".SH EXIT STATUS");
  }
}
