package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.tradeoff.CargoWorkspaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class TradeoffCommandTest {
  @TempDir Path folder;

  private MainTest.Ran tradeoff(String... more) {
    String[] args = new String[more.length + 5];
    args[0] = "tradeoff";
    args[1] = "--offline";
    args[2] = "--work-dir";
    args[3] = folder.resolve("work").toString();
    args[4] = folder.resolve("ws").toString();
    System.arraycopy(more, 0, args, 5, more.length);
    return MainTest.run(args);
  }

  private CargoWorkspaces sample() throws Exception {
    assumeTrue(CargoWorkspaces.cargoRuns(), "needs cargo and rustc");
    return CargoWorkspaces.sample(folder.resolve("ws"));
  }

  @Test
  void aWorkspaceIsComparedAndNothingOfItTouched() throws Exception {
    CargoWorkspaces workspace = sample();
    var before = workspace.state();
    MainTest.Ran ran = tradeoff("--quick", "--rounds", "2", "--json");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(workspace.state()).isEqualTo(before);
    JsonNode node = new ObjectMapper().readTree(ran.out());
    assertThat(node.get("wrapped").toString()).isEqualTo("[\"alpha\",\"beta-lib\"]");
    assertThat(node.at("/notWrapped/0/name").asString()).isEqualTo("make");
    assertThat(node.at("/notWrapped/0/reason").asString()).contains("procedural macro");
    assertThat(node.at("/static/verdict").asString()).isEqualTo("static");
    assertThat(node.at("/dylib/verdict").asString()).isEqualTo("used");
    // libstd's and the wrapper's look-ups come on top, and the code leaves the executable
    assertThat(node.at("/dylib/lookups").asLong())
        .isGreaterThan(node.at("/static/lookups").asLong());
    assertThat(node.at("/dylib/programBytes").asLong())
        .isLessThan(node.at("/static/programBytes").asLong());
    assertThat(node.at("/dylib/libraryBytes").asLong()).isPositive();
    assertThat(node.at("/rebuilds/0/rounds").asInt()).isEqualTo(2);
    assertThat(node.at("/rebuilds/0/staticLink/medianNanos").asLong())
        .isPositive()
        .isLessThan(node.at("/rebuilds/0/static/medianNanos").asLong());
    assertThat(node.at("/changed").asString()).isIn("alpha", "beta-lib");
    assertThat(folder.resolve("work/target")).as("cleared up").doesNotExist();
    assertThat(folder.resolve("work/last-results.jsonl")).exists();
  }

  @Test
  void theWrapperGoesInAndComesOutByteForByte() throws Exception {
    CargoWorkspaces workspace = sample();
    var before = workspace.contents();
    MainTest.Ran in = tradeoff("--init");
    assertThat(in.err()).isEmpty();
    assertThat(in.out()).contains("binspect-deps\n", "app/Cargo.toml\n", "app/src/main.rs\n");
    Process build =
        new ProcessBuilder("cargo", "build", "--offline", "--workspace")
            .directory(workspace.root().toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("build.log").toFile())
            .start();
    assertThat(build.waitFor()).as(Files.readString(folder.resolve("build.log"))).isZero();
    assertThat(tradeoff("--init").err()).contains("--undo first");
    MainTest.Ran inspected =
        MainTest.run("--json", "--no-run", folder.resolve("ws/target/debug/app").toString());
    assertThat(new ObjectMapper().readTree(inspected.out()).at("/linkage/verdict").asString())
        .isEqualTo("used");
    MainTest.Ran out = tradeoff("--undo");
    assertThat(out.err()).isEmpty();
    var after = workspace.contents();
    after.keySet().removeIf(name -> name.startsWith("target") || name.equals("Cargo.lock"));
    before.keySet().removeIf(name -> name.startsWith("target"));
    assertThat(after).isEqualTo(before);
    assertThat(Files.readString(folder.resolve("ws/Cargo.lock"))).doesNotContain("binspect");
    assertThat(tradeoff("--undo").code()).isEqualTo(2);
  }

  @Test
  void anInterruptLeavesTheProjectAsItWasAndNoCompilerRunning() throws Exception {
    CargoWorkspaces workspace = sample();
    var before = workspace.state();
    Path journal = folder.resolve("work/results.jsonl");
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.binspect.cli.Main",
                "tradeoff",
                "--offline",
                "--quick",
                "--work-dir",
                folder.resolve("work").toString(),
                folder.resolve("ws").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (run.isAlive()
        && System.nanoTime() < end
        && !(Files.exists(journal) && Files.readString(journal).contains("clean/static"))) {
      Thread.sleep(20);
    }
    assertThat(run.isAlive()).as(Files.readString(folder.resolve("out"))).isTrue();
    var children = run.descendants().toList();
    run.destroy();
    assertThat(run.waitFor()).isNotZero();
    for (ProcessHandle child : children) {
      child.onExit().get(20, TimeUnit.SECONDS);
    }
    assertThat(workspace.state()).isEqualTo(before);
    // and the next one goes on
    MainTest.Ran resumed = tradeoff("--quick", "--rounds", "2", "--resume", "--json");
    assertThat(resumed.err()).isEmpty();
    assertThat(new ObjectMapper().readTree(resumed.out()).at("/dylib/verdict").asString())
        .isEqualTo("used");
    assertThat(workspace.state()).isEqualTo(before);
  }

  @Test
  void whatCannotBeComparedIsOneLine() throws Exception {
    assertThat(tradeoff().err()).matches("binspect: [^:]+: has no Cargo.toml\n");
    CargoWorkspaces workspace = sample();
    workspace.file("app/src/main.rs", "fn main() { let x: u8 = \"text\"; }\n");
    MainTest.Ran broken = tradeoff("--quick");
    assertThat(broken.code()).isEqualTo(2);
    assertThat(broken.err()).contains("cannot be built").contains("mismatched types");
    assertThat(broken.err().lines()).hasSize(1);
    workspace
        .file("app/src/main.rs", "fn main() {}\n")
        .file(
            "app/Cargo.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    MainTest.Ran none = tradeoff("--quick");
    assertThat(none.err()).contains("has no dependencies").hasLineCount(1);
    MainTest.Ran inside =
        MainTest.run(
            "tradeoff",
            "--work-dir",
            folder.resolve("ws/work").toString(),
            folder.resolve("ws").toString());
    assertThat(inside.err()).contains("lies in the project");
  }

  @Test
  void aDylibWhoseCratesNobodyCallsIsNoComparison() throws Exception {
    CargoWorkspaces workspace = sample();
    workspace.file("app/src/main.rs", "fn main() { println!(\"alone\"); }\n");
    MainTest.Ran ran = tradeoff("--quick");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("nothing to compare").hasLineCount(1);
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void aFeatureThatMakesTheDylibIsComparedAndAnIgnoredOneIsNot() throws Exception {
    assumeTrue(CargoWorkspaces.cargoRuns(), "needs cargo and rustc");
    CargoWorkspaces workspace = CargoWorkspaces.engine(folder.resolve("ws"), "dynamic_linking");
    MainTest.Ran used =
        tradeoff("--quick", "--rounds", "2", "--feature", "dynamic_linking", "--keep", "--json");
    assertThat(used.err()).isEmpty();
    JsonNode node = new ObjectMapper().readTree(used.out());
    assertThat(node.get("how").asString()).isEqualTo("feature");
    assertThat(node.at("/static/verdict").asString()).isEqualTo("static");
    assertThat(node.at("/dylib/verdict").asString()).isEqualTo("used");
    assertThat(workspace.root().resolve("target")).doesNotExist();

    CargoWorkspaces.engine(folder.resolve("ws"), "dynamic-linking");
    MainTest.Ran ignored = tradeoff("--quick", "--feature", "dynamic_linking", "--keep", "--json");
    assertThat(ignored.code()).isEqualTo(1);
    assertThat(ignored.out()).isEmpty();
    assertThat(ignored.err()).contains("static fallback").hasLineCount(1);

    // the same two programs, ready
    Path built = folder.resolve("work/target");
    MainTest.Ran programs =
        MainTest.run(
            "tradeoff",
            "--static",
            built.resolve("static/debug/app").toString(),
            "--dynamic",
            built.resolve("dylib/debug/app").toString(),
            "--link-saved",
            "1s");
    assertThat(programs.code()).isEqualTo(1);
    assertThat(programs.err()).contains("nothing to compare").contains("is ignored");
  }

  @Test
  void twoReadyProgramsAreComparedWithTheSavingGiven() {
    MainTest.Ran ran =
        MainTest.run(
            "tradeoff",
            "--static",
            "/bin/true",
            "--dynamic",
            "/bin/ls",
            "--link-saved",
            "1.2s",
            "--json");
    assertThat(ran.err()).isEmpty();
    JsonNode node = new ObjectMapper().readTree(ran.out());
    assertThat(node.get("how").asString()).isEqualTo("programs");
    assertThat(node.at("/savedPerRebuild/medianNanos").asLong()).isEqualTo(1_200_000_000);
    assertThat(node.at("/dylib/lookups").asLong())
        .isGreaterThan(node.at("/static/lookups").asLong());
  }

  @Test
  void timesAreReadWithTheirUnits() {
    assertThat(TradeoffCommand.nanos("1.2s")).isEqualTo(1_200_000_000L);
    assertThat(TradeoffCommand.nanos("300 ms")).isEqualTo(300_000_000L);
    assertThat(TradeoffCommand.nanos("2min")).isEqualTo(120_000_000_000L);
    for (String wrong : new String[] {"", "s", "-1s", "1", "1e9999s", "fast"}) {
      assertThatThrownBy(() -> TradeoffCommand.nanos(wrong))
          .as(wrong)
          .isInstanceOf(UsageException.class);
    }
  }

  @Test
  void contradictionsAreMisuse() {
    assertThat(MainTest.run("tradeoff", "--quick", "--full", ".").code()).isEqualTo(2);
    assertThat(MainTest.run("tradeoff", "--static", "a").err()).contains("belong together");
    assertThat(MainTest.run("tradeoff", "--init", "--undo", ".").err()).contains("either");
    assertThat(MainTest.run("tradeoff", "--link-saved", "1s", ".").code()).isEqualTo(2);
    assertThat(MainTest.run("tradeoff", "--rounds", "1", ".").err()).contains("from 2 on");
    assertThat(MainTest.run("tradeoff", "--runs", "5", ".").err()).contains("not for it");
    assertThat(MainTest.run("tradeoff", "--format", "sarif", ".").err())
        .contains("tradeoff writes");
  }
}
