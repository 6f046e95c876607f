package dev.binspect.linkage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadedObject;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShippingTest {
  private static boolean ofTheSystem(String path, String requiredBy, FoundBy foundBy, int depth) {
    return Shipping.ofTheSystem(
        new LoadedObject("n", path, requiredBy, foundBy, depth, null, 0, 0, 0, 0, 0),
        Set.of("/usr/lib/x86_64-linux-gnu/libpulse.so.0"));
  }

  /** A RUNPATH that names a folder where the loader looks anyway makes nothing the program's. */
  @ParameterizedTest
  @CsvSource({
    "/usr/lib/x86_64-linux-gnu/libgmp.so.10, true",
    "/lib/aarch64-linux-gnu/libc.so.6, true",
    "/lib/libz.so.1, true",
    "/usr/lib64/libz.so.1, true",
    "/lib32/libz.so.1, true",
    "/usr/lib/arm-linux-gnueabihf/libz.so.1, true",
    "/usr/lib/chromium/libffmpeg.so, false",
    "/usr/lib/x86_64-linux-gnu/pulseaudio/libpulsecommon-16.1.so, false",
    "/usr/libexec/libown.so, false",
    "/library/libown.so, false",
    "/home/me/target/debug/deps/libdeps_dylib.so, false",
    "/usr/local/lib/libown.so, false",
    "libown.so, false",
  })
  void aFolderWhereTheLoaderLooksAnywayIsTheSystems(String path, boolean system) {
    assertThat(ofTheSystem(path, "/home/me/app", FoundBy.RUNPATH, 1)).isEqualTo(system);
  }

  @Test
  void whatASystemsLibraryFindsByItsOwnPathIsTheSystems() {
    String path = "/usr/lib/x86_64-linux-gnu/pulseaudio/libpulsecommon-16.1.so";
    String pulse = "/usr/lib/x86_64-linux-gnu/libpulse.so.0";
    assertThat(ofTheSystem(path, pulse, FoundBy.RUNPATH, 2)).isTrue();
    assertThat(ofTheSystem("/opt/x/libx.so", null, FoundBy.CACHE, 1)).isTrue();
    assertThat(ofTheSystem("/usr/lib/app", null, FoundBy.PROGRAM, 0)).isFalse();
  }
}
