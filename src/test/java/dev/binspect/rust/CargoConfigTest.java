package dev.binspect.rust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Door;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CargoConfigTest {
  private final Door door = new BinaryFiles();

  private static void write(Path file, String text) throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, text);
  }

  @Test
  void aSettingStandsInTheTableBuild() {
    assertThat(TomlText.of("[build]\nbuild-dir = \"out/of/sight\"\n", "build", "build-dir"))
        .isEqualTo("out/of/sight");
    assertThat(TomlText.of("build.target-dir = 'there'\n", "build", "target-dir"))
        .isEqualTo("there");
    assertThat(TomlText.of("[net]\nbuild-dir = \"no\"\n[build]\njobs = 2\n", "build", "build-dir"))
        .isNull();
    assertThat(TomlText.of("[build]\nbuild-dir = \"unterminated\n", "build", "build-dir")).isNull();
    assertThat(TomlText.of("[build]\nbuild-dir = \"other\"\n", "build", "target-dir")).isNull();
  }

  @Test
  void theNearestFileMovesTheTargetFolderAndTheEnvironmentComesFirst(@TempDir Path root)
      throws IOException {
    Path workspace = Files.createDirectories(root.resolve("parent/workspace"));
    write(root.resolve("parent/.cargo/config.toml"), "[build]\ntarget-dir = \"shared\"\n");
    String own = workspace + "/target";
    String parents = root + "/parent/shared";
    assertThat(CargoConfig.targetFolders(workspace.toString(), List.of(), door))
        .containsExactly(parents, own);
    write(workspace.resolve(".cargo/config.toml"), "[build]\ntarget-dir = \"../../out\"\n");
    assertThat(CargoConfig.targetFolders(workspace.toString(), List.of("/env", "near"), door))
        .containsExactly("/env", workspace + "/near", root + "/out", own);
  }

  @Test
  void aBuildFolderIsSoughtFromTheTargetFolderAndFromTheSources(@TempDir Path root)
      throws IOException {
    Path workspace = root.resolve("workspace");
    write(workspace.resolve(".cargo/config.toml"), "[build]\nbuild-dir = \"between\"\n");
    Path build = Files.createDirectories(workspace.resolve("between/debug"));
    String inside = workspace + "/target/debug";
    String outside = root + "/elsewhere/debug";
    assertThat(CargoConfig.buildFolders(inside, null, null, door))
        .containsExactly(build.toString());
    assertThat(CargoConfig.buildFolders(outside, null, null, door)).isEmpty();
    assertThat(CargoConfig.buildFolders(outside, workspace + "/app/src", null, door))
        .containsExactly(build.toString());
  }

  @Test
  void theFirstSourceStandsBesideAFinishedProgram(@TempDir Path root) throws IOException {
    write(root.resolve("debug/app.d"), root + "/debug/app: /a/my\\ code/src/main.rs /b/lib.rs\n");
    assertThat(CargoConfig.sources(root + "/debug/app", door)).isEqualTo("/a/my code/src");
    assertThat(CargoConfig.sources(root + "/debug/app.exe", door)).isEqualTo("/a/my code/src");
    assertThat(CargoConfig.sources(root + "/debug/other", door)).isNull();
  }
}
