package dev.binspect.rust;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CargoBuildTest {
  private static String artifact(String kind, boolean test, String executable) {
    return "{\"reason\":\"compiler-artifact\",\"package_id\":\"path+file:///src/app#0.1.0\","
        + "\"manifest_path\":\"/src/app/Cargo.toml\",\"target\":{\"kind\":[\""
        + kind
        + "\"],\"crate_types\":[\"bin\"],\"name\":\"tool\",\"src_path\":\"/src/app/src/main.rs\","
        + "\"edition\":\"2021\"},\"profile\":{\"opt_level\":\"0\",\"debuginfo\":2,\"test\":"
        + test
        + "},\"features\":[],\"filenames\":[\"/src/target/debug/tool\"],\"executable\":"
        + executable
        + ",\"fresh\":true}";
  }

  @Test
  void executablesAreNamedAsCargoNamesThem() {
    assertThat(CargoBuild.executable(artifact("bin", false, "\"/t/tool\"")))
        .isEqualTo(new CargoBuild.Executable("bin \"tool\" of app", "/t/tool"));
    assertThat(CargoBuild.executable(artifact("example", false, "\"/t/tool\"")))
        .isEqualTo(new CargoBuild.Executable("example \"tool\" of app", "/t/tool"));
    assertThat(CargoBuild.executable(artifact("test", true, "\"/t/tool-1\"")))
        .isEqualTo(new CargoBuild.Executable("test \"tool\" of app", "/t/tool-1"));
    assertThat(CargoBuild.executable(artifact("bin", true, "\"/t/tool-2\"")))
        .isEqualTo(new CargoBuild.Executable("unit tests of bin \"tool\" of app", "/t/tool-2"));
  }

  @Test
  void whatIsNoExecutableIsPassedOver() {
    assertThat(CargoBuild.executable(artifact("lib", false, "null"))).isNull();
    assertThat(CargoBuild.executable(artifact("custom-build", false, "\"/t/b\""))).isNull();
    assertThat(CargoBuild.executable("{\"reason\":\"build-finished\",\"success\":true}")).isNull();
    assertThat(CargoBuild.executable("{\"reason\":\"compiler-artifact\",\"target\":{\"ki"))
        .isNull();
    assertThat(CargoBuild.executable("[1, 2]")).isNull();
  }
}
