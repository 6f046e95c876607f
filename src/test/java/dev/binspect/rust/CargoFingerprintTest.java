package dev.binspect.rust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CargoFingerprintTest {
  private static CargoFingerprint parse(String json) {
    return CargoFingerprint.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsWhatCargoWrites() {
    CargoFingerprint read =
        parse(
            "{\"rustc\":13226066032359371072,\"features\":\"[\\\"std\\\"]\",\"target\":1,"
                + "\"deps\":[[1614,\"deps_dylib\",false,18446744073709551615],"
                + "[2,\"build_script_build\",false,7]],"
                + "\"local\":[{\"CheckDepInfo\":{\"dep_info\":\"dep\"}}],"
                + "\"rustflags\":[\"-C\",\"prefer-dynamic\"],\"config\":2069994364910194474}");
    assertThat(read)
        .isEqualTo(
            new CargoFingerprint(
                List.of("-C", "prefer-dynamic"),
                "[\"std\"]",
                List.of("deps_dylib", "build_script_build"),
                List.of(-1L, 7L)));
  }

  @Test
  void whatHasNo64BitsIsNobodysFingerprint() {
    CargoFingerprint read =
        parse("{\"deps\":[[1,\"a\",false,18446744073709551616],[1,\"b\",false,-1]]}");
    assertThat(read.names()).containsExactly("a", "b");
    assertThat(read.dependencies()).containsExactly(0L, 0L);
  }

  @Test
  void whatWasCutOffIsNotReadInPart() {
    assertThat(parse("{\"deps\":[[1,\"a\",false,5]],\"rustfl")).isNull();
    assertThat(parse("")).isNull();
    assertThat(parse("[]")).isNull();
  }
}
