package dev.binspect.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A symbol table in columns: no object per symbol, because a debug build has a million.
 *
 * <p>Indexes are the table's own. Names are NUL-terminated bytes in one string table; a name whose
 * offset lies outside of it is empty. Formats without ELF's distinctions use the nearest of the
 * constants.
 */
public final class Symbols {
  public static final byte LOCAL = 0;
  public static final byte GLOBAL = 1;
  public static final byte WEAK = 2;

  /** STB_GNU_UNIQUE. */
  public static final byte UNIQUE = 10;

  public static final byte NOTYPE = 0;
  public static final byte OBJECT = 1;
  public static final byte FUNCTION = 2;
  public static final byte SECTION = 3;
  public static final byte FILE = 4;
  public static final byte COMMON = 5;
  public static final byte TLS = 6;

  /** STT_GNU_IFUNC. */
  public static final byte IFUNC = 10;

  public static final byte DEFAULT = 0;
  public static final byte INTERNAL = 1;
  public static final byte HIDDEN = 2;
  public static final byte PROTECTED = 3;

  /** {@link #section} of an undefined symbol (SHN_UNDEF). */
  public static final int UNDEFINED = 0;

  /** {@link #section} of an absolute symbol (SHN_ABS). */
  public static final int ABSOLUTE = 0xfff1;

  public static final Symbols NONE =
      new Symbols(
          0,
          new int[0],
          new byte[0],
          new byte[0],
          new int[0],
          new long[0],
          new long[0],
          new byte[0]);

  /** Bytes of a name that is long. */
  private static final int LONG_NAME = 1024;

  private final int count;
  private final int[] nameOffset;
  private final byte[] info;
  private final byte[] other;
  private final int[] section;
  private final long[] value;
  private final long[] size;
  private final byte[] strings;

  /**
   * Hashes and lengths of the names asked for so far, one above the length so that 0 means unknown.
   * Threads may fill them at the same time: they write the same values.
   */
  private volatile int @Nullable [] hashes;

  private volatile int @Nullable [] lengths;

  private final Attachments attachments = new Attachments();

  /**
   * Takes the arrays as they are: nobody else may write to them any more.
   *
   * @param info binding in the high four bits, type in the low four, as in ELF's st_info
   * @param other visibility in the low two bits, as in ELF's st_other
   */
  public Symbols(
      int count,
      int[] nameOffset,
      byte[] info,
      byte[] other,
      int[] section,
      long[] value,
      long[] size,
      byte[] strings) {
    this.count = count;
    this.nameOffset = nameOffset;
    this.info = info;
    this.other = other;
    this.section = section;
    this.value = value;
    this.size = size;
    this.strings = strings;
  }

  /** {@return the same symbols in other sections} */
  public Symbols withSections(int[] others) {
    return new Symbols(count, nameOffset, info, other, others, value, size, strings);
  }

  /** {@return what others made of this table; nothing is kept with that of all that have none} */
  public Attachments attachments() {
    return this == NONE ? Attachments.NONE : attachments;
  }

  /** {@return how many entries, the null entry of ELF included} */
  public int count() {
    return count;
  }

  public int binding(int i) {
    return (info[i] & 0xf0) >>> 4;
  }

  public int type(int i) {
    return info[i] & 0xf;
  }

  public int visibility(int i) {
    return other[i] & 3;
  }

  /** {@return all eight bits of st_other: some machines keep more than the visibility there} */
  public int other(int i) {
    return other[i] & 0xff;
  }

  /** {@return the section's index, {@link #UNDEFINED} or {@link #ABSOLUTE}} */
  public int section(int i) {
    return section[i];
  }

  public boolean defined(int i) {
    return section[i] != UNDEFINED;
  }

  public long value(int i) {
    return value[i];
  }

  public long size(int i) {
    return size[i];
  }

  /**
   * {@return where the name begins in {@link #strings}; their length where it lies outside, so that
   * sums with it do not overflow}
   */
  public int nameOffset(int i) {
    int at = nameOffset[i];
    return at < 0 || at > strings.length ? strings.length : at;
  }

  /** {@return the string table; must not be written to} */
  public byte[] strings() {
    return strings;
  }

  /** {@return whether it has a name} */
  public boolean named(int i) {
    int from = nameOffset[i];
    return from >= 0 && from < strings.length && strings[from] != 0;
  }

