package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * Walks the tables of relocations that the loader applies (gABI chapter 5, DT_RELR by the gABI
 * proposal of 2018, Android's packed format by bionic's linker).
 */
final class RelocationReader {
  /** Entries taken at once. */
  private static final int CHUNK = 8192;

  private final ElfHeader header;
  private final Segments segments;
  private final RelocationTally tally;
  private final boolean mips64;
  private final boolean sparc64;

  RelocationReader(ElfHeader header, Segments segments, RelocationTally tally) {
    this.header = header;
    this.segments = segments;
    this.tally = tally;
    this.mips64 = header.is64() && Machine.isMips(header.machine());
    this.sparc64 = header.is64() && Machine.isSparc(header.machine());
  }

  /** {@return bytes of one entry} */
  int entrySize(boolean addend) {
    return (addend ? 3 : 2) * header.word();
  }

  /**
   * @param table what it counts as
   * @param skip so many leading entries are kept for no look-up
   */
  void walk(long address, long size, boolean addend, int table, long skip, String structure)
      throws MalformedException {
    long offset = offset(address, size, structure);
    walkAt(offset, size, addend, table, skip, structure);
  }

  /** {@return the file offset of a table, all of which comes from the file} */
  private long offset(long address, long size, String structure) throws MalformedException {
    long offset = segments.offset(address);
    if (size != 0 && (offset < 0 || size < 0 || segments.available(address) < size)) {
      throw header
          .file()
          .malformed(
              offset < 0 ? -1 : offset,
              structure,
              "its "
                  + Long.toUnsignedString(size)
                  + " bytes at address 0x"
                  + Long.toHexString(address)
                  + " are not in the file");
    }
    return offset;
  }

  /** The same for a table whose place in the file is known. */
  void walkAt(long offset, long size, boolean addend, int table, long skip, String structure)
      throws MalformedException {
    int entry = entrySize(addend);
    long count = size / entry;
    if (count == 0) {
      return;
    }
    Bytes file = header.file();
    if (!file.contains(offset, size)) {
      throw file.malformed(offset, structure, "its " + size + " bytes do not fit into the file");
    }
    byte[] bytes = new byte[(int) Math.min(count, CHUNK) * entry];
    ByteBuffer buffer =
        ByteBuffer.wrap(bytes)
            .order(header.little() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    LongBuffer longs = buffer.asLongBuffer();
    IntBuffer ints = buffer.asIntBuffer();
    long[] words = new long[header.is64() ? bytes.length / 8 : 0];
    int[] halves = new int[header.is64() ? 0 : bytes.length / 4];
    int step = addend ? 3 : 2;
    for (long done = 0; done < count; ) {
      int n = file.copyInto(offset + done * entry, bytes, structure) / entry;
      n = (int) Math.min(n, count - done);
      long free = Math.max(0, Math.min(n, skip - done));
      if (header.is64()) {
        longs.get(0, words, 0, n * step);
        walk64(words, n, step, table, (int) free);
      } else {
        ints.get(0, halves, 0, n * step);
        walk32(halves, n, step, table, (int) free);
      }
      done += n;
    }
  }

  private void walk64(long[] words, int n, int step, int table, int skip) {
    if (mips64 || sparc64) {
      for (int i = 0, at = 0; i < n; i++, at += step) {
        long info = words[at + 1];
        tally.add(table, words[at], type(info), symbol(info), i >= skip);
      }
      return;
    }
    for (int i = 0, at = 0; i < n; i++, at += step) {
      long info = words[at + 1];
      tally.add(table, words[at], (int) info, (int) (info >>> 32), i >= skip);
      if (info >>> 32 == 0) {
        int like = tally.addLike(table, info, (int) info, words, at + step, n * step, step);
        i += like;
        at += like * step;
      }
    }
  }

  private void walk32(int[] words, int n, int step, int table, int skip) {
    for (int i = 0, at = 0; i < n; i++, at += step) {
      int info = words[at + 1];
      tally.add(table, words[at] & 0xffffffffL, info & 0xff, info >>> 8, i >= skip);
    }
  }

  /**
   * {@return the type in r_info}
   *
   * <p>MIPS64 keeps up to three types, one after the other, and the first one names the relocation;
   * in a little-endian file the fields do not follow the byte order of a 64-bit word. SPARC V9
   * keeps data of R_SPARC_OLO10 above the type.
   */
  int type(long info) {
    if (!header.is64()) {
      return (int) info & 0xff;
    }
    if (mips64) {
      return (int) (header.little() ? info >>> 56 : info & 0xff);
    }
    return sparc64 ? (int) info & 0xff : (int) info;
  }

  /** {@return the symbol in r_info} */
  int symbol(long info) {
    if (!header.is64()) {
      return (int) info >>> 8;
    }
    return mips64 && header.little() ? (int) info : (int) (info >>> 32);
  }

  /** DT_RELR: an even word is a place, an odd one a bitmap of the 63 or 31 words behind it. */
  void walkRelr(long address, long size, int table, String structure) throws MalformedException {
    long offset = offset(address, size, structure);
    int word = header.word();
    long count = size / word;
    byte[] bytes = new byte[(int) Math.min(count, CHUNK) * word];
    long next = 0;
    boolean begun = false;
    long mask = header.is64() ? -1L : 0xffffffffL;
    for (long done = 0; done < count; ) {
      int n = header.file().copyInto(offset + done * word, bytes, structure) / word;
      n = (int) Math.min(n, count - done);
      for (int i = 0; i < n; i++) {
        long value = header.word(bytes, i * word);
        if ((value & 1) == 0) {
          tally.addRelr(table, value);
          next = value + word & mask;
          begun = true;
          continue;
        }
        if (!begun) {
          throw header
              .file()
              .malformed(offset + done * word, structure, "begins with a bitmap, not a place");
        }
        long place = next;
        for (long bits = value >>> 1; bits != 0; bits >>>= 1) {
          if ((bits & 1) != 0) {
            tally.addRelr(table, place & mask);
          }
          place += word;
        }
        next = next + (long) (word * 8 - 1) * word & mask;
      }
      done += n;
    }
  }

  /** Android's packed tables ("APS2"): groups of entries in signed LEB128. */
  void walkAndroid(long address, long size, boolean addend, String structure)
      throws MalformedException {
    long offset = offset(address, size, structure);
    new AndroidPacked(header, this, offset, size, structure).walk(addend, tally);
  }
}
