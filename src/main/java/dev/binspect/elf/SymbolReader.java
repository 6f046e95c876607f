package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Symbols;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/** Reads symbol tables (gABI chapter 4) into columns. */
final class SymbolReader {
  private static final int CHUNK = 8192;

  private SymbolReader() {}

  /** {@return bytes of one symbol} */
  static int entrySize(ElfHeader header) {
    return header.is64() ? 24 : 16;
  }

  /**
   * @param offset file offset of the table
   * @param count entries, the null entry included
   */
  static Symbols read(ElfHeader header, long offset, long count, byte[] strings, String structure)
      throws MalformedException {
    Bytes file = header.file();
    int entry = entrySize(header);
    if (count < 0 || count > file.length() / entry || !file.contains(offset, count * entry)) {
      throw file.malformed(
          offset, structure, Long.toUnsignedString(count) + " symbols do not fit into the file");
    }
    int n = (int) count;
    int[] name = new int[n];
    byte[] info = new byte[n];
    byte[] other = new byte[n];
    int[] section = new int[n];
    long[] value = new long[n];
    long[] size = new long[n];
    byte[] bytes = new byte[Math.min(n, CHUNK) * entry];
    for (int done = 0; done < n; ) {
      int got = file.copyInto(offset + (long) done * entry, bytes, structure) / entry;
      got = Math.min(got, n - done);
      if (header.is64()) {
        decode64(bytes, got, header.little(), done, name, info, other, section, value, size);
      } else {
        decode32(bytes, got, header.little(), done, name, info, other, section, value, size);
      }
      done += got;
    }
    Symbols symbols = new Symbols(n, name, info, other, section, value, size, strings);
    if (symbols.overlapping()) {
      throw file.malformed(offset, structure, "has names that lie within each other");
    }
    return symbols;
  }

  private static void decode64(
      byte[] bytes,
      int n,
      boolean little,
      int to,
      int[] name,
      byte[] info,
      byte[] other,
      int[] section,
      long[] value,
      long[] size) {
    long[] words = new long[n * 3];
    LongBuffer buffer =
        ByteBuffer.wrap(bytes)
            .order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
            .asLongBuffer();
    buffer.get(0, words, 0, words.length);
    for (int i = 0, at = 0; i < n; i++, at += 3) {
      long first = words[at];
      int k = to + i;
      if (little) {
        name[k] = (int) first;
        info[k] = (byte) (first >>> 32);
        other[k] = (byte) (first >>> 40);
        section[k] = (int) (first >>> 48);
      } else {
        name[k] = (int) (first >>> 32);
        info[k] = (byte) (first >>> 24);
        other[k] = (byte) (first >>> 16);
        section[k] = (int) first & 0xffff;
      }
      value[k] = words[at + 1];
      size[k] = words[at + 2];
    }
  }

  private static void decode32(
      byte[] bytes,
      int n,
      boolean little,
      int to,
      int[] name,
      byte[] info,
      byte[] other,
      int[] section,
      long[] value,
      long[] size) {
    for (int i = 0, at = 0; i < n; i++, at += 16) {
      int k = to + i;
      name[k] = Bytes.i32(bytes, at, little);
      value[k] = Bytes.u32(bytes, at + 4, little);
      size[k] = Bytes.u32(bytes, at + 8, little);
      info[k] = bytes[at + 12];
      other[k] = bytes[at + 13];
      section[k] = Bytes.u16(bytes, at + 14, little);
    }
  }
}
