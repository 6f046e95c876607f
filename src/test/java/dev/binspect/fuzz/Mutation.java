package dev.binspect.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Small damage, of the kinds that readers stumble over. */
final class Mutation {
  private static final long[] NASTY = {
    0,
    1,
    -1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x7fffffffL,
    0x80000000L,
    0xffffffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x1000,
    0xfffffff0L
  };

  private Mutation() {}

  /** {@return a copy with one to four changes, most of them where headers and tables stand} */
  static byte[] of(byte[] whole, Random random) {
    byte[] copy = whole.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int reach = random.nextInt(4) == 0 ? copy.length : Math.min(copy.length, 1024);
      int at = random.nextInt(reach);
      switch (random.nextInt(6)) {
        case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> copy[at] = (byte) random.nextInt(256);
        case 2 -> number(copy, at & ~3, 4, NASTY[random.nextInt(NASTY.length)]);
        case 3 -> number(copy, at & ~7, 8, NASTY[random.nextInt(NASTY.length)]);
        case 4 -> number(copy, at & ~3, 4, random.nextInt(copy.length * 2));
        default -> {
          if (random.nextInt(4) == 0 && copy.length > 32) {
            copy = Arrays.copyOf(copy, 16 + random.nextInt(copy.length - 16));
          } else {
            int from = random.nextInt(copy.length);
            int count = Math.min(1 + random.nextInt(64), copy.length - Math.max(from, at));
            System.arraycopy(
                copy,
                from,
                copy,
                at,
                Math.max(0, Math.min(count, copy.length - Math.max(from, at))));
          }
        }
      }
    }
    return copy;
  }

  private static void number(byte[] into, int at, int bytes, long value) {
    for (int i = 0; i < bytes && at + i < into.length; i++) {
      into[at + i] = (byte) (value >>> 8 * i);
    }
  }
}
