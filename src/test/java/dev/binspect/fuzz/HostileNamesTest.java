package dev.binspect.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.cli.Main;
import dev.binspect.image.Note;
import dev.binspect.report.JsonReport;
import dev.binspect.report.TradeoffHtml;
import dev.binspect.report.TradeoffJson;
import dev.binspect.report.TradeoffMarkdown;
import dev.binspect.report.TradeoffText;
import dev.binspect.report.View;
import dev.binspect.tradeoff.Interval;
import dev.binspect.tradeoff.Tradeoff;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xml.sax.InputSource;
import tools.jackson.databind.ObjectMapper;

/**
 * A file whose path, libraries, folders, symbols and own name are all one attack, through every
 * static command in every format: what comes out is valid, and nothing of it is injected.
 */
class HostileNamesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;

  private record Output(int code, String out, String err) {}

  private static Output run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            args,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Output(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Path file(String attack) throws IOException {
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    strings.write(0);
    List<Integer> at = new ArrayList<>();
    // NUL ends a name, whoever wrote it.
    for (String name :
        List.of("lib" + attack, attack + ".so", "/x/" + attack, "sym" + attack, attack, "lib.so")) {
      at.add(strings.size());
      strings.write(name.getBytes(StandardCharsets.UTF_8));
      strings.write(0);
    }
    byte[] elf =
        new ElfBytes()
            .number(ElfBytes.NEEDED, at.get(0))
            .number(ElfBytes.NEEDED, at.get(1))
            .number(ElfBytes.NEEDED, at.get(4))
            .number(ElfBytes.RUNPATH, at.get(2))
            .number(14, at.get(1))
            .blob(ElfBytes.STRTAB, strings.toByteArray())
            .symbols(new int[] {at.get(3), at.get(4)}, 0)
            .lookUps(2)
            .build();
    Path file = folder.resolve("f" + attack.replace('/', '_'));
    return Files.write(file, elf);
  }

  static List<String> attacks() {
    return List.of(
        "\n::error file=x::gotcha",
        "\r\n::stop-commands::x",
        "##vso[task.setvariable]x",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</script><script>alert(1)</script>",
        "]]></failure><testcase name=\"x\"/>",
        "\u001b[31mred\u001b]0;title\u0007",
        "\u009b31m\u202egnp\u2028",
        "a|b`code`[link](javascript:alert(1))",
        "\",\"code\":\"x\n{\"a\":1}",
        "=cmd()\t,;x");
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void everyCommandAndFormatIsInert(String attack) throws Exception {
    String file = file(attack).toString();
    String expect = "lib" + attack;
    for (String format :
        List.of("text", "json", "ndjson", "markdown", "html", "sarif", "junit", "github")) {
      for (List<String> command :
          List.of(
              List.of("inspect", "--no-run", "-v"),
              List.of("check", "--no-policy"),
              List.of("start", "--no-run"))) {
        List<String> args = new ArrayList<>(command);
        args.addAll(List.of("--expect", expect, "--color", "never", "--format", format, file));
        inert(format, attack, run(args.toArray(new String[0])));
      }
    }
    for (String format : List.of("text", "json", "ndjson", "html", "markdown")) {
      // One look-up a line, whichever of both is asked for.
      String lines = format.equals("json") ? "ndjson" : format;
      inert(lines, attack, run("bindings", "--demangle", "--format", lines, file));
      inert(format, attack, run("tree", "-v", "--format", format, file));
      inert(format, attack, run("diff", "--no-run", "--format", format, file, file));
      inert(format, attack, run("scan", "--format", format, folder.toString()));
    }
    inert("text", attack, run("inspect", file + attack));
    inert("text", attack, run("check", "--policy", file, file));
    inert("text", attack, run("inspect", "--format", attack, file));
    inert("text", attack, run(attack, file));
  }

  /** A project, a program, dependencies and linkers that are all called by an attack. */
  @ParameterizedTest
  @MethodSource("attacks")
  void whatTradeoffSaysIsInert(String attack) throws Exception {
    Tradeoff tradeoff = tradeoff(attack);
    StringWriter text = new StringWriter();
    TradeoffText.write(tradeoff, text, View.PLAIN);
    inert("text", attack, new Output(0, text.toString(), ""));
    for (JsonReport.Layout layout : JsonReport.Layout.values()) {
      StringWriter json = new StringWriter();
      TradeoffJson.write(tradeoff, json, layout);
      inert("json", attack, new Output(0, json.toString(), ""));
    }
    StringWriter markdown = new StringWriter();
    TradeoffMarkdown.write(tradeoff, markdown);
    inert("markdown", attack, new Output(0, markdown.toString(), ""));
    StringWriter html = new StringWriter();
    TradeoffHtml.write(tradeoff, html);
    inert("html", attack, new Output(0, html.toString(), ""));
    Path project = Files.createDirectory(folder.resolve("p" + attack.replace('/', '_')));
    inert("text", attack, run("tradeoff", project.toString()));
    inert("text", attack, run("tradeoff", "--package", attack, project.toString()));
    Files.writeString(project.resolve("Cargo.toml"), "[package]\nname = '" + attack + "'\n");
    inert("text", attack, run("tradeoff", project.toString()));
  }

  private static Tradeoff tradeoff(String attack) {
    Interval time = new Interval(3_000_000, 2_000_000, 4_000_000);
    Tradeoff.Side side =
        new Tradeoff.Side("t/" + attack, 1, 2, 3, 4, 5, 6, 7, null, time, time, "measured", 8, 9);
    Tradeoff.Rebuild rebuild = new Tradeoff.Rebuild(attack, 3, time, time, time, time, time);
    return new Tradeoff(
        "in/" + attack,
        attack,
        attack,
        "rustc " + attack,
        "wrapper",
        List.of(attack, "b" + attack),
        List.of(new Tradeoff.NotWrapped(attack, "not this one: " + attack)),
        side,
        side,
        side,
        time,
        time,
        new Tradeoff.BreakEven(3, 2, 4),
        Tradeoff.Outcome.PAYS_UNTIL,
        List.of(rebuild, rebuild),
        rebuild,
        attack,
        1,
        1,
        time,
        time,
        5,
        2,
        List.of(new Tradeoff.Combination(attack, time, time, 5, time, true)),
        List.of(Note.info("linker-not-timed", attack), Note.warning("w", "x " + attack)));
  }

  /** What Cargo says of its targets is whatever their manifest says. */
  @Test
  void whatCargoNamesIsInert() throws Exception {
    StringWriter messages = new StringWriter();
    for (String attack : attacks()) {
      messages.write(
          MAPPER.writeValueAsString(
                  Map.of(
                      "reason",
                      "compiler-artifact",
                      "package_id",
                      "path+file:///x/" + attack + "#" + attack + "@0.1.0",
                      "target",
                      Map.of("name", attack, "kind", List.of("bin" + attack)),
                      "executable",
                      file(attack).toString()))
              + "\n");
    }
    messages.write("{\"reason\":\"compiler-artifact\",\"target\":[{\n{{{{\n");
    Path said = Files.writeString(folder.resolve("said"), messages.toString());
    Path cargo =
        Files.writeString(
            folder.resolve("cargo"),
            "#!/bin/sh\n[ \"$1\" = metadata ] && echo '{' || cat '" + said + "'\n");
    assertThat(cargo.toFile().setExecutable(true)).isTrue();
    for (String format : List.of("text", "ndjson", "markdown", "html")) {
      Path err = folder.resolve("err");
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  "dev.binspect.cli.Main",
                  "cargo",
                  "--no-run",
                  "--format",
                  format)
              .redirectError(err.toFile());
      builder.environment().put("CARGO", cargo.toString());
      builder.environment().put("LC_ALL", "C.UTF-8");
      Process process = builder.start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      String told = Files.readString(err);
      assertThat(told.lines().filter(l -> l.startsWith("  Inspecting "))).hasSize(12);
      for (String attack : attacks()) {
        inert(format, attack, new Output(code, out, told));
      }
    }
  }

  private static void inert(String format, String attack, Output output) throws Exception {
    assertThat(output.code).isBetween(0, 2);
    harmless(output.err, attack);
    if (output.code == 2 && output.out.isEmpty()) {
      assertThat(output.err).startsWith("binspect: ");
      return;
    }
    switch (format) {
      case "json", "sarif" -> MAPPER.readTree(output.out);
      case "ndjson" -> {
        for (String line : output.out.lines().toList()) {
          assertThat(MAPPER.readTree(line).isObject()).isTrue();
        }
      }
      case "junit" ->
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(output.out)));
      case "html" ->
          assertThat(output.out).doesNotContain("<script>alert", "<img src=x", "onerror=alert(1)>");
      default -> {}
    }
    if (!format.equals("html")) {
      harmless(output.out, attack);
    }
    if (format.equals("markdown")) {
      assertThat(output.out.replaceAll("`[^`\n]*`", "")).doesNotContain("<script", "<img", "](");
    }
  }

  private static void harmless(String text, String attack) {
    assertThat(text.chars())
        .as("%s of %s", text, attack)
        .allMatch(c -> c == '\n' || c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0))
        .noneMatch(c -> c == 0x202e || c == 0x2028);
    for (String line : text.lines().toList()) {
      assertThat(line.stripLeading())
          .doesNotStartWith("::stop")
          .doesNotStartWith("::error file=x::gotcha")
          .doesNotContain("##vso[");
    }
  }
}
