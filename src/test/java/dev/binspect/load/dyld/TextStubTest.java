package dev.binspect.load.dyld;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextStubTest {
  private static final String YAML =
      """
      --- !tapi-tbd
      # made by hand
      tbd-version:     4
      targets:         [ x86_64-macos, arm64e-macos, arm64-macos,
                         arm64-ios ]
      install-name:    '/usr/lib/libfoo.1.dylib'
      current-version: 1.2
      reexported-libraries:
        - targets:         [ arm64-macos ]
          libraries:       [ '/usr/lib/libinner.dylib', '/usr/lib/libfar.dylib' ]
      exports:
        - targets:         [ x86_64-macos ]
          symbols:         [ _only_intel ]
        - targets:         [ x86_64-macos, arm64-macos ]
          symbols:         [ '$ld$hide$os10.5$_x', _plain,
                             "_quoted", _last ]
          objc-classes:    [ NSThing ]
          objc-ivars:      [ NSThing.field ]
          weak-symbols:    [ __Znwm ]
          thread-local-symbols:
            - _local
      --- !tapi-tbd
      tbd-version:     4
      targets:         [ arm64-macos ]
      install-name:    '/usr/lib/libinner.dylib'
      exports:
        - targets:         [ arm64-macos ]
          symbols:         [ _inner ]
      ...
      """;

  private static final String JSON =
      """
      {"main_library": {
        "exported_symbols": [
          {"data": {"global": ["_data"], "objc_class": ["NSThing"], "weak": ["_weak"]},
           "text": {"global": ["_text"]}},
          {"targets": ["x86_64-macos"], "text": {"global": ["_only_intel"]}}],
        "reexported_symbols": [{"text": {"global": ["_again"]}}],
        "install_names": [{"name": "/usr/lib/libfoo.dylib"}],
        "reexported_libraries": [{"names": ["/usr/lib/libfar.dylib"]}],
        "target_info": [{"min_deployment": "14", "target": "arm64-macos"},
                        {"min_deployment": "14", "target": "x86_64-macos"}]},
       "libraries": [{"install_names": [{"name": "/usr/lib/libinner.dylib"}],
                      "exported_symbols": [{"text": {"global": ["_inner"]}}],
                      "target_info": [{"target": "arm64-macos"}]}],
       "tapi_tbd_version": 5}
      """;

  @Test
  void versionFourIsReadForOneTarget() {
    TextStub stub = read(YAML, "aarch64");
    assertThat(stub).isNotNull();
    assertThat(stub.installName()).isEqualTo("/usr/lib/libfoo.1.dylib");
    assertThat(stub.symbols())
        .containsExactlyInAnyOrder(
            "$ld$hide$os10.5$_x",
            "_plain",
            "_quoted",
            "_last",
            "_OBJC_CLASS_$_NSThing",
            "_OBJC_METACLASS_$_NSThing",
            "_OBJC_IVAR_$_NSThing.field",
            "__Znwm",
            "_local");
    assertThat(stub.reexported())
        .containsExactlyInAnyOrder("/usr/lib/libinner.dylib", "/usr/lib/libfar.dylib");
    assertThat(stub.exports("_inner")).isTrue();
    assertThat(stub.exports("_only_intel")).isFalse();
  }

  @Test
  void aStubForOtherMachinesIsNone() {
    assertThat(read(YAML, "ppc")).isNull();
    assertThat(read(JSON, "ppc")).isNull();
    assertThat(read(YAML, "x86-64").exports("_only_intel")).isTrue();
  }

  @Test
  void versionFiveIsJson() {
    TextStub stub = read(JSON, "aarch64");
    assertThat(stub).isNotNull();
    assertThat(stub.installName()).isEqualTo("/usr/lib/libfoo.dylib");
    assertThat(stub.symbols())
        .containsExactlyInAnyOrder(
            "_data",
            "_weak",
            "_text",
            "_again",
            "_OBJC_CLASS_$_NSThing",
            "_OBJC_METACLASS_$_NSThing");
    assertThat(stub.reexported()).containsExactly("/usr/lib/libfar.dylib");
    assertThat(stub.exports("_inner")).isTrue();
    assertThat(stub.exports("_only_intel")).isFalse();
  }

  @Test
  void anyTextIsAStubOrNone() {
    Random random = new Random(5);
    for (String text : new String[] {YAML, JSON}) {
      byte[] whole = text.getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 2000; i++) {
        byte[] copy = java.util.Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
        for (int k = 0; k < 3; k++) {
          copy[random.nextInt(copy.length)] = (byte) random.nextInt(128);
        }
        TextStub stub = TextStubReader.read(copy, "aarch64", "macos");
        assertThat(stub == null || stub.symbols().size() < 50).isTrue();
      }
    }
  }

  private static TextStub read(String text, String machine) {
    return TextStubReader.read(text.getBytes(StandardCharsets.UTF_8), machine, "macos");
  }
}
