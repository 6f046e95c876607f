package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables.GnuHash;
import dev.binspect.image.ElfTables.SysvHash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** DT_HASH (gABI chapter 5) and DT_GNU_HASH (as binutils writes and ld.so reads it). */
final class HashReader {
  private final ElfHeader header;
  private final Segments segments;

  HashReader(ElfHeader header, Segments segments) {
    this.header = header;
    this.segments = segments;
  }

  private long offset(long address, String structure) throws MalformedException {
    long offset = segments.offset(address);
    if (offset < 0) {
      throw header
          .file()
          .malformed(
              -1, structure, "address 0x" + Long.toHexString(address) + " is not in the file");
    }
    return offset;
  }

  /**
   * DT_HASH; its chain has an entry for each dynamic symbol. GNU ld writes 8-byte words for s390x
   * and alpha, against the gABI, and LLVM's 4-byte ones: the numbers tell.
   */
  SysvHash sysv(long address) throws MalformedException {
    if (Machine.wideHash(header.machine(), header.is64())) {
      long offset = offset(address, "DT_HASH");
      if (header.file().contains(offset, 16)) {
        byte[] counts = header.file().copy(offset, 16, "DT_HASH");
        long buckets = header.word(counts, 0);
        long chains = header.word(counts, 8);
        long there = segments.available(address) / 8;
        if (buckets >= 0 && chains >= 0 && buckets <= there && chains <= there - buckets) {
          return sysv(offset, buckets, chains, 8, there);
        }
      }
    }
    long offset = offset(address, "DT_HASH");
    byte[] counts = header.file().copy(offset, 8, "DT_HASH");
    boolean little = header.little();
    return sysv(
        offset,
        Bytes.u32(counts, 0, little),
        Bytes.u32(counts, 4, little),
        4,
        segments.available(address) / 4);
  }

  private SysvHash sysv(long offset, long buckets, long chains, int word, long there)
      throws MalformedException {
    if (buckets + chains + 2 > there) {
      throw header
          .file()
          .malformed(
              offset,
              "DT_HASH",
              buckets + " buckets and " + chains + " chain entries are not in the file");
    }
    int[] bucket = ints(offset + 2L * word, (int) buckets, word == 8, "DT_HASH");
    int[] chain = ints(offset + (2 + buckets) * word, (int) chains, word == 8, "DT_HASH");
    return new SysvHash(bucket, chain);
  }

  /** DT_GNU_HASH. */
  GnuHash gnu(long address) throws MalformedException {
    Bytes file = header.file();
    long offset = offset(address, "DT_GNU_HASH");
    byte[] h = file.copy(offset, 16, "DT_GNU_HASH");
    boolean little = header.little();
    long buckets = Bytes.u32(h, 0, little);
    long base = Bytes.u32(h, 4, little);
    long blooms = Bytes.u32(h, 8, little);
    int shift = Bytes.i32(h, 12, little);
    long there = segments.available(address);
    long fixed = 16 + blooms * header.word() + buckets * 4;
    if (fixed > there || base > Integer.MAX_VALUE) {
      throw file.malformed(
          offset,
          "DT_GNU_HASH",
          buckets + " buckets and " + blooms + " bloom words are not in the file");
    }
    byte[] bloomBytes = file.copy(offset + 16, blooms * header.word(), "DT_GNU_HASH");
    long[] bloom = new long[(int) blooms];
    if (header.is64()) {
      ByteBuffer.wrap(bloomBytes)
          .order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
          .asLongBuffer()
          .get(bloom);
    } else {
      for (int i = 0; i < bloom.length; i++) {
        bloom[i] = header.word(bloomBytes, i * header.word());
      }
    }
    int[] bucket = ints(offset + 16 + blooms * header.word(), (int) buckets, false, "DT_GNU_HASH");
    // Compared as unsigned, and without a call for each.
    int high = Integer.MIN_VALUE;
    for (int b : bucket) {
      if ((b ^ Integer.MIN_VALUE) > high) {
        high = b ^ Integer.MIN_VALUE;
      }
    }
    long highest = bucket.length == 0 ? -1 : (high ^ Integer.MIN_VALUE) & 0xffffffffL;
    int[] chain = new int[0];
    if (highest >= base) {
      chain = chain(offset + fixed, there - fixed, highest - base);
    }
    return new GnuHash((int) base, shift, header.bits(), bloom, bucket, chain);
  }

  /** The chain ends where, at or behind its highest bucket's start, bit 0 is set. */
  private int[] chain(long offset, long there, long start) throws MalformedException {
    Bytes file = header.file();
    long at = start;
    byte[] chunk = new byte[4096];
    while (true) {
      if (at * 4 + 4 > there) {
        throw file.malformed(offset, "DT_GNU_HASH", "its last chain does not end");
      }
      int n = file.copyInto(offset + at * 4, chunk, "DT_GNU_HASH") / 4;
      for (int i = 0; i < n; i++, at++) {
        if ((Bytes.i32(chunk, i * 4, header.little()) & 1) != 0) {
          if (at * 4 + 4 > there) {
            break;
          }
          return ints(offset, (int) at + 1, false, "DT_GNU_HASH");
        }
      }
      if (n == 0) {
        throw file.malformed(offset, "DT_GNU_HASH", "its last chain does not end");
      }
    }
  }

  private int[] ints(long offset, int count, boolean wide, String structure)
      throws MalformedException {
    int word = wide ? 8 : 4;
    byte[] bytes = header.file().copy(offset, (long) count * word, structure);
    int[] out = new int[count];
    ByteOrder order = header.little() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    if (!wide) {
      ByteBuffer.wrap(bytes).order(order).asIntBuffer().get(out);
      return out;
    }
    for (int i = 0; i < count; i++) {
      out[i] = (int) header.word(bytes, i * word);
    }
    return out;
  }
}
