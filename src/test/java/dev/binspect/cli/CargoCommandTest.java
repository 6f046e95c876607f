package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.tradeoff.CargoWorkspaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code binspect cargo} over a workspace of two programs: one uses the dylib, one does not. */
class CargoCommandTest {
  private static final String MAIN =
      "fn main() { println!(\"{}\", geometry::area(std::env::args().count() as u64)); }\n";

  @TempDir Path folder;

  private record Ran(int code, String out, String err) {
    /** {@return verdicts by the program's path below the workspace} */
    Map<String, String> verdicts(Path below) throws IOException {
      Map<String, String> verdicts = new TreeMap<>();
      for (String line : out.lines().toList()) {
        JsonNode report = new ObjectMapper().readTree(line);
        verdicts.put(
            below.toRealPath().relativize(Path.of(report.at("/file/path").asString())).toString(),
            report.at("/linkage/verdict").asString()
                + " "
                + report.at("/linkage/loads/cargo").asString());
      }
      return verdicts;
    }
  }

  @BeforeEach
  void workspace() throws Exception {
    assumeTrue(CargoWorkspaces.cargoRuns(), "needs cargo and rustc");
    write(
        "Cargo.toml",
        """
        [workspace]
        resolver = "2"
        members = ["app", "tool", "bundle", "geometry"]
        [profile.dist]
        inherits = "release"
        opt-level = 0
        """);
    write("geometry/Cargo.toml", manifest("geometry", ""));
    write(
        "geometry/src/lib.rs",
        "#[inline(never)]\npub fn area(side: u64) -> u64 { side.wrapping_mul(side) ^ 7 }\n");
    write(
        "bundle/Cargo.toml",
        manifest("bundle", "geometry = { path = \"../geometry\" }\n")
            + "[lib]\ncrate-type = [\"dylib\"]\n");
    write("bundle/src/lib.rs", "pub use geometry;\n");
    String both = "bundle = { path = \"../bundle\" }\ngeometry = { path = \"../geometry\" }\n";
    write("app/Cargo.toml", manifest("app", both));
    write("app/src/main.rs", "use bundle as _;\n" + MAIN);
    write("app/tests/it.rs", "#[test]\nfn it() { assert!(bundle::geometry::area(2) > 0); }\n");
    write("tool/Cargo.toml", manifest("tool", both));
    write("tool/src/main.rs", MAIN);
  }

