package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables.GnuHash;
import dev.binspect.image.ElfTables.SysvHash;
import org.jspecify.annotations.Nullable;

/**
 * DT_HASH (gABI chapter 5) and DT_GNU_HASH, and how many dynamic symbols there are, which only they
 * tell.
 *
 * @param symbolCount entries of DT_SYMTAB, the null entry included
 */
record ElfHashTables(@Nullable GnuHash gnu, @Nullable SysvHash sysv, long symbolCount) {

  static ElfHashTables read(Bytes in, ElfSegments segments, ElfDynamic dynamic, boolean wide)
      throws MalformedException {
    long count = 0;
    SysvHash sysv = null;
    if (dynamic.has(ElfDynamic.HASH)) {
      Bytes head = segments.at(dynamic.get(ElfDynamic.HASH), 8, "DT_HASH");
      long buckets = head.u32(0, "DT_HASH");
      long chain = head.u32(4, "DT_HASH");
      Bytes table = segments.at(dynamic.get(ElfDynamic.HASH), 8 + (buckets + chain) * 4, "DT_HASH");
      sysv = new SysvHash(words(table, 8, buckets), words(table, 8 + buckets * 4, chain));
      count = chain;
    }
    GnuHash gnu = null;
    if (dynamic.has(ElfDynamic.GNU_HASH)) {
      long at = segments.offset(dynamic.get(ElfDynamic.GNU_HASH));
      Bytes table = in.slice(at, in.length() - at, "DT_GNU_HASH");
      long buckets = table.u32(0, "DT_GNU_HASH");
      long base = table.u32(4, "DT_GNU_HASH");
      long words = table.u32(8, "DT_GNU_HASH");
      int shift = table.i32(12, "DT_GNU_HASH");
      int word = wide ? 8 : 4;
      byte[] filter = table.copy(16, words * word, "DT_GNU_HASH");
      long[] bloom = new long[(int) words];
      for (int i = 0; i < bloom.length; i++) {
        bloom[i] =
            wide
                ? Bytes.u64(filter, i * 8, in.littleEndian())
                : Bytes.u32(filter, i * 4, in.littleEndian());
      }
      long chainAt = 16 + words * word + buckets * 4;
      int[] bucket = words(table, 16 + words * word, buckets);
      long last = base - 1;
      for (int first : bucket) {
        last = Math.max(last, first == 0 ? last : Integer.toUnsignedLong(first));
      }
      if (last >= base) {
        while ((table.u32(chainAt + (last - base) * 4, "DT_GNU_HASH") & 1) == 0) {
          last++;
        }
      }
      gnu =
          new GnuHash(
              (int) base,
              shift,
              wide ? 64 : 32,
              bloom,
              bucket,
              words(table, chainAt, last - base + 1));
      count = Math.max(count, last + 1);
    }
    return new ElfHashTables(gnu, sysv, count);
  }

  private static int[] words(Bytes table, long at, long count) throws MalformedException {
    byte[] raw = table.copy(at, count * 4, "hash table");
    int[] out = new int[(int) count];
    for (int i = 0; i < out.length; i++) {
      out[i] = Bytes.i32(raw, i * 4, table.littleEndian());
    }
    return out;
  }
}
