package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The dynamic table (gABI chapter 5), found by PT_DYNAMIC. */
final class ElfDynamic {
  static final long NEEDED = 1;
  static final long PLTRELSZ = 2;
  static final long PLTGOT = 3;
  static final long HASH = 4;
  static final long STRTAB = 5;
  static final long SYMTAB = 6;
  static final long RELA = 7;
  static final long RELASZ = 8;
  static final long STRSZ = 10;
  static final long SONAME = 14;
  static final long RPATH = 15;
  static final long SYMBOLIC = 16;
  static final long REL = 17;
  static final long RELSZ = 18;
  static final long PLTREL = 20;
  static final long TEXTREL = 22;
  static final long JMPREL = 23;
  static final long BIND_NOW = 24;
  static final long RUNPATH = 29;
  static final long FLAGS = 30;
  static final long RELRSZ = 35;
  static final long RELR = 36;
  static final long GNU_HASH = 0x6ffffef5L;
  static final long VERSYM = 0x6ffffff0L;
  static final long RELACOUNT = 0x6ffffff9L;
  static final long RELCOUNT = 0x6ffffffaL;
  static final long FLAGS_1 = 0x6ffffffbL;
  static final long VERDEF = 0x6ffffffcL;
  static final long VERDEFNUM = 0x6ffffffdL;
  static final long VERNEED = 0x6ffffffeL;
  static final long VERNEEDNUM = 0x6fffffffL;

  static final ElfDynamic NONE = new ElfDynamic(0, new long[0], new long[0]);

  private final int count;
  private final long[] tags;
  private final long[] values;

  private ElfDynamic(int count, long[] tags, long[] values) {
    this.count = count;
    this.tags = tags;
    this.values = values;
  }

  /** {@return the entries up to DT_NULL, or to the end of the table where there is none} */
  static ElfDynamic read(Bytes table, boolean wide) throws MalformedException {
    int size = wide ? 16 : 8;
    long most = Math.min(table.length() / size, 1 << 20);
    byte[] all = table.copy(0, most * size, "dynamic table");
    long[] tags = new long[16];
    long[] values = new long[16];
    int n = 0;
    boolean little = table.littleEndian();
    for (int i = 0; i < most; i++) {
      long tag = wide ? Bytes.u64(all, i * size, little) : Bytes.u32(all, i * size, little);
      if (tag == 0) {
        break;
      }
      if (n == tags.length) {
        tags = Arrays.copyOf(tags, n * 2);
        values = Arrays.copyOf(values, n * 2);
      }
      tags[n] = tag;
      values[n++] =
          wide ? Bytes.u64(all, i * size + 8, little) : Bytes.u32(all, i * size + 4, little);
    }
    return new ElfDynamic(n, tags, values);
  }

  boolean has(long tag) {
    for (int i = 0; i < count; i++) {
      if (tags[i] == tag) {
        return true;
      }
    }
    return false;
  }

  /** {@return the last value of a tag, as loaders take it, or 0} */
  long get(long tag) {
    for (int i = count - 1; i >= 0; i--) {
      if (tags[i] == tag) {
        return values[i];
      }
    }
    return 0;
  }

  /** {@return all values of a tag, in order} */
  List<Long> all(long tag) {
    List<Long> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (tags[i] == tag) {
        out.add(values[i]);
      }
    }
    return out;
  }
}
