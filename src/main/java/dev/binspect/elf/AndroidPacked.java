package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;

/**
 * DT_ANDROID_REL and DT_ANDROID_RELA: "APS2", then signed LEB128 numbers: the count, the first
 * offset, and groups whose members share what their flags say (bionic, linker_reloc_iterators.h
 * tells the format; lld writes it).
 */
final class AndroidPacked {
  private static final int GROUPED_BY_INFO = 1;
  private static final int GROUPED_BY_OFFSET_DELTA = 2;
  private static final int GROUPED_BY_ADDEND = 4;
  private static final int GROUP_HAS_ADDEND = 8;

  private final ElfHeader header;
  private final RelocationReader reader;
  private final long offset;
  private final String structure;
  private final byte[] bytes;
  private int at = 4;

  AndroidPacked(ElfHeader header, RelocationReader reader, long offset, long size, String structure)
      throws MalformedException {
    this.header = header;
    this.reader = reader;
    this.offset = offset;
    this.structure = structure;
    Bytes file = header.file();
    this.bytes = file.copy(Math.max(0, offset), size, structure);
    if (size < 4 || bytes[0] != 'A' || bytes[1] != 'P' || bytes[2] != 'S' || bytes[3] != '2') {
      throw file.malformed(offset, structure, "does not begin with APS2");
    }
  }

  void walk(boolean addend, RelocationTally tally) throws MalformedException {
    long count = number();
    long place = number();
    // Each entry writes a word of the file's data: more of them than words is a lie that could
    // keep us busy for years, because an entry may take no byte of the table.
    if (count < 0 || count > header.file().length() / header.word()) {
      throw malformed("announces " + Long.toUnsignedString(count) + " relocations");
    }
    long mask = header.is64() ? -1L : 0xffffffffL;
    while (count > 0) {
      long size = number();
      int flags = (int) number();
      if (size <= 0 || size > count) {
        throw malformed("has a group of " + size + " with " + count + " left");
      }
      count -= size;
      long delta = (flags & GROUPED_BY_OFFSET_DELTA) != 0 ? number() : 0;
      long info = (flags & GROUPED_BY_INFO) != 0 ? number() : 0;
      boolean addends = (flags & GROUP_HAS_ADDEND) != 0;
      if (addends && !addend) {
        throw malformed("has addends in a table of REL");
      }
      boolean each = addends && (flags & GROUPED_BY_ADDEND) == 0;
      if (addends && !each) {
        number();
      }
      for (long i = 0; i < size; i++) {
        place += (flags & GROUPED_BY_OFFSET_DELTA) != 0 ? delta : number();
        long own = (flags & GROUPED_BY_INFO) != 0 ? info : number();
        if (each) {
          number();
        }
        tally.add(
            RelocationTally.ANDROID, place & mask, reader.type(own), reader.symbol(own), true);
      }
    }
  }

  private MalformedException malformed(String what) {
    return header.file().malformed(offset + at, structure, what);
  }

  private long number() throws MalformedException {
    long value = 0;
    int shift = 0;
    while (true) {
      if (at >= bytes.length) {
        throw malformed("ends within a number");
      }
      int b = bytes[at++];
      if (shift < 64) {
        value |= (long) (b & 0x7f) << shift;
      }
      shift += 7;
      if (b >= 0) {
        return shift < 64 && (b & 0x40) != 0 ? value | -1L << shift : value;
      }
    }
  }
}
