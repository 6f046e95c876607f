package dev.binspect.fuzz;

import dev.binspect.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the fields of a sound file stand: headers, and the tables that they lead to. Damage there
 * reaches further than damage anywhere.
 */
final class Fields {
  /** Words of each table that are named: the rest are more of the same. */
  private static final int PER_TABLE = 96;

  /**
   * A number in the file.
   *
   * @param width bytes
   */
  record Field(int at, int width, boolean little) {}

  private final byte[] whole;
  private final boolean little;
  private final List<Field> fields = new ArrayList<>();

  private Fields(byte[] whole, boolean little) {
    this.whole = whole;
    this.little = little;
  }

  /** {@return the fields of an ELF, Mach-O or PE file; none for anything else} */
  static List<Field> of(byte[] whole) {
    if (whole.length < 64) {
      return List.of();
    }
    int magic = Bytes.i32(whole, 0, false);
    Fields found;
    switch (magic) {
      case 0x7f454c46 -> {
        found = new Fields(whole, whole[5] == 1);
        found.elf();
      }
      case 0xfeedface, 0xfeedfacf -> {
        found = new Fields(whole, false);
        found.macho(0);
      }
      case 0xcefaedfe, 0xcffaedfe -> {
        found = new Fields(whole, true);
        found.macho(0);
      }
      case 0xcafebabe, 0xcafebabf -> {
        found = new Fields(whole, false);
        found.universal(magic == 0xcafebabf);
      }
      default -> {
        found = new Fields(whole, true);
        if (magic >>> 16 == 0x4d5a) {
          found.pe();
        }
      }
    }
    return found.fields;
  }

  private void add(long at, int width) {
    if (at >= 0 && at + width <= whole.length) {
      fields.add(new Field((int) at, width, little));
    }
  }

  private void words(long from, long bytes, int width) {
    for (long at = from; at < from + bytes && at < from + (long) PER_TABLE * width; at += width) {
      add(at, width);
    }
  }

  private long u32(long at) {
    return at < 0 || at + 4 > whole.length ? 0 : Bytes.u32(whole, (int) at, little);
  }

  private int u16(long at) {
    return at < 0 || at + 2 > whole.length ? 0 : Bytes.u16(whole, (int) at, little);
  }

  private long word(long at, int width) {
    if (at < 0 || at + width > whole.length) {
      return 0;
    }
    return width == 8 ? Bytes.u64(whole, (int) at, little) : u32(at);
  }

  /** gABI, chapters 4 and 5. */
  private void elf() {
    boolean wide = whole[4] == 2;
    int word = wide ? 8 : 4;
    add(4, 1);
    add(5, 1);
    words(16, 8, 2);
    words(24, 3L * word, word);
    words(wide ? 52 : 40, 12, 2);
    long segments = word(wide ? 32 : 28, word);
    int size = wide ? 56 : 32;
    int count = Math.min(u16(wide ? 56 : 44), 32);
    for (int i = 0; i < count; i++) {
      words(segments + (long) i * size, size, 4);
    }
    for (int i = 0; i < count; i++) {
      long at = segments + (long) i * size;
      if (u32(at) == 2) {
        long from = word(at + (wide ? 8 : 4), word);
        long bytes = word(at + (wide ? 32 : 16), word);
        // Three times: this is where the loader's tables hang.
        for (int k = 0; k < 3; k++) {
          words(from, bytes, word);
        }
        elfTables(from, bytes, word, segments, size, count, wide);
      } else if (u32(at) == 4) {
        words(word(at + (wide ? 8 : 4), word), 64, 4);
      }
    }
    long sections = word(wide ? 40 : 32, word);
    words(sections, (long) u16(wide ? 60 : 48) * (wide ? 64 : 40), 4);
  }

  /** What the dynamic table's addresses lead to, as the segments map them. */
  private void elfTables(
      long from, long bytes, int word, long segments, int size, int count, boolean wide) {
    for (long at = from; at < from + bytes && at + 2 * word <= whole.length; at += 2L * word) {
      if (word(at, word) == 0) {
        return;
      }
      long address = word(at + word, word);
      for (int i = 0; i < count; i++) {
        long row = segments + (long) i * size;
        long start = word(row + (wide ? 16 : 8), word);
        if (u32(row) == 1
            && address >= start
            && address - start < word(row + (wide ? 32 : 16), word)
            && address != 0) {
          words(word(row + (wide ? 8 : 4), word) + address - start, 256, 4);
        }
      }
    }
  }

  /** loader.h: fat_header and fat_arch, big-endian; each slice has its own order. */
  private void universal(boolean wide) {
    words(0, 8, 4);
    int row = wide ? 32 : 20;
    for (int i = 0; i < Math.min(u32(4), 8); i++) {
      long at = 8 + (long) i * row;
      words(at, row, 4);
      long slice = wide ? word(at + 8, 8) : u32(at + 8);
      int magic = slice >= 0 && slice + 32 < whole.length ? (int) u32(slice) : 0;
      Fields inner = new Fields(whole, magic == 0xcefaedfe || magic == 0xcffaedfe);
      inner.macho(slice);
      fields.addAll(inner.fields);
    }
  }

  /** loader.h: mach_header and the load commands; what LINKEDIT's commands point to. */
  private void macho(long base) {
    boolean wide = (u32(base) & 1) != 0;
    words(base, 32, 4);
    long at = base + (wide ? 32 : 28);
    for (long i = Math.min(u32(base + 16), 80); i > 0; i--) {
      long size = u32(at + 4);
      long kind = u32(at) & 0x7fffffffL;
      words(at, size, 4);
      switch ((int) kind) {
        case 0x22 -> { // LC_DYLD_INFO
          for (int k = 8; k < 48; k += 8) {
            words(base + u32(at + k), Math.min(96, u32(at + k + 4)), 1);
          }
        }
        case 0x33, 0x34, 0x1d, 0x26 -> { // export trie, chained fixups, signature, function starts
          words(base + u32(at + 8), Math.min(320, u32(at + 12)), kind == 0x34 ? 4 : 1);
        }
        case 0x2 -> words(base + u32(at + 8), Math.min(1024, u32(at + 12) * 16), 4); // symbols
        case 0xb -> { // LC_DYSYMTAB: indirect symbols and relocations
          words(base + u32(at + 56), 64, 4);
          words(base + u32(at + 64), 64, 4);
          words(base + u32(at + 72), 64, 4);
        }
        default -> {}
      }
      if (size < 8 || size > whole.length) {
        return;
      }
      at += size;
    }
  }

  /** PE specification: headers, section table, and the directories' beginnings. */
  private void pe() {
    add(0x3c, 4);
    long header = u32(0x3c);
    words(header, 24, 2);
    long optional = header + 24;
    int size = u16(header + 20);
    words(optional, size, 4);
    long table = optional + size;
    int count = Math.min(u16(header + 6), 32);
    for (int i = 0; i < count; i++) {
      words(table + i * 40L + 8, 32, 4);
    }
    long directories = optional + (u16(optional) == 0x20b ? 112 : 96);
    for (int d = 0; d < 16; d++) {
      long address = u32(directories + d * 8L);
      for (int i = 0; i < count && address != 0; i++) {
        long row = table + i * 40L;
        long start = u32(row + 12);
        if (address >= start && address - start < u32(row + 16)) {
          long offset = u32(row + 20) + address - start;
          words(offset, 256, 4);
          if (d == 5) { // base relocations
            words(offset, 128, 2);
          }
        }
      }
    }
  }
}
