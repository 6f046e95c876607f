package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Files and saved reports, in every mixture. */
class DiffCommandTest {
  private static final String OLD = "testdata/elf/x86_64-shared.so";
  private static final String NEW = "testdata/elf/x86_64-pie-now";
  @TempDir Path folder;

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

  private String saved(String name, String... files) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String file : files) {
      Ran ran = run("--no-run", "--format", name.endsWith(".json") ? "json" : "ndjson", file);
      assertThat(ran.code).isZero();
      all.append(ran.out);
    }
    return Files.writeString(folder.resolve(name), all).toString();
  }

  /** What a saved report says is what the file says. */
  @Test
  void aSavedReportIsAsGoodAsItsFile() throws IOException {
    String oldJson = saved("old.json", OLD);
    String newJson = saved("new.json", NEW);
    for (String format : new String[] {"text", "json", "markdown"}) {
      String files = run("diff", "--no-run", "-v", "--format", format, OLD, NEW).out;
      assertThat(files).isNotEmpty();
      assertThat(run("diff", "--no-run", "-v", "--format", format, oldJson, newJson).out)
          .isEqualTo(files);
      assertThat(run("diff", "--no-run", "-v", "--format", format, oldJson, NEW).out)
          .isEqualTo(files);
      assertThat(run("diff", "--no-run", "-v", "--format", format, OLD, newJson).out)
          .isEqualTo(files);
    }
  }

  @Test
  void ofManyReportsThatOfTheSameFileIsTaken() throws IOException {
    String many = saved("many.ndjson", OLD, NEW);
    Ran ran = run("diff", "--no-run", "--json", many, NEW);
    JsonNode node = new ObjectMapper().readTree(ran.out);
    assertThat(node.at("/before/path").asString()).isEqualTo(NEW);
    assertThat(node.at("/figures/file.size/before").asLong()).isEqualTo(Files.size(Path.of(NEW)));
    assertThat(run("diff", "--no-run", many, "/bin/sh").code).isEqualTo(ExitCode.UNUSABLE);
    Ran both = run("diff", "--format", "ndjson", many, saved("turned.ndjson", NEW, OLD));
    assertThat(both.out.lines()).hasSize(2);
  }

  @Test
  void whatIsNoReportIsSaidToBeNone() throws IOException {
    String other = Files.writeString(folder.resolve("o.json"), "\n{\"a\": 1}").toString();
    assertThat(run("diff", other, NEW).err)
        .isEqualTo(
            "binspect: " + other + ": line 2: is no report of binspect's (binspect --json FILE)\n");
    String cut = Files.writeString(folder.resolve("c.json"), "{\"a\": [1,\n").toString();
    Ran ran = run("diff", cut, NEW);
    assertThat(ran.code).isEqualTo(ExitCode.UNUSABLE);
    assertThat(ran.err).startsWith("binspect: " + cut + ": line 2: ").hasLineCount(1);
  }

  /**
   * By hand: {@code nm -S app | c++filt -s rust}, the sizes of alpha's and of the app's symbols.
   */
  @Test
  void cratesAreComparedByTheirBytes() throws IOException {
    Ran ran =
        run(
            "diff",
            "--no-run",
            "--json",
            "testdata/cargo/ignored/target/release/app",
            "testdata/cargo/used/target/release/app");
    JsonNode bytes = new ObjectMapper().readTree(ran.out).at("/crates/bytes");
    assertThat(bytes.at("/alpha/before").asLong()).isEqualTo(30);
    assertThat(bytes.at("/alpha/after").asLong()).isZero();
    assertThat(bytes.at("/app/before").asLong()).isEqualTo(108);
    assertThat(bytes.propertyNames().iterator().next()).isEqualTo("std");
  }
}
