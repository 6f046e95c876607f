package dev.binspect.rust;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LinesTest {
  @Test
  void linesAreThoseThatJavaSees() {
    for (String text :
        new String[] {"", "a", "a\n", "\n", "a\nb", "a\r\nb\r\n", "a\rb", "\r\r\n\n", "a\n\r"}) {
      assertThat(Lines.of(text)).as("%s", text).isEqualTo(text.lines().toList());
    }
  }
}
