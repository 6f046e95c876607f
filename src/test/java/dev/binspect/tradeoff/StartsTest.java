package dev.binspect.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StartsTest {
  @Test
  void theEndOfTheProcessIsPaidAtEachStart() {
    assertThat(Starts.costs(List.of(100L, 200L), List.of(10L, 30L))).containsExactly(110L, 230L);
  }

  @Test
  void whereItIsNotKnownOfAllItIsLeftOut() {
    assertThat(Starts.costs(List.of(100L, 200L), List.of(10L))).containsExactly(100L, 200L);
    assertThat(Starts.costs(List.of(100L, 200L), List.of())).containsExactly(100L, 200L);
  }
}
