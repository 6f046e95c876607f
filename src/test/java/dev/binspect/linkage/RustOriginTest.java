package dev.binspect.linkage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.rust.RustSymbols;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tables of names are read in windows and by halves: every name must be seen all the same. */
class RustOriginTest {
  private static final String V0 = "_RNvCs1234_7mycrate3foo";
  private static final String LEGACY = "_ZN7mycrate3foo17h0123456789abcdefE";

  private static final String[] PARTS = {
    "_",
    "__",
    "R",
    "_R",
    "__R",
    "___R",
    "_RNvC7mycrate3foo",
    "a_RNvC7mycrate3foo",
    "\0",
    "\0",
    "x",
    "Rx",
    "R_",
    "_ZN3foo3barEv",
    "plain_name",
    "_R_R",
    "__RNvC7mycrate3foo",
    LEGACY,
    V0
  };

  private static boolean found(String table) throws MalformedException {
    return RustOrigin.mangled(Bytes.of("names", table.getBytes(StandardCharsets.US_ASCII)));
  }

  /** One name after the other, as it is told of any that a NUL ends. */
  private static boolean plainly(String table) {
    byte[] bytes = table.getBytes(StandardCharsets.US_ASCII);
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        if (i - from > 3
            && bytes[from] == '_'
            && RustSymbols.isRust(bytes, from, i)
            && RustSymbols.crate(bytes, from, i) != RustSymbols.NONE) {
          return true;
        }
        from = i + 1;
      }
    }
    return false;
  }

  @Test
  void namesAreFoundWhereverTheyStand() throws MalformedException {
    // Odd and even places, and each place around the end of the first windows.
    for (int at : new int[] {0, 1, 2, 3, 1 << 14, 1 << 16, 1 << 18}) {
      for (int i = Math.max(0, at - 40); i < at + 5; i++) {
        for (String name : new String[] {V0, "_" + V0, LEGACY}) {
          String before = i == 0 ? "" : "n".repeat(i - 1) + "\0";
          assertThat(found(before + name + "\0")).as("%s at %d", name, i).isTrue();
          if (i < 1000) { // no name is as long as a window
            assertThat(found("x" + before.replace('\0', 'x') + name + "\0")).isFalse();
          }
        }
      }
    }
  }

  @Test
  void tablesOfAnythingAreJudgedNameByName() throws MalformedException {
    Random random = new Random(20261128);
    int rust = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder table = new StringBuilder("\0");
      int parts = random.nextInt(12);
      for (int i = 0; i < parts; i++) {
        table.append(PARTS[random.nextInt(PARTS.length - (random.nextInt(4) == 0 ? 0 : 2))]);
      }
      String text = table.toString();
      boolean plainly = plainly(text);
      rust += plainly ? 1 : 0;
      assertThat(found(text)).as(text.replace('\0', '|')).isEqualTo(plainly);
    }
    assertThat(rust).isBetween(1_000, 19_000);
  }
}
