package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code binspect tree} and {@code binspect bindings} on programs of this machine. */
class LoadCommandsTest {
  private static final String LS = "/bin/ls";
  private int code;
  private String errors = "";

  @BeforeEach
  void needsGlibc() {
    assumeTrue(
        Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2")) && Files.exists(Path.of(LS)),
        "needs x86-64 glibc and " + LS);
  }

  private String run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    code =
        Main.run(
            args,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    errors = err.toString(StandardCharsets.UTF_8);
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Nobody is asked for a symbol where no loader runs: a static program needs addresses alone. */
  @Test
  void aStaticProgramMakesNoLookups() {
    for (String program : List.of("x86_64-static", "x86_64-static-pie")) {
      String path = Path.of("testdata", "elf", program).toString();
      assertThat(run("tree", path))
          .containsPattern("(?m)^" + program + " +[\\d,]+ +0 +0 +\\d+ +program$");
      assertThat(run("tree", "--json", path))
          .contains("\"loader\": \"none\"")
          .contains("\"lookups\": 0")
          .contains("\"probes\": 0")
          .contains("\"deferred\": 0")
          .doesNotContain("\"lookups\": null");
    }
  }

  @Test
  void everyLineOfNdjsonIsAnObjectWithTheContractsKeys() throws Exception {
    String said = run("bindings", "--format", "ndjson", LS);
    assertThat(code).isZero();
    List<String> lines = said.lines().toList();
    assertThat(lines).hasSizeGreaterThan(50);
    for (String line : lines) {
      List<String> keys = new ArrayList<>();
      try (JsonParser parser = new JsonFactory().createParser(line)) {
        while (parser.nextToken() != null) {
          if (parser.currentToken() == JsonToken.FIELD_NAME) {
            keys.add(parser.currentName());
          }
        }
      }
      assertThat(keys)
          .containsExactly("from", "to", "symbol", "version", "kind", "probes", "cached");
    }
  }

  @Test
  void filtersTakeGlobsOfNamesAndPaths() {
    String all = run("bindings", "--bind-now", LS);
    String some = run("bindings", "--bind-now", "--from", "ls", "--symbol", "mem*", LS);
    assertThat(some.lines().toList())
        .hasSizeBetween(2, 20)
        .filteredOn(line -> line.contains("→") || line.contains("->"))
        .allMatch(line -> line.startsWith("ls ") && line.contains("  mem"))
        .allMatch(all::contains);
    assertThat(run("bindings", "--to", "/lib*/ld-linux*", LS))
        .contains("_rtld_global@GLIBC_PRIVATE");
    List<String> undefined = run("bindings", "--undefined", LS).lines().toList();
    assertThat(undefined).hasSizeGreaterThan(1).allMatch(line -> line.contains("nobody"));
    assertThat(undefined.getFirst()).endsWith("weak");
  }

  @Test
  void cxxNamesAreShownInClear() {
    Path program = Path.of("/usr/bin/apt-get");
    assumeTrue(Files.exists(program), "needs a C++ program");
    String said =
        run(
            "bindings",
            "--demangle",
            "--symbol",
            "std::*",
            "--to",
            "libstdc++*",
            program.toString());
    assertThat(said).contains("std::").doesNotContain("_ZNSt");
  }

  @Test
  void theTreeNamesEachObjectOnceWithWhyItWasFoundThere() {
    String said = run("tree", LS);
    assertThat(code).isZero();
    List<String> names = new ArrayList<>();
    for (String line : said.lines().skip(1).toList()) {
      names.add(line.replaceAll("^[^a-z/]*(\\S+) .*", "$1"));
    }
    assertThat(names).doesNotHaveDuplicates().contains("ls", "libc.so.6");
    assertThat(new TreeSet<>(names)).hasSameSizeAs(names);
    assertThat(said).contains("program").contains("cache").contains("loader");
    assertThat(run("tree", "-p", LS)).contains("/libc.so.6");
    assertThat(run("tree", "--json", LS)).contains("\"schema\": \"binspect-report/1\"");
  }

  @Test
  void whatCannotBeReadIsOneLineAndTwo() {
    assertThat(run("tree", "/none")).isEmpty();
    assertThat(code).isEqualTo(2);
    assertThat(errors).isEqualTo("binspect: /none: no such file\n");
    assertThat(run("bindings", "--format", "sarif", LS)).isEmpty();
    assertThat(code).isEqualTo(2);
  }

  @Test
  void aNarrowTerminalShowsHowEachLibraryWasFound() {
    String before = System.getProperty("binspect.columns");
    System.setProperty("binspect.columns", "40");
    try {
      List<String> lines = run("tree", "--color", "never", "-p", LS).lines().toList();
      assertThat(lines.getFirst()).endsWith("  relocs  found by").doesNotContain("look-ups");
      assertThat(lines).hasSizeGreaterThan(2).allMatch(line -> line.length() <= 40);
      assertThat(lines).anyMatch(line -> line.contains("libc.so.6") && line.endsWith("  cache"));
    } finally {
      if (before == null) {
        System.clearProperty("binspect.columns");
      } else {
        System.setProperty("binspect.columns", before);
      }
    }
  }
}
