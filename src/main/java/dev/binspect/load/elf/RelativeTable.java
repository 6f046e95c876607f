package dev.binspect.load.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.Segment;
import dev.binspect.image.Image;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The leading relative relocations of an object, and what they would take as DT_RELR. */
final class RelativeTable {
  private static final int PT_DYNAMIC = 2;
  private static final int DT_RELA = 7;
  private static final int DT_RELASZ = 8;
  private static final int DT_REL = 17;
  private static final int DT_RELSZ = 18;

  /** Bytes read at once. */
  private static final int CHUNK = 24 << 12;

  private static final long LARGEST = 1L << 26;

  /**
   * Sizes.
   *
   * @param entries relative relocations that RELR can take (at even places)
   * @param now their bytes as they are
   * @param packed their bytes as DT_RELR
   */
  record Packing(long entries, long now, long packed) {}

  private RelativeTable() {}

  /** {@return what packing would bring, or null where the table cannot be read} */
  static @Nullable Packing packing(Image image, ElfTables tables) {
    try {
      return measure(image, tables);
    } catch (MalformedException e) {
      return null;
    }
  }

  private static @Nullable Packing measure(Image image, ElfTables tables)
      throws MalformedException {
    boolean wide = image.bits() == 64;
    boolean little = image.littleEndian();
    int word = wide ? 8 : 4;
    long rela = -1;
    long size = 0;
    boolean addends = true;
    for (Segment segment : tables.segments()) {
      if (segment.type() != PT_DYNAMIC || segment.fileSize() > LARGEST) {
        continue;
      }
      Bytes dynamic = image.contents().at(segment.address(), segment.fileSize());
      if (dynamic == null) {
        return null;
      }
      byte[] all = dynamic.copy(0, dynamic.length(), "dynamic table");
      for (int at = 0; at + 2 * word <= all.length; at += 2 * word) {
        long tag = wide ? Bytes.u64(all, at, little) : Bytes.u32(all, at, little);
        long value = wide ? Bytes.u64(all, at + 8, little) : Bytes.u32(all, at + 4, little);
        if (tag == 0) {
          break;
        }
        if (tag == DT_RELA || tag == DT_REL) {
          rela = value;
          addends = tag == DT_RELA;
        } else if (tag == DT_RELASZ || tag == DT_RELSZ) {
          size = value;
        }
      }
    }
    int entry = word * (addends ? 3 : 2);
    long count = Math.min(tables.relative(), size / entry);
    if (rela < 0 || count <= 0 || count * entry > LARGEST) {
      return null;
    }
    Bytes table = image.contents().at(rela, count * entry);
    if (table == null || table.length() < count * entry) {
      return null;
    }
    long[] places = new long[(int) count];
    byte[] chunk = new byte[CHUNK];
    int n = 0;
    for (long from = 0; n < count; from += CHUNK) {
      int got = table.copyInto(from, chunk, "relocations");
      for (int at = 0; at + entry <= got && n < count; at += entry) {
        places[n++] = wide ? Bytes.u64(chunk, at, little) : Bytes.u32(chunk, at, little);
      }
    }
    return pack(places, word, entry);
  }

  /** Counts the words of the encoding that gABI describes for SHT_RELR. */
  static Packing pack(long[] places, int word, int entry) {
    long[] sorted = places.clone();
    Arrays.sort(sorted);
    long words = 0;
    long entries = 0;
    int bits = word * 8 - 1;
    int i = 0;
    while (i < sorted.length) {
      if ((sorted[i] & 1) != 0) {
        i++;
        continue;
      }
      words++;
      entries++;
      long base = sorted[i++] + word;
      while (true) {
        long bitmap = 0;
        while (i < sorted.length) {
          long delta = sorted[i] - base;
          if (delta < 0 || delta >= (long) bits * word || delta % word != 0) {
            break;
          }
          bitmap |= 1L << (delta / word);
          entries++;
          i++;
        }
        if (bitmap == 0) {
          break;
        }
        words++;
        base += (long) bits * word;
      }
    }
    return new Packing(entries, entries * entry, words * word);
  }
}
