package dev.binspect.elf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Contents;
import dev.binspect.image.Image;
import dev.binspect.image.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damaged files: fields of known structures changed to nasty values, and blind bytes. Whatever
 * comes, the reader ends with an image or a MalformedException.
 */
class ElfMutationTest {
  /** {@code -Dbinspect.mutations=N} tries more. */
  private static final int PER_FILE = Integer.getInteger("binspect.mutations", 150);

  private static final long[] NASTY = {
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    0x10,
    0xff,
    0x7fff,
    0xffff,
    0x10000,
    0x7fffffffL,
    0x80000000L,
    0xffffffffL,
    0x100000000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -8,
    -4096
  };

  @Test
  void noDamageLeadsToAnythingButAnImageOrOneException() throws IOException {
    int images = 0;
    int refused = 0;
    List<String> failures = new ArrayList<>();
    for (Path file : Fixtures.all()) {
      byte[] whole = Files.readAllBytes(file);
      Random random = new Random(file.getFileName().toString().hashCode());
      List<int[]> fields = fields(whole);
      for (int i = 0; i < PER_FILE; i++) {
        byte[] mutated = mutate(whole, fields, random);
        try {
          touch(ElfReader.read(Bytes.of("mutated", mutated)));
          images++;
        } catch (MalformedException e) {
          assertThat(e.getMessage()).isNotEmpty();
          refused++;
        } catch (RuntimeException | Error e) {
          StackTraceElement[] trace = e.getStackTrace();
          failures.add(
              file.getFileName()
                  + ", mutation "
                  + i
                  + ": "
                  + e
                  + " at "
                  + (trace.length == 0 ? "?" : trace[0])
                  + " <- "
                  + (trace.length < 2 ? "?" : trace[1]));
        }
      }
    }
    assertThat(failures).isEmpty();
    assertThat(images).isGreaterThan(refused);
  }

  /** What is read only when asked for must be as safe. */
  private static void touch(Image image) {
    Contents contents = image.contents();
    try {
      contents.symbols();
    } catch (MalformedException e) {
      assertThat(e.offset()).isGreaterThanOrEqualTo(-1);
    }
    try {
      for (Section section : contents.sections()) {
        contents.at(section.address(), section.size());
        try {
          contents.bytes(section);
        } catch (MalformedException e) {
          assertThat(e.structure()).isNotNull();
        }
      }
    } catch (MalformedException e) {
      assertThat(e.offset()).isGreaterThanOrEqualTo(-1);
    }
  }

  private static byte[] mutate(byte[] whole, List<int[]> fields, Random random) {
    byte[] copy = whole.clone();
    int changes = 1 + random.nextInt(3);
    for (int c = 0; c < changes; c++) {
      int choice = random.nextInt(10);
      if (choice < 7) {
        int[] field = fields.get(random.nextInt(fields.size()));
        long value =
            switch (random.nextInt(3)) {
              case 0 -> NASTY[random.nextInt(NASTY.length)];
              case 1 -> random.nextInt(2 * copy.length);
              default -> get(copy, field) + random.nextInt(65) - 32;
            };
        put(copy, field, value);
      } else if (choice < 9) {
        copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
      } else {
        int keep = 16 + random.nextInt(Math.max(1, copy.length - 16));
        copy = Arrays.copyOf(Arrays.copyOf(copy, keep), random.nextBoolean() ? keep : copy.length);
      }
    }
    return copy;
  }

  /** Offset, width and byte order of every field of the headers, the dynamic table and around. */
  private static List<int[]> fields(byte[] whole) {
    List<int[]> fields = new ArrayList<>();
    boolean is64 = whole[4] == 2;
    int little = whole[5] == 1 ? 1 : 0;
    int word = is64 ? 8 : 4;
    int[] halves =
        is64
            ? new int[] {16, 18, 52, 54, 56, 58, 60, 62}
            : new int[] {16, 18, 40, 42, 44, 46, 48, 50};
    for (int half : halves) {
      fields.add(new int[] {half, 2, little});
    }
    for (int at = 24; at < 24 + 3 * word; at += word) {
      fields.add(new int[] {at, word, little});
    }
    boolean order = little == 1;
    int segments = (int) (is64 ? Bytes.u64(whole, 32, order) : Bytes.u32(whole, 28, order));
    int count = Bytes.u16(whole, is64 ? 56 : 44, order);
    int size = is64 ? 56 : 32;
    for (int i = 0; i < count; i++) {
      int at = segments + i * size;
      for (int k = at; k < at + size; k += 4) {
        fields.add(new int[] {k, 4, little});
      }
      if (Bytes.i32(whole, at, order) == Segments.PT_DYNAMIC) {
        int from = (int) (is64 ? Bytes.u64(whole, at + 8, order) : Bytes.u32(whole, at + 4, order));
        int length =
            (int) (is64 ? Bytes.u64(whole, at + 32, order) : Bytes.u32(whole, at + 16, order));
        for (int k = from; k < from + length && k + word <= whole.length; k += word) {
          // Three times: this is where the loader's tables hang.
          fields.add(new int[] {k, word, little});
          fields.add(new int[] {k, word, little});
          fields.add(new int[] {k, word, little});
        }
      }
    }
    int sections = (int) (is64 ? Bytes.u64(whole, 40, order) : Bytes.u32(whole, 32, order));
    if (sections > 0) {
      for (int k = sections; k + 4 <= whole.length; k += 4) {
        fields.add(new int[] {k, 4, little});
      }
    }
    // Hash, version, string and relocation tables follow the program headers.
    for (int k = segments + count * size; k + 4 <= Math.min(whole.length, 2600); k += 4) {
      fields.add(new int[] {k, 4, little});
    }
    return fields;
  }

  private static long get(byte[] bytes, int[] field) {
    long value = 0;
    for (int i = 0; i < field[1]; i++) {
      int at = field[0] + (field[2] == 1 ? field[1] - 1 - i : i);
      value = value << 8 | (at < bytes.length ? bytes[at] & 0xff : 0);
    }
    return value;
  }

  private static void put(byte[] bytes, int[] field, long value) {
    for (int i = 0; i < field[1]; i++) {
      int at = field[0] + (field[2] == 1 ? i : field[1] - 1 - i);
      if (at < bytes.length) {
        bytes[at] = (byte) (value >>> (8 * i));
      }
    }
  }
}
