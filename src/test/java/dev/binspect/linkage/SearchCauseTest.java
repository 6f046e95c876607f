package dev.binspect.linkage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchCauseTest {
  /** A fix is copied into a shell: that one itself says what it makes of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {"/a/b-1.2:/c", "/my work/deps", "/it's/$HOME/`id`", "/a;b&c", "/grün/lib"})
  void whatIsToBeSetIsOneWordOfTheShell(String folders) throws Exception {
    Process shell =
        new ProcessBuilder(
                List.of("sh", "-c", "x=" + SearchCause.forShell(folders) + "; printf %s \"$x\""))
            .start();
    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(folders);
    assertThat(shell.waitFor()).isZero();
  }
}
