package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Symbols;

/** A symbol table (gABI chapter 4) into columns. */
final class ElfSymbols {
  private ElfSymbols() {}

  /**
   * @param table a whole number of entries
   * @param strings the linked string table, not changed any more
   */
  static Symbols read(Bytes table, boolean wide, byte[] strings) throws MalformedException {
    int entry = wide ? 24 : 16;
    long many = table.length() / entry;
    if (many > Integer.MAX_VALUE / 32) {
      throw table.malformed(0, "symbol table", "has " + many + " entries");
    }
    int count = (int) many;
    int[] name = new int[count];
    byte[] info = new byte[count];
    byte[] other = new byte[count];
    int[] section = new int[count];
    long[] value = new long[count];
    long[] size = new long[count];
    boolean little = table.littleEndian();
    byte[] chunk = new byte[Math.max(entry, Math.min(count, 4096) * entry)];
    int i = 0;
    while (i < count) {
      int got = table.copyInto((long) i * entry, chunk, "symbol table") / entry;
      for (int k = 0; k < got && i < count; k++, i++) {
        int at = k * entry;
        name[i] = Bytes.i32(chunk, at, little);
        if (wide) {
          info[i] = chunk[at + 4];
          other[i] = chunk[at + 5];
          section[i] = Bytes.u16(chunk, at + 6, little);
          value[i] = Bytes.u64(chunk, at + 8, little);
          size[i] = Bytes.u64(chunk, at + 16, little);
        } else {
          value[i] = Bytes.u32(chunk, at + 4, little);
          size[i] = Bytes.u32(chunk, at + 8, little);
          info[i] = chunk[at + 12];
          other[i] = chunk[at + 13];
          section[i] = Bytes.u16(chunk, at + 14, little);
        }
      }
    }
    return new Symbols(count, name, info, other, section, value, size, strings);
  }
}