  /** {@return the length of the name in bytes} */
  public int nameLength(int i) {
    int from = nameOffset[i];
    if (from < 0 || from >= strings.length) {
      return 0;
    }
    int to = from;
    while (to < strings.length && strings[to] != 0) {
      to++;
    }
    return to - from;
  }

  /**
   * {@return the hash of the name that DT_GNU_HASH uses (h = h * 33 + c from 5381), computed once}
   */
  public int gnuHash(int i) {
    int[] known = hashes;
    int[] ends = lengths;
    if (known == null || ends == null) {
      synchronized (this) {
        known = hashes;
        ends = lengths;
        if (known == null || ends == null) {
          known = new int[count];
          ends = new int[count];
          lengths = ends;
          hashes = known;
        }
      }
    }
    if (ends[i] == 0) {
      int h = 5381;
      int at = nameOffset[i];
      int from = at;
      if (at >= 0) {
        while (at < strings.length && strings[at] != 0) {
          h = h * 33 + (strings[at++] & 0xff);
        }
      }
      known[i] = h;
      ends[i] = at - from + 1;
      return h;
    }
    // A thread may see the length before the hash.
    return known[i] != 0 ? known[i] : hash(i);
  }

  /** {@return the hash of the name that DT_HASH uses (gABI, chapter 5)} */
  public int sysvHash(int i) {
    int h = 0;
    for (int at = nameOffset(i); at < strings.length && strings[at] != 0; at++) {
      h = (h << 4) + (strings[at] & 0xff);
      int high = h & 0xf0000000;
      h = (h ^ high >>> 24) & ~high;
    }
    return h;
  }

  /** {@return the length of a name whose hash was asked for} */
  public int hashedLength(int i) {
    int[] ends = lengths;
    return ends == null || ends[i] == 0 ? nameLength(i) : ends[i] - 1;
  }

  private int hash(int i) {
    int h = 5381;
    for (int at = Math.max(0, nameOffset[i]); at < strings.length && strings[at] != 0; at++) {
      h = h * 33 + (strings[at] & 0xff);
    }
    return h;
  }

  /** {@return whether the name is that of a symbol whose hash was asked for before} */
  public boolean named(int i, Symbols others, int j) {
    int length = others.hashedLength(j);
    int from = nameOffset[i];
    int start = others.nameOffset[j];
    if (strings == others.strings && from == start) {
      return true;
    }
    int to = from + length;
    return from >= 0
        && to >= 0
        && to < strings.length
        && strings[to] == 0
        && start >= 0
        && start <= others.strings.length - length
        && Arrays.equals(strings, from, to, others.strings, start, start + length);
  }

  /**
   * {@return whether the long names, taken one after the other, are many times the string table:
   * those of a linker share no more than their ends, and to read all of these would not end}
   */
  public boolean overlapping() {
    // Runs without a NUL, as pairs of begin and end. Looking for the NUL from a run's far end
    // touches a few bytes of each stretch only.
    int[] runs = new int[16];
    int n = 0;
    int at = 0;
    while (at <= strings.length - LONG_NAME) {
      int nul = at + LONG_NAME - 1;
      while (nul >= at && strings[nul] != 0) {
        nul--;
      }
      if (nul < at) {
        int end = at + LONG_NAME;
        while (end < strings.length && strings[end] != 0) {
          end++;
        }
        if (n == runs.length) {
          runs = Arrays.copyOf(runs, n * 2);
        }
        runs[n++] = at;
        runs[n++] = end;
        nul = end;
      }
      at = nul + 1;
    }
    long left = 16L * strings.length;
    for (int i = 0; n > 0 && i < count && left >= 0; i++) {
      int run = Arrays.binarySearch(runs, 0, n, nameOffset(i));
      run = run < 0 ? -run - 2 : run;
      if (run >= 0 && run % 2 == 0 && runs[run + 1] - nameOffset(i) >= LONG_NAME) {
        left -= runs[run + 1] - nameOffset(i);
      }
    }
    return left < 0;
  }

  public String name(int i) {
    int length = nameLength(i);
    return length == 0 ? "" : new String(strings, nameOffset[i], length, StandardCharsets.UTF_8);
  }

  /** {@return whether the name is exactly these bytes} */
  public boolean named(int i, byte[] name) {
    int from = nameOffset[i];
    int to = from + name.length;
    return from >= 0
        && to < strings.length
        && to >= 0
        && strings[to] == 0
        && Arrays.equals(strings, from, to, name, 0, name.length);
  }
}
