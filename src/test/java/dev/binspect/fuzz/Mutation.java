package dev.binspect.fuzz;

import dev.binspect.fuzz.Fields.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Small damage, of the kinds that readers stumble over. */
final class Mutation {
  private static final long[] NASTY = {
    0,
    1,
    2,
    3,
    7,
    8,
    -1,
    -8,
    -4096,
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

  /**
   * {@return a copy with one to four changes: three of four in known fields, the others blind}
   *
   * @param fields of the file, by {@link Fields#of}
   */
  static byte[] of(byte[] whole, List<Field> fields, Random random) {
    byte[] copy = whole.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      if (fields.isEmpty() || random.nextInt(4) == 0) {
        copy = blind(copy, random);
      } else {
        field(copy, fields, random);
      }
    }
    return copy;
  }

  private static void field(byte[] copy, List<Field> fields, Random random) {
    Field field = fields.get(random.nextInt(fields.size()));
    Field other = fields.get(random.nextInt(fields.size()));
    long before = get(copy, field);
    long value =
        switch (random.nextInt(8)) {
          case 0, 1 -> NASTY[random.nextInt(NASTY.length)];
          case 2 -> random.nextInt(2 * copy.length);
          case 3 -> before + random.nextInt(65) - 32;
          case 4 -> before ^ 1L << random.nextInt(8 * field.width());
          case 5 -> before << random.nextInt(24);
          // Where one table is said to be another, or to begin within it.
          default -> get(copy, other);
        };
    put(copy, field, value);
  }

  private static byte[] blind(byte[] bytes, Random random) {
    byte[] copy = bytes;
    int reach = random.nextInt(4) == 0 ? copy.length : Math.min(copy.length, 1024);
    int at = random.nextInt(reach);
    switch (random.nextInt(5)) {
      case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> copy[at] = (byte) random.nextInt(256);
      case 2 -> put(copy, new Field(at & ~3, 4, true), NASTY[random.nextInt(NASTY.length)]);
      case 3 -> put(copy, new Field(at & ~3, 4, true), random.nextInt(copy.length * 2));
      default -> {
        if (random.nextInt(4) == 0 && copy.length > 32) {
          copy = Arrays.copyOf(copy, 16 + random.nextInt(copy.length - 16));
          if (random.nextBoolean()) {
            copy = Arrays.copyOf(copy, bytes.length);
          }
        } else {
          int from = random.nextInt(copy.length);
          int count = Math.min(1 + random.nextInt(64), copy.length - Math.max(from, at));
          System.arraycopy(copy, from, copy, at, count);
        }
      }
    }
    return copy;
  }

  private static long get(byte[] bytes, Field field) {
    long value = 0;
    for (int i = 0; i < field.width(); i++) {
      int at = field.at() + (field.little() ? field.width() - 1 - i : i);
      value = value << 8 | (at < bytes.length ? bytes[at] & 0xff : 0);
    }
    return value;
  }

  private static void put(byte[] into, Field field, long value) {
    for (int i = 0; i < field.width(); i++) {
      int at = field.at() + (field.little() ? i : field.width() - 1 - i);
      if (at < into.length) {
        into[at] = (byte) (value >>> 8 * i);
      }
    }
  }
}
