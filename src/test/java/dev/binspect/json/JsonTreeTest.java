package dev.binspect.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTreeTest {
  /** The parser knows no place of what passes its limits. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":", "[", "9"})
  void whatPassesALimitIsToldInOneLine(String part) {
    byte[] json = part.repeat(100_000).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> JsonTree.each(new ByteArrayInputStream(json), (value, line) -> {}))
        .isInstanceOf(IOException.class)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }
}
