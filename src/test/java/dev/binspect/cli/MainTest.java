package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  @TempDir Path folder;

  /** What a run left behind. */
  record Ran(int code, String out, String err) {}

  static Ran run(String... args) {
    return run(new byte[0], args);
  }

  static Ran run(byte[] in, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            args,
            new ByteArrayInputStream(in),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private String file(String name, String content) throws Exception {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  @Test
  void theVersionIsThatOfThePom() throws Exception {
    String pom = Files.readString(Path.of(System.getProperty("binspect.home"), "pom.xml"));
    assertThat(pom).contains("<version>" + Version.NUMBER + "</version>\n  <name>binspect</name>");
    assertThat(run("--version")).isEqualTo(new Ran(0, "binspect " + Version.NUMBER + "\n", ""));
  }

  @Test
  void ofAUniversalFileTheFirstSliceIsLoaded() {
    Path macho = Path.of(System.getProperty("binspect.home"), "testdata", "macho");
    Ran both = run("--no-run", macho.resolve("universal/libbar.dylib").toString());
    assertThat(both.code()).isZero();
    assertThat(both.out()).contains("File: x86-64", "File: aarch64", "first slice, x86-64");
    Ran one = run("--no-run", macho.resolve("arm64-chained/libbar.dylib").toString());
    assertThat(one.out()).doesNotContain("first slice");
  }

  @Test
  void aProgramForAnotherMachineIsToldOfTheSysroot() {
    Ran ran = run("--no-run", "--json", "testdata/elf/aarch64_be-pie-now");
    assertThat(ran.out())
        .contains("with --sysroot: its loader /lib/ld.so is not on this one")
        .doesNotContain("beside the program");
  }

  @Test
  void helpGoesToStandardOutputAndMisuseToStandardError() {
    assertThat(run("--help").code()).isZero();
    assertThat(run("--help").err()).isEmpty();
    Ran none = run();
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("Usage: binspect");
  }

  @Test
  void everyCommandHasHelpWithExamples() {
    for (Command command : Commands.all()) {
      assertThat(Commands.named(command.name())).hasSameClassAs(command);
      for (String[] args :
          List.of(new String[] {command.name(), "--help"}, new String[] {"help", command.name()})) {
        Ran ran = run(args);
        assertThat(ran.code()).as(command.name()).isZero();
        assertThat(ran.out())
            .as(command.name())
            .contains("Usage: binspect " + command.name())
            .contains("Example");
      }
      assertThat(run("--help").out()).contains("\n  " + command.name() + " ");
    }
  }

  @Test
  void filesOfWhichNoReportIsPossibleAreOneLineAndTwo() throws Exception {
    byte[] longText = new byte[100_000];
    java.util.Arrays.fill(longText, (byte) 'x');
    Path long1 = Files.write(folder.resolve("long"), longText);
    for (String path :
        List.of(
            folder.toString(),
            folder.resolve("none").toString(),
            file("empty", ""),
            file("text", "hello, this is a text\n"),
            file("three", "\u007fEL"),
            file("archive", "!<arch>\nfoo"),
            file("header-only", "\u007fELF"),
            long1.toString(),
            "/dev/zero")) {
      Ran ran = run("--no-run", path);
      assertThat(ran.code()).as(path).isEqualTo(2);
      assertThat(ran.out()).as(path).isEmpty();
      assertThat(ran.err())
          .as(path)
          .matches(Pattern.quote("binspect: " + path + ": ") + "[^\\n]{3,200}\\n");
    }
  }

  @Test
  void aProgramCutOffIsReportedAsDamagedAndPassesNoGate() throws Exception {
    byte[] whole =
        Files.readAllBytes(
            Path.of(
                System.getProperty("binspect.home"), "testdata/cargo/ignored/target/release/app"));
    Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(whole, 5000));
    Ran report = run("--no-run", cut.toString());
    assertThat(report.out()).contains("damaged ELF executable").contains("unknown, see the notes");
    Ran json = run("--no-run", "--json", cut.toString());
    assertThat(json.out()).contains("\"relocations\": null").contains("\"code\": \"");
    // Filled up with zeros, as an interrupted download is.
    Path holes =
        Files.write(
            folder.resolve("holes"),
            java.util.Arrays.copyOf(java.util.Arrays.copyOf(whole, 5000), whole.length));
    assertThat(run("--no-run", holes.toString()).out())
        .contains("damaged ELF executable")
        .contains("has no entry");
    Ran check = run("check", cut.toString());
    assertThat(check.code()).isEqualTo(1);
    assertThat(check.out()).contains("BS020");
  }

  @Test
  void namesWithControlCharactersAreShownEscaped() {
    Ran ran = run("--no-run", "/no\u001b[31m\n::error::x");
    assertThat(ran.err())
        .startsWith("binspect: /no\\")
        .endsWith(": no such file\n")
        .doesNotContain("\u001b");
    assertThat(ran.err().lines()).hasSize(1);
  }

  @Test
  void aWrongOptionNamesTheCommandsHelp() {
    Ran ran = run("check", "--no-such-option", "x");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--no-such-option").contains("see binspect check --help");
    assertThat(run("--format", "xml", "x").err())
        .contains("--format knows text, json")
        .endsWith(")\n");
    assertThat(run("--color", "blue", "x").code()).isEqualTo(2);
    assertThat(run("--runs", "0", "x").code()).isEqualTo(2);
    assertThat(run("--runs", "many", "x").code()).isEqualTo(2);
    assertThat(run("--sysroot", "/no/such", "x").err()).contains("is not a folder");
  }

  /** As git and cargo take them: `check` after an option is no file, whose start would be run. */
  @Test
  void optionsOfEveryCommandMayStandBeforeItsName() throws Exception {
    String file = "testdata/elf/x86_64-pie-now";
    for (String[] options :
        List.of(
            new String[] {"--color", "never"},
            new String[] {"--color=never", "-q"},
            new String[] {"-qv"},
            new String[] {"--expect", "check", "--json"})) {
      for (String command : List.of("check", "tree", "inspect", "bindings")) {
        List<String> before = new ArrayList<>(List.of(options));
        List<String> behind = new ArrayList<>(List.of(options));
        before.addAll(List.of("--no-run", command, file));
        behind.addAll(0, List.of(command, "--no-run"));
        behind.add(file);
        assertThat(run(before.toArray(new String[0])))
            .as("%s", before)
            .isEqualTo(run(behind.toArray(new String[0])));
      }
    }
    Ran check = run("--color", "never", "check", file);
    assertThat(check).isEqualTo(run("check", "--color", "never", file));
    assertThat(check.err()).isEmpty();
    assertThat(run("-q", "help", "check")).isEqualTo(run("help", "check"));
    assertThat(run("-q", "check", "--help")).isEqualTo(run("help", "check"));
  }

  @Test
  void aFileThatIsCalledAsACommandIsNamedWithItsFolder() throws Exception {
    Path check = folder.resolve("check");
    Files.copy(Path.of("testdata/elf/x86_64-pie-now"), check);
    assertThat(run("-q", "--no-run", check.toString()).out()).contains("check");
    assertThat(run("-q", "--no-run", "check").err()).contains("FILE").contains("check --help");
    assertThat(run("-q", "--no-run", "chek", check.toString()))
        .isEqualTo(
            new Ran(
                2,
                "",
                "binspect: no command and no file is called 'chek': did you mean 'check'?\n"));
  }

  @Test
  void standardInputIsAFileOfItsOwn() {
    Ran ran = run("not a binary".getBytes(StandardCharsets.UTF_8), "-");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("binspect: -: is not an ELF, Mach-O or PE file");
  }

  private static final Path PROGRAM =
      Path.of(System.getProperty("binspect.home"), "testdata/cargo/used/target/release/app");

  @Test
  void everyCommandReadsStandardInput() throws Exception {
    byte[] program = Files.readAllBytes(PROGRAM);
    for (String command : List.of("inspect", "check", "tree", "bindings", "start", "scan")) {
      Ran ran = run(program, command, "--no-run", "--json", "-");
      assertThat(ran.code()).as(command).isLessThan(2);
      assertThat(ran.out())
          .as(command)
          .contains(command.equals("bindings") ? "{\"from\":\"-\"," : "deps_dylib");
    }
    Ran diff = run(program, "diff", "--no-run", "-", PROGRAM.toString());
    assertThat(diff.code()).isZero();
    Ran twice = run(program, "scan", "--files-from", "-", "-");
    assertThat(twice.code()).isEqualTo(2);
    assertThat(twice.err()).contains("standard input cannot be the list and a file as well");
  }

  @Test
  void withoutAFileACommandIsMisused() {
    // A gate that passes because a variable was empty is none.
    for (String command :
        List.of("inspect", "check", "tree", "bindings", "start", "scan", "diff")) {
      for (String[] args : new String[][] {{command}, {command, "-q", "--json"}, {command, ""}}) {
        Ran ran = run(args);
        assertThat(ran.code()).as(command).isEqualTo(2);
        assertThat(ran.out()).as(command).isEmpty();
        assertThat(ran.err().lines()).as(command).hasSize(1);
        assertThat(ran.err()).endsWith(" (see binspect " + command + " --help)\n");
      }
    }
    assertThat(run("").err())
        .isEqualTo("binspect: a file's name is empty (see binspect inspect --help)\n");
    assertThat(run("--json").code()).isEqualTo(2);
    assertThat(run("diff", "a", "b", "c").err()).startsWith("binspect: diff compares two files");
  }

  @Test
  void nothingIsWrittenOverWhatIsRead() throws Exception {
    byte[] content = Files.readAllBytes(PROGRAM);
    Path program = Files.write(folder.resolve("app"), content);
    Path hard = Files.createLink(folder.resolve("hard"), program);
    Path soft = Files.createSymbolicLink(folder.resolve("soft"), program);
    for (Path out : List.of(program, hard, soft)) {
      for (String command : List.of("inspect", "check", "tree", "bindings", "start", "scan")) {
        refused(run(command, "--no-run", "-o", out.toString(), program.toString()), out);
      }
      refused(run("diff", "--no-run", "-o", out.toString(), "/bin/sh", program.toString()), out);
      refused(run("check", "--write-baseline", out.toString(), program.toString()), out);
    }
    assertThat(program).hasBinaryContent(content);
  }

  private static void refused(Ran ran, Path out) {
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .isEqualTo("binspect: " + out + ": is a file that is to be read; it is left as it is\n");
  }

  @Test
  void documentsTellOfWhichFileThereIsNoReport() throws Exception {
    String text = file("text", "hello, this is a text\n");
    for (String format : List.of("sarif", "junit", "github", "markdown", "html")) {
      Ran ran = run("check", "--format", format, PROGRAM.toString(), text);
      assertThat(ran.code()).as(format).isEqualTo(2);
      assertThat(ran.err().lines()).as(format).hasSize(1);
      assertThat(ran.out()).as(format).contains("is not an ELF, Mach-O or PE file").contains(text);
    }
  }

  @Test
  void whyAFileDoesNotShow() throws Exception {
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    assertThat(run(loop.toString()).err()).contains(": too many levels of symbolic links");
    assertThat(run(folder.resolve("none\ufffd").toString()).err()).contains("not UTF-8");
    String script = file("script", "#!" + folder.resolve("nobody") + "\n");
    assertThat(run(script).err()).contains("script: is a script: inspect the program that runs it");
    assertThat(run("start", script).err())
        .contains("script: its interpreter " + folder.resolve("nobody") + ": no such file");
  }

  @Test
  void readyProgramsAreNamedAndAWarningStandsOnce() {
    String program = PROGRAM.toString();
    assertThat(run("tradeoff", "--no-run", "--static", program, "--dynamic", "/no/such"))
        .isEqualTo(new Ran(2, "", "binspect: /no/such: no such file\n"));
    Ran both = run("tradeoff", "--no-run", "--static", program, "--dynamic", program);
    assertThat(both.out()).containsOnlyOnce("starts are estimates, not measured: --no-run");
  }

  @Test
  void aBaselineThatCannotBeWrittenOrReadIsOneLine() {
    assertThat(run("check", "--baseline", "/no/such", PROGRAM.toString()))
        .isEqualTo(new Ran(2, "", "binspect: /no/such: no such file\n"));
    assertThat(run("check", "--write-baseline", "/no/such/x", PROGRAM.toString()).err())
        .isEqualTo("binspect: /no/such/x: No such file or directory\n");
  }

  @Test
  void anEstimateIsOneBlockOfText() {
    String text = run("--no-run", PROGRAM.toString()).out();
    assertThat(text.substring(text.indexOf("\nStart ") + 1))
        .containsPattern("estimated.*\\n(  .*\\n)*  --no-run\\n");
  }
}
