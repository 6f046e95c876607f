package dev.binspect.linkage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LibraryNameTest {
  @Test
  void allSpellingsOfADylibHaveOneKey() {
    for (String spelling :
        new String[] {
          "serde_dylib",
          "serde-dylib",
          "libserde_dylib.so",
          "libserde_dylib-1f2e3d4c5b6a7988.so",
          "serde_dylib.dll",
          "serde_dylib-1f2e3d4c5b6a7988.dll",
          "libserde_dylib.dylib",
          "@rpath/libserde_dylib.dylib",
          "/build/target/debug/libserde_dylib.so",
          "C:\\build\\serde_dylib.dll"
        }) {
      assertThat(LibraryName.key(spelling)).as(spelling).isEqualTo("serde_dylib");
    }
  }

  @Test
  void versionsOfSystemLibrariesDoNotCount() {
    assertThat(LibraryName.key("libssl.so.3")).isEqualTo("ssl");
    assertThat(LibraryName.key("libz.so.1.2.13")).isEqualTo("z");
    assertThat(LibraryName.key("libssl.3.dylib")).isEqualTo("ssl");
    assertThat(LibraryName.key("libz.a")).isEqualTo("z");
    assertThat(LibraryName.same("ssl", "libssl.so.3")).isTrue();
    assertThat(LibraryName.same("ssl", "libcrypto.so.3")).isFalse();
  }

  @Test
  void aCrateMayBeCalledLikeALibraryOfTheSystems() {
    assertThat(LibraryName.isRuntime("libutil.so.1")).isTrue();
    assertThat(LibraryName.isRuntime("util")).isTrue();
    assertThat(LibraryName.isRuntime("libutil.so")).isFalse();
    assertThat(LibraryName.isRuntime("libc.so")).isTrue();
    assertThat(LibraryName.isRuntime("libatomic.so.1")).isTrue();
    assertThat(LibraryName.isRuntime("/usr/lib/libSystem.B.dylib")).isTrue();
    assertThat(LibraryName.isRuntime("libsystem.so")).isFalse();
    assertThat(LibraryName.isRuntime("libatomic.so")).isFalse();
  }

  @Test
  void aLinkerTakesTheNameAsItIsSpelt() {
    assertThat(LibraryName.forLinker("libpcre2-8.so.0")).isEqualTo("pcre2-8");
    assertThat(LibraryName.forLinker("/usr/lib/libX11.so.6")).isEqualTo("X11");
    assertThat(LibraryName.forLinker("pcre2-8")).isEqualTo("pcre2-8");
    assertThat(LibraryName.forLinker("libssl.3.dylib")).isEqualTo("ssl");
    assertThat(LibraryName.forLinker("tally.dll")).isEqualTo("tally");
  }

  @Test
  void aNumberInASystemLibrarysNameIsItsVersion() {
    assertThat(LibraryName.isNumbered("libpng16.so.16", "png")).isTrue();
    assertThat(LibraryName.isNumbered("libglib-2.0.so.0", "glib")).isTrue();
    assertThat(LibraryName.isNumbered("libyaml-0.so.2", "yaml")).isTrue();
    assertThat(LibraryName.isNumbered("libpng16.so.16", "png16")).isFalse();
    assertThat(LibraryName.isNumbered("libpngwriter.so.1", "png")).isFalse();
    assertThat(LibraryName.isNumbered("libfoo-2..so.1", "foo")).isFalse();
    assertThat(LibraryName.isNumbered("libfoo-.so.1", "foo")).isFalse();
    assertThat(LibraryName.isNumbered("libfoo2.0x.so.1", "foo")).isFalse();
    // Of Rust's dylibs it is a name's last letter.
    assertThat(LibraryName.isNumbered("libdelta2.so", "delta")).isFalse();
  }

  @Test
  void aShortHexadecimalEndIsPartOfTheName() {
    assertThat(LibraryName.key("libgdk-3.so.0")).isEqualTo("gdk_3");
    assertThat(LibraryName.key("libcache-beef.so")).isEqualTo("cache_beef");
  }

  @Test
  void theRuntimeIsKnownByAnySpelling() {
    assertThat(LibraryName.isRuntime("libc.so.6")).isTrue();
    assertThat(LibraryName.isRuntime("libstd-d1237ef7159db0a2.so")).isTrue();
    assertThat(LibraryName.isRuntime("api-ms-win-crt-heap-l1-1-0.dll")).isTrue();
    assertThat(LibraryName.isRuntime("libcurl.so.4")).isFalse();
    // The compiler's library is a dylib like any other: rustc uses it.
    assertThat(LibraryName.isRuntime("librustc_driver-6108105cd7e839cf.so")).isFalse();
    assertThat(LibraryName.isCompiler("librustc_driver-6108105cd7e839cf.so")).isTrue();
  }
}
