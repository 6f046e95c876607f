package dev.binspect.rust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CargoManifestsTest {
  @TempDir Path folder;

  @Test
  void aLibraryIsFoundByItsNameAndNotByItsPackages() throws Exception {
    manifest("", "[workspace]\nmembers = [\"libs/*\"]\n");
    manifest("libs/one", "[package]\nname = \"one\"\n[lib]\ncrate-type = [\"dylib\"]\n");
    manifest(
        "libs/two",
        "[package]\r\nname=\"two-of-them\" # so\r\n[lib]\r\npath = \"x.rs\"\r\nname = 'pair'\r\n");
    manifest("target/two", "[package]\nname = \"three\"\n[lib]\nname = \"trio\"\n");
    assertThat(named("pair")).isEqualTo("two-of-them");
    assertThat(named("one")).isNull();
    assertThat(named("trio")).as("what was built is no source").isNull();
    Files.delete(folder.resolve("Cargo.toml"));
    assertThat(named("pair")).as("no workspace").isNull();
  }

  private @Nullable String named(String library) {
    return CargoManifests.packageOf(library, folder.toString(), new BinaryFiles());
  }

  private void manifest(String place, String text) throws Exception {
    Files.writeString(Files.createDirectories(folder.resolve(place)).resolve("Cargo.toml"), text);
  }
}
