package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ColumnsTest {
  @Test
  void widthsAreThoseOfATerminal() {
    assertThat(Columns.width("")).isZero();
    assertThat(Columns.width("✓ used  ├─ libc.so.6 …")).isEqualTo(22);
    assertThat(Columns.width("日本")).isEqualTo(4);
    assertThat(Columns.width("e\u0301")).isEqualTo(1);
    assertThat(Columns.width("a😀b")).isEqualTo(4);
    assertThat(Columns.width("\ud83d")).isEqualTo(1); // half a pair
  }
}
