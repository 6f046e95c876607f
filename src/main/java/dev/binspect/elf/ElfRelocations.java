package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables.Entries;
import dev.binspect.image.Symbols;
import java.util.Arrays;

/**
 * Walks the loader's relocation tables (gABI chapter 5), counting all and keeping those that a
 * symbol is looked up for.
 */
final class ElfRelocations {
  private final boolean wide;
  private final int machine;
  private final Symbols symbols;
  private final ElfTally tally;
  private int count;
  private int[] types = new int[64];
  private int[] symbolIndexes = new int[64];
  private long[] offsets = new long[64];

  ElfRelocations(boolean wide, int machine, Symbols symbols, ElfTally tally) {
    this.wide = wide;
    this.machine = machine;
    this.symbols = symbols;
    this.tally = tally;
  }

  int count() {
    return count;
  }

  Entries entries(int pltFrom) {
    return new Entries(
        count,
        Arrays.copyOf(types, count),
        Arrays.copyOf(symbolIndexes, count),
        Arrays.copyOf(offsets, count),
        pltFrom);
  }

  /**
   * A DT_REL or DT_RELA table, or DT_JMPREL.
   *
   * @param skipRelative how many leading entries are relative by DT_RELACOUNT
   * @param holeFrom first of the bytes that belong to DT_JMPREL
   * @param holeTo behind the last of them; not above {@code holeFrom} for none
   */
  void walk(Bytes table, boolean addends, int into, long skipRelative, long holeFrom, long holeTo)
      throws MalformedException {
    int entry = (wide ? 16 : 8) + (addends ? (wide ? 8 : 4) : 0);
    long total = table.length() / entry;
    byte[] chunk = new byte[(int) Math.max(entry, Math.min(total, 8192) * entry)];
    boolean little = table.littleEndian();
    long i = 0;
    while (i < total) {
      int got = table.copyInto(i * entry, chunk, "relocation table") / entry;
      for (int k = 0; k < got && i < total; k++, i++) {
        long byteAt = i * entry;
        if (byteAt >= holeFrom && byteAt < holeTo) {
          continue;
        }
        int at = k * entry;
        long place;
        int type;
        int symbol;
        if (wide) {
          place = Bytes.u64(chunk, at, little);
          type = Bytes.i32(chunk, at + (little ? 8 : 12), little);
          symbol = Bytes.i32(chunk, at + (little ? 12 : 8), little);
        } else {
          place = Bytes.u32(chunk, at, little);
          int info = Bytes.i32(chunk, at + 4, little);
          type = info & 0xff;
          symbol = info >>> 8;
        }
        boolean other = symbol > 0 && symbol < symbols.count() && !symbols.defined(symbol);
        tally.add(into, type, place, other);
        if (i >= skipRelative && ElfTypes.kind(machine, type, into) != ElfTypes.RELATIVE) {
          keep(type, symbol, place);
        }
      }
    }
  }

  private void keep(int type, int symbol, long place) {
    if (count == types.length) {
      types = Arrays.copyOf(types, count * 2);
      symbolIndexes = Arrays.copyOf(symbolIndexes, count * 2);
      offsets = Arrays.copyOf(offsets, count * 2);
    }
    types[count] = type;
    symbolIndexes[count] = symbol;
    offsets[count++] = place;
  }

  /** DT_RELR (gABI): an even word is a place, an odd one a bitmap of the words that follow it. */
  void walkRelr(Bytes table) throws MalformedException {
    int word = wide ? 8 : 4;
    long words = table.length() / word;
    byte[] all = table.copy(0, words * word, "DT_RELR");
    boolean little = table.littleEndian();
    long where = 0;
    for (int i = 0; i < words; i++) {
      long value = wide ? Bytes.u64(all, i * word, little) : Bytes.u32(all, i * word, little);
      if ((value & 1) == 0) {
        tally.addRelr(value);
        where = value + word;
      } else {
        long place = where;
        for (long bits = value >>> 1; bits != 0; bits >>>= 1, place += word) {
          if ((bits & 1) != 0) {
            tally.addRelr(place);
          }
        }
        where += (long) (word * 8 - 1) * word;
      }
    }
  }
}
