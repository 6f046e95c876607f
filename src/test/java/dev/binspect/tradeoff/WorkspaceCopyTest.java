package dev.binspect.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceCopyTest {
  @TempDir Path folder;

  private Path copy(Path workspace) throws Exception {
    Path mirror = folder.resolve("mirror");
    new WorkspaceCopy(mirror, folder.resolve("work"))
        .copy(workspace, null, manifest -> manifest.getParent());
    return WorkspaceCopy.in(mirror, workspace);
  }

  @Test
  void sourcesLocksAndSettingsComeAlongTargetsAndGitDoNot() throws Exception {
    Path ws = folder.resolve("ws");
    CargoWorkspaces.sample(ws)
        .file("Cargo.lock", "version = 4\n")
        .file(".cargo/config.toml", "[build]\n")
        .file("rust-toolchain.toml", "[toolchain]\n")
        .file("elsewhere/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n")
        .file("elsewhere/big", "x");
    Path copied = copy(ws);
    for (String kept :
        new String[] {
          "app/src/main.rs", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml"
        }) {
      assertThat(copied.resolve(kept)).hasSameBinaryContentAs(ws.resolve(kept));
    }
    assertThat(copied.resolve("target")).doesNotExist();
    assertThat(copied.resolve(".git")).doesNotExist();
    assertThat(copied.resolve("elsewhere")).doesNotExist();
  }

  @Test
  void aFolderCalledTargetThatIsNotCargosIsASource() throws Exception {
    Path ws = folder.resolve("ws");
    CargoWorkspaces.sample(ws).file("app/src/target/mod.rs", "// a module\n");
    assertThat(copy(ws).resolve("app/src/target/mod.rs")).exists();
  }

  @Test
  void pathsOutsideOfTheWorkspaceAreCopiedToo() throws Exception {
    Path ws = folder.resolve("ws");
    Path outside = folder.resolve("far/gamma");
    new CargoWorkspaces(outside).file("Cargo.toml", "[package]\n").file("src/lib.rs", "");
    Path absolute = folder.resolve("far/delta");
    new CargoWorkspaces(absolute).file("Cargo.toml", "[package]\n").file("src/lib.rs", "");
    CargoWorkspaces.sample(ws)
        .file(
            "app/Cargo.toml",
            "[dependencies]\ngamma = { path = '../../far/gamma' }\n[dependencies.delta]\npath = \""
                + absolute
                + "\"\n");
    Path copied = copy(ws);
    assertThat(copied.resolve("app/../../far/gamma/src/lib.rs")).exists();
    String manifest = Files.readString(copied.resolve("app/Cargo.toml"));
    assertThat(manifest)
        .contains("'../../far/gamma'")
        .contains("\"" + WorkspaceCopy.in(folder.resolve("mirror"), absolute) + "\"");
    assertThat(Files.readString(ws.resolve("app/Cargo.toml"))).contains("\"" + absolute + "\"");
  }

  @Test
  void aFileOutsideThatASourceNamesComesAlong() throws Exception {
    Path ws = folder.resolve("ws");
    Files.writeString(folder.resolve("shared.txt"), "a");
    Files.writeString(folder.resolve("schema.json"), "b");
    Files.createDirectories(folder.resolve("whole"));
    CargoWorkspaces.sample(ws)
        .file(
            "app/src/main.rs",
            """
            const A: &str = include_str!("../../../shared.txt");
            const B: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema.json"));
            const C: &str = "../../../whole or ../nothing";
            """);
    Path copied = copy(ws);
    assertThat(copied.resolve("../shared.txt")).hasContent("a");
    assertThat(copied.resolve("../schema.json")).hasContent("b");
    assertThat(copied.resolve("../whole")).doesNotExist();
  }

  @Test
  void linksBecomeFilesSoThatNothingWrittenReachesTheirTargets() throws Exception {
    Path ws = folder.resolve("ws");
    CargoWorkspaces.sample(ws);
    Path shared = Files.writeString(folder.resolve("shared.rs"), "fn main() {}\n");
    Files.delete(ws.resolve("app/src/main.rs"));
    Files.createSymbolicLink(ws.resolve("app/src/main.rs"), shared);
    Files.createSymbolicLink(ws.resolve("app/src/nowhere"), Path.of("gone"));
    Files.createSymbolicLink(ws.resolve("circle"), ws);
    Path main = copy(ws).resolve("app/src/main.rs");
    assertThat(Files.isSymbolicLink(main)).isFalse();
    Files.writeString(main, "changed");
    assertThat(shared).hasContent("fn main() {}\n");
  }

  @Test
  void pathsAreFoundInEveryWayToWriteThem() {
    assertThat(
            WorkspaceCopy.paths(
                "a = { path = \"../a\" }\n[x]\npath='b'\npaths = [\"c\", 'd']\nmypath = \"no\"\n"))
        .containsExactly("../a", "b", "c", "d");
  }
}
