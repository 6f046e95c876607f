package dev.binspect.load.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GlibcBuildTest {
  private static GlibcBuild of(String constants) {
    return GlibcBuild.of(constants.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void bannerAndFoldersAreFoundAmongOtherConstants() {
    GlibcBuild build =
        of(
            "/proc/self/exe\0/\0/etc/suid-debug\0x release  version \0"
                + "ld.so (GNU libc) stable release version 2.36.\n\0/lib/\0not/\0"
                + "/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/\0/etc/ld.so.cache");
    assertThat(build.version()).isEqualTo("2.36");
    assertThat(build.systemFolders())
        .containsExactly(
            "/lib/x86_64-linux-gnu/", "/usr/lib/x86_64-linux-gnu/", "/lib/", "/usr/lib/");
    assertThat(build.lib()).isEqualTo("lib/x86_64-linux-gnu");
  }

  @Test
  void theyMayBeginAndEndTheConstants() {
    assertThat(of("/lib64/\0/usr/lib64/\0").systemFolders())
        .containsExactly("/lib64/", "/usr/lib64/");
    assertThat(of("/a/\0/b/").systemFolders()).containsExactly("/a/", "/b/");
    assertThat(of(" release version 2.41").version()).isEqualTo("2.41");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    for (String none :
        new String[] {"", "/", "/\0/", "/lib/\0lib/\0", "x/\0/lib\0/y/\0", " release"}) {
      assertThat(of(none).version()).as(none).isNull();
      assertThat(of(none).systemFolders()).as(none).isEmpty();
    }
  }

  @Test
  void aRunOfFoldersHasAnEnd() {
    assertThat(of("/\0".repeat(100_000)).systemFolders()).isEmpty();
    assertThat(of("/a/\0".repeat(100_000)).systemFolders()).hasSize(64);
  }
}
