package dev.binspect.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A little-endian 64-bit shared library made word by word: one segment, whose addresses are file
 * offsets, and a dynamic table over blobs. For files that no linker writes.
 */
final class ElfBytes {
  static final long NEEDED = 1;
  static final long HASH = 4;
  static final long STRTAB = 5;
  static final long SYMTAB = 6;
  static final long RELA = 7;
  static final long RUNPATH = 29;
  private static final int HEADERS = 64 + 3 * 56;
  private static final String LOADER = "/lib64/ld-linux-x86-64.so.2\0";

  private final List<long[]> numbers = new ArrayList<>();
  private final Map<Long, byte[]> blobs = new LinkedHashMap<>();

  /** Adds an entry whose value is a number. */
  ElfBytes number(long tag, long value) {
    numbers.add(new long[] {tag, value});
    return this;
  }

  /** Adds an entry whose value is where the bytes stand. */
  ElfBytes blob(long tag, byte[] content) {
    blobs.put(tag, content);
    return this;
  }

  /** Symbols: global functions, each undefined with section 0. */
  ElfBytes symbols(int[] names, int section) {
    ByteBuffer b = words(24 * (names.length + 1));
    for (int i = 0; i < names.length; i++) {
      b.putInt(24 * (i + 1), names[i]).put(24 * (i + 1) + 4, (byte) 0x12);
      b.putShort(24 * (i + 1) + 6, (short) section).putLong(24 * (i + 1) + 8, section);
    }
    return blob(SYMTAB, b.array());
  }

  /** R_X86_64_GLOB_DAT for each symbol. */
  ElfBytes lookUps(int symbols) {
    ByteBuffer b = words(24 * symbols);
    for (int i = 0; i < symbols; i++) {
      b.putLong((long) HEADERS).putLong((i + 1L) << 32 | 6).putLong(0);
    }
    return blob(RELA, b.array()).number(8, 24L * symbols).number(9, 24);
  }

  static ByteBuffer words(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  byte[] build() {
    byte[] loader = LOADER.getBytes(StandardCharsets.US_ASCII);
    int dynamic = HEADERS + 32;
    int dynamicSize = 16 * (numbers.size() + blobs.size() + 2);
    int size = dynamic + dynamicSize;
    for (byte[] blob : blobs.values()) {
      size += blob.length + 7 & ~7;
    }
    ByteBuffer b = words(size);
    b.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
    b.putShort((short) 3).putShort((short) 62).putInt(1).putLong(0).putLong(64).putLong(0);
    b.putInt(0).putShort((short) 64).putShort((short) 56).putShort((short) 3).position(64);
    segment(b, 1, 7, 0, size);
    segment(b, 2, 6, dynamic, dynamicSize);
    segment(b, 3, 4, HEADERS, loader.length);
    b.put(HEADERS, loader).position(dynamic);
    for (long[] entry : numbers) {
      b.putLong(entry[0]).putLong(entry[1]);
    }
    int at = dynamic + dynamicSize;
    for (Map.Entry<Long, byte[]> blob : blobs.entrySet()) {
      b.putLong(blob.getKey()).putLong(at).put(at, blob.getValue());
      if (blob.getKey() == STRTAB) {
        b.putLong(10).putLong(blob.getValue().length);
      }
      at += blob.getValue().length + 7 & ~7;
    }
    return b.array();
  }

  private static void segment(ByteBuffer b, int type, int flags, long at, long size) {
    b.putInt(type).putInt(flags).putLong(at).putLong(at).putLong(at);
    b.putLong(size).putLong(size).putLong(8);
  }
}
