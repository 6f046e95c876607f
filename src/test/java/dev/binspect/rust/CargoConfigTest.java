package dev.binspect.rust;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CargoConfigTest {
  @Test
  void theBuildFolderStandsInTheTableBuild() {
    assertThat(CargoConfig.buildDir("[build]\nbuild-dir = \"out/of/sight\"\n"))
        .isEqualTo("out/of/sight");
    assertThat(CargoConfig.buildDir("build.build-dir = 'there'\n")).isEqualTo("there");
    assertThat(CargoConfig.buildDir("[net]\nbuild-dir = \"no\"\n[build]\njobs = 2\n")).isNull();
    assertThat(CargoConfig.buildDir("[build]\nbuild-dir = \"unterminated\n")).isNull();
  }
}
