package dev.binspect.linkage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NameSetTest {
  /** Names of one hash under the multiplier 31: with it these 131,072 would not end. */
  @Test
  void namesMadeToShareOneSlotAreTakenLikeAnyOthers() {
    int bits = 17;
    int count = 1 << bits;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      for (int bit = 0; bit < bits; bit++) {
        text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
    }
    byte[] strings = text.toString().getBytes(StandardCharsets.US_ASCII);
    NameSet names = new NameSet(strings, 16);
    for (int i = 0; i < count; i++) {
      assertThat(names.add(i * 2 * bits, (i + 1) * 2 * bits)).isTrue();
    }
    assertThat(names.size()).isEqualTo(count);
    assertThat(names.add(0, 2 * bits)).isFalse();
    assertThat(names.indexOf(strings, 7 * 2 * bits, 8 * 2 * bits)).isEqualTo(7);
    assertThat(names.contains(strings, 1, 2 * bits)).isFalse();
  }
}
