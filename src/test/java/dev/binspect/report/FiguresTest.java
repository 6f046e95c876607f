package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void countsHaveSeparators() {
    assertThat(Figures.count(0)).isEqualTo("0");
    assertThat(Figures.count(999)).isEqualTo("999");
    assertThat(Figures.count(1000)).isEqualTo("1,000");
    assertThat(Figures.count(123456)).isEqualTo("123,456");
    assertThat(Figures.count(Long.MAX_VALUE)).isEqualTo("9,223,372,036,854,775,807");
    assertThat(Figures.count(-1)).isEqualTo("?");
  }

  @Test
  void timesHaveTheUnitThatFits() {
    assertThat(Figures.nanos(950)).isEqualTo("950 ns");
    assertThat(Figures.nanos(12_345)).isEqualTo("12.3 us");
    assertThat(Figures.nanos(5_134_999)).isEqualTo("5.13 ms");
    assertThat(Figures.nanos(5_999_999)).isEqualTo("6.00 ms");
    assertThat(Figures.nanos(1_050_000_000)).isEqualTo("1.05 s");
  }

  @Test
  void bytesAreBinaryMultiples() {
    assertThat(Figures.bytes(1023)).isEqualTo("1023 B");
    assertThat(Figures.bytes(1024)).isEqualTo("1.0 KiB");
    assertThat(Figures.bytes(1 << 20)).isEqualTo("1.0 MiB");
    assertThat(Figures.bytes(1536)).isEqualTo("1.5 KiB");
    assertThat(Figures.bytes(4_123_456)).isEqualTo("3.9 MiB");
    assertThat(Figures.bytes(3L << 30)).isEqualTo("3.0 GiB");
  }

  @Test
  void longPathsShortenInTheMiddleAndKeepTheFileName() {
    assertThat(Columns.shorten("/home/user/project/target/debug/libx.so", 24, true))
        .hasSize(24)
        .startsWith("/home")
        .endsWith("/libx.so");
    assertThat(Columns.shorten("/a/" + "x".repeat(100), 20, false)).hasSize(20).contains("...");
    // Something of the folders is seen, or the name gives way.
    assertThat(Columns.shorten("/home/user/abcdefghijklmno", 20, true))
        .isEqualTo("/home/…cdefghijklmno");
    assertThat(Columns.shorten("/home/user/abcdefghijklmn", 20, true))
        .isEqualTo("/hom…/abcdefghijklmn");
    assertThat(Columns.shorten("short", 20, true)).isEqualTo("short");
    assertThat(Columns.width(Columns.shorten("日本語".repeat(20), 21, true))).isLessThanOrEqualTo(21);
  }
}
