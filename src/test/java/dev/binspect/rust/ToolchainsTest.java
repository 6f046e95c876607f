package dev.binspect.rust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolchainsTest {
  @TempDir Path folder;

  /**
   * A toolchain may stand where neither rustup nor the system has any: Cargo noted the one it used.
   */
  @Test
  void theToolchainOfTheBuildIsAskedFirst() throws Exception {
    String std = "libstd-0123456789abcdef.so";
    Path sysroot = folder.resolve("of its own");
    Path libraries = sysroot.resolve("lib/rustlib/x86_64-unknown-linux-gnu/lib");
    Files.createDirectories(libraries);
    Files.writeString(libraries.resolve(std), "");
    Path target = Files.createDirectories(folder.resolve("target"));
    Files.writeString(
        target.resolve(".rustc_info.json"),
        "{\"outputs\":{\"1\":{\"success\":true,\"stdout\":\"___\\nlib___.rlib\\nlib___.so\\n"
            + sysroot
            + "\\noff\\npacked\\n___\\n\"},\"2\":{\"stdout\":\"rustc 1.63.0\\nhost:"
            + " x86_64-unknown-linux-gnu\\nrelease: 1.63.0\\n\"}}}");
    String profile = target.resolve("debug").toString();
    CargoFolder build = new CargoFolder(profile, profile, null, true, "app");
    BinaryFiles door = new BinaryFiles();
    assertThat(Toolchains.holding(std, door)).isNull();
    assertThat(Toolchains.holding(std, build, door)).isEqualTo(libraries.toString());
    assertThat(Toolchains.holding("libstd-fedcba9876543210.so", build, door)).isNull();
  }
}