  private static String manifest(String name, String dependencies) {
    return "[package]\nname = \""
        + name
        + "\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n"
        + dependencies;
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  /** Runs binspect in the workspace, as a process: Cargo takes its folder and its environment. */
  private Ran binspect(Map<String, String> environment, String... arguments) throws Exception {
    Process process = start(environment, arguments);
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), out, Files.readString(folder.resolve("err")));
  }

  private Process start(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("dev.binspect.cli.Main");
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(key -> key.startsWith("CARGO_") && !key.equals("CARGO_HOME"));
    builder.environment().remove("RUSTFLAGS");
    builder.environment().putAll(environment);
    return builder.redirectError(folder.resolve("err").toFile()).start();
  }

  @Test
  void eachProgramIsNamedAsCargoNamesItAndJudged() throws Exception {
    Ran ran =
        binspect(
            Map.of(),
            "cargo",
            "--no-run",
            "--format",
            "ndjson",
            "build",
            "-p",
            "app",
            "-p",
            "tool");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.err())
        .contains("Inspecting bin \"app\" of app (", "Inspecting bin \"tool\" of tool (");
    assertThat(ran.verdicts(folder))
        .containsEntry("target/debug/app", "used ok")
        .containsEntry("target/debug/tool", "ignored ok")
        .hasSize(2);
  }

  @Test
  void checkGatesWhatWasBuilt() throws Exception {
    Ran holds = binspect(Map.of(), "cargo", "--check", "--expect", "bundle", "-p", "app");
    assertThat(holds.code()).as(holds.out() + holds.err()).isZero();
    Ran fails = binspect(Map.of(), "cargo", "--check", "--expect", "bundle", "-p", "tool");
    assertThat(fails.code()).as(fails.out() + fails.err()).isEqualTo(1);
    assertThat(fails.out()).contains("static fallback", "use bundle as _;");
  }

  @Test
  void testsAreBuiltAndNotRun() throws Exception {
    Ran ran =
        binspect(
            Map.of(),
            "cargo",
            "--no-run",
            "--format",
            "ndjson",
            "test",
            "--no-run",
            "-p",
            "app",
            "--test",
            "it");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("Inspecting test \"it\" of app (");
    // Cargo builds the package's program as well: an integration test may start it.
    TreeMap<String, String> verdicts = new TreeMap<>(ran.verdicts(folder));
    assertThat(verdicts).hasSize(2).containsEntry("target/debug/app", "used ok");
    assertThat(verdicts.lastEntry().getKey()).startsWith("target/debug/deps/it-");
    assertThat(verdicts.lastEntry().getValue()).isEqualTo("used ok");
  }

  @Test
  void programsAreJudgedWhereverCargoPutsThem() throws Exception {
    assertThat(app(Map.of(), "--profile", "dist")).containsEntry("target/dist/app", "used ok");
    String triple = triple();
    assertThat(app(Map.of(), "--target", triple))
        .containsEntry("target/" + triple + "/debug/app", "used ok");
    assertThat(app(Map.of("CARGO_TARGET_DIR", folder.resolve("elsewhere").toString())))
        .containsEntry("elsewhere/debug/app", "used ok");
    assertThat(app(Map.of(), "--config", "build.build-dir='between'", "--target-dir", "last"))
        .containsEntry("last/debug/app", "used ok");
  }

  private Map<String, String> app(Map<String, String> environment, String... more)
      throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("cargo", "--no-run", "--format", "ndjson", "build", "-p", "app"));
    arguments.addAll(List.of(more));
    Ran ran = binspect(environment, arguments.toArray(new String[0]));
    assertThat(ran.code()).as(ran.err()).isZero();
    return ran.verdicts(folder);
  }

  private static String triple() throws Exception {
    Process rustc = new ProcessBuilder("rustc", "-vV").start();
    String told = new String(rustc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return told.lines()
        .filter(line -> line.startsWith("host: "))
        .findFirst()
        .orElseThrow()
        .substring(6);
  }

  @Test
  void whatMakesNoExecutableIsNotTakenForAnArgumentOfBuild() throws Exception {
    for (String verb : List.of("check", "clippy", "clean")) {
      Ran ran = binspect(Map.of(), "cargo", "--check", verb);
      assertThat(ran.code()).isEqualTo(2);
      assertThat(ran.err())
          .startsWith("binspect: cargo " + verb + " is not run: build, test, ")
          .hasLineCount(1);
    }
  }

  /** ^C goes to Cargo as well, and its end may be seen before our own. */
  @Test
  void anInterruptOfCargoIsOne() throws Exception {
    write("interrupted", "#!/bin/sh\nkill -INT $$\n");
    assertThat(folder.resolve("interrupted").toFile().setExecutable(true)).isTrue();
    Ran ran = binspect(Map.of("CARGO", folder.resolve("interrupted").toString()), "cargo");
    assertThat(ran.code()).isEqualTo(130);
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void whoEndsItEndsWhatCargoStarted() throws Exception {
    write("app/build.rs", "fn main() { std::thread::sleep(std::time::Duration::from_secs(300)); }");
    Process run = start(Map.of(), "cargo", "-p", "app");
    ProcessHandle script = null;
    for (int i = 0; i < 1200 && script == null && run.isAlive(); i++) {
      Thread.sleep(50);
      script =
          run.descendants()
              .filter(p -> p.info().command().orElse("").contains("build-script"))
              .findFirst()
              .orElse(null);
    }
    assertThat(script).as(Files.readString(folder.resolve("err"))).isNotNull();
    run.destroy();
    run.waitFor();
    script.onExit().get(20, TimeUnit.SECONDS);
  }

  @Test
  void aBuildThatFailsLeavesNothingToInspect() throws Exception {
    write("app/src/main.rs", "fn main() { missing() }\n");
    Ran ran = binspect(Map.of(), "cargo", "--no-run", "-p", "app");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("nothing is inspected");
  }
}
