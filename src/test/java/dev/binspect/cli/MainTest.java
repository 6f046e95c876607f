package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

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

  @Test
  void standardInputIsAFileOfItsOwn() {
    Ran ran = run("not a binary".getBytes(StandardCharsets.UTF_8), "-");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("binspect: -: is not an ELF, Mach-O or PE file");
  }

  @Test
  void thePlainCommandLineIsReadAsPicocliReadsIt() {
    List<String[]> plain =
        List.of(
            new String[] {"a"},
            new String[] {"a", "b", "--json"},
            new String[] {"--runs", "20", "a", "--json"},
            new String[] {"--no-run", "-q", "--bind-now", "a"},
            new String[] {"-", "--verbose"},
            new String[] {"--quiet", "a b", "--json", "-v"});
    for (String[] args : plain) {
      FileOptions read = FileOptions.plain(args, 0);
      assertThat(read).isNotNull();
      FileOptions parsed =
          FileOptions.of(new CommandLine(Dispatch.spec(new InspectCommand())).parseArgs(args));
      assertThat(read).isEqualTo(parsed);
    }
    for (String[] args :
        List.of(
            new String[] {},
            new String[] {"--json"},
            new String[] {"a", "--expect", "x"},
            new String[] {"a", "--jsn"},
            new String[] {"a", "--runs"},
            new String[] {"--runs", "0", "a"},
            new String[] {"--runs", "-1", "a"},
            new String[] {"--runs", "1", "a", "--runs", "2"},
            new String[] {"--runs=7", "a"},
            new String[] {"--", "a"},
            new String[] {"-qv", "a"},
            new String[] {"@file"},
            new String[] {""},
            new String[] {"--json", "--json", "a"},
            new String[] {"--json=true", "a"})) {
      assertThat(FileOptions.plain(args, 0)).isNull();
    }
  }
}
