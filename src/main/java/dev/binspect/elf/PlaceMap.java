package dev.binspect.elf;

import dev.binspect.image.ElfTables.Segment;
import java.util.Arrays;

/**
 * What stands at an address: cut into ranges once, so that most relocations fall into the range of
 * the one before.
 */
final class PlaceMap {
  static final int OTHER = 0;
  static final int GOT = 1;
  static final int DATA = 2;
  static final int RELRO = 3;
  static final int TEXT = 4;
  static final int PLACES = 5;

  /** First address of each range; the first is 0. Unsigned order. */
  private long[] from;

  private byte[] place;
  private byte[] writable;
  private final boolean sections;
  private long low;
  private long length;
  private int current;
  private boolean currentWritable;

  PlaceMap(ElfHeader header, Segments segments, SectionTable table) {
    this.from = new long[] {0};
    this.place = new byte[1];
    this.writable = new byte[1];
    boolean anyGot = false;
    Segment[] loads = segments.loads();
    // Overlapping segments by the thousand are an attack, and cost their square.
    int limit = Math.min(loads.length, 1024);
    int relros = 0;
    int gots = 0;
    long[] cuts = new long[2];
    int n = 0;
    cuts[n++] = 0;
    for (int i = 0; i < limit; i++) {
      cuts = room(cuts, n);
      cuts[n++] = loads[i].address();
      cuts[n++] = loads[i].address() + loads[i].memorySize();
    }
    for (Segment segment : segments.all()) {
      if (segment.type() == Segments.PT_GNU_RELRO && relros++ < 64) {
        cuts = room(cuts, n);
        cuts[n++] = segment.address();
        cuts[n++] = segment.address() + segment.memorySize();
      }
    }
    int[] got = new int[64];
    for (int i = 0; i < table.count() && gots < got.length; i++) {
      if (table.loaded(i) && table.size(i) > 0 && isGot(header, table, i)) {
        got[gots++] = i;
        anyGot = true;
        cuts = room(cuts, n);
        cuts[n++] = table.address(i);
        cuts[n++] = table.address(i) + table.size(i);
      }
    }
    this.sections = anyGot;
    sortUnsigned(cuts, n);
    from = new long[n];
    int ranges = 0;
    for (int i = 0; i < n; i++) {
      if (i == 0 || cuts[i] != cuts[i - 1]) {
        from[ranges++] = cuts[i];
      }
    }
    from = Arrays.copyOf(from, ranges);
    place = new byte[ranges];
    writable = new byte[ranges];
    for (int i = 0; i < ranges; i++) {
      classify(i, loads, limit, segments, table, got, gots);
    }
    move(0);
  }

  /** As many cuts as ordinary files have. */
  private static final int FEW = 128;

  private static long[] room(long[] array, int n) {
    return n + 2 <= array.length ? array : Arrays.copyOf(array, array.length * 2 + 2);
  }

  private static void sortUnsigned(long[] array, int n) {
    for (int i = 0; i < n; i++) {
      array[i] ^= Long.MIN_VALUE;
    }
    if (n <= FEW) {
      // The library's sort links a lambda at its first use, which costs a start 3 ms.
      for (int i = 1; i < n; i++) {
        long value = array[i];
        int at = i;
        while (at > 0 && array[at - 1] > value) {
          array[at] = array[at - 1];
          at--;
        }
        array[at] = value;
      }
    } else {
      Arrays.sort(array, 0, n);
    }
    for (int i = 0; i < n; i++) {
      array[i] ^= Long.MIN_VALUE;
    }
  }

  /** GOT sections by name; PLT slots of PowerPC and the like are pointers as well, not code. */
  private static boolean isGot(ElfHeader header, SectionTable table, int i) {
    if (table.nameStarts(i, ".got") || table.nameStarts(i, ".igot")) {
      return true;
    }
    return (header.machine() == Machine.PPC64 || header.machine() == Machine.PPC)
        && (table.named(i, ".plt") || table.named(i, ".iplt") || table.named(i, ".branch_lt"))
        && (table.flags(i) & SectionTable.SHF_EXECINSTR) == 0;
  }

  private void classify(
      int i,
      Segment[] loads,
      int limit,
      Segments segments,
      SectionTable table,
      int[] got,
      int gots) {
    long address = from[i];
    Segment load = null;
    for (int k = 0; k < limit; k++) {
      if (within(address, loads[k].address(), loads[k].memorySize())) {
        load = loads[k];
        break;
      }
    }
    if (load == null) {
      return;
    }
    boolean write = (load.flags() & Segments.PF_W) != 0;
    writable[i] = (byte) (write ? 1 : 0);
    for (int k = 0; k < gots; k++) {
      if (within(address, table.address(got[k]), table.size(got[k]))) {
        place[i] = GOT;
        return;
      }
    }
    if (write) {
      place[i] = DATA;
      int relros = 0;
      for (Segment segment : segments.all()) {
        if (segment.type() == Segments.PT_GNU_RELRO
            && relros++ < 64
            && within(address, segment.address(), segment.memorySize())) {
          place[i] = RELRO;
        }
      }
      if ((load.flags() & Segments.PF_X) != 0) {
        if (inCode(address, table)) {
          place[i] = TEXT;
        }
      }
    } else {
      place[i] = TEXT;
    }
  }

  /** In a segment that is writable and executable only an executable section is code. */
  private static boolean inCode(long address, SectionTable table) {
    int limit = Math.min(table.count(), 4096);
    for (int k = 0; k < limit; k++) {
      if (table.loaded(k)
          && (table.flags(k) & SectionTable.SHF_EXECINSTR) != 0
          && within(address, table.address(k), table.size(k))) {
        return true;
      }
    }
    return false;
  }

  private static boolean within(long address, long start, long size) {
    return Long.compareUnsigned(address - start, size) < 0;
  }

  /** {@return whether sections tell where the GOT is} */
  boolean knowsGot() {
    return sections;
  }

  /** {@return one of the places; {@link #inWritable} then tells of the same address} */
  int at(long address) {
    if (Long.compareUnsigned(address - low, length) >= 0) {
      move(find(address));
    }
    return current;
  }

  /** {@return whether the address asked for last lies in a writable segment} */
  boolean inWritable() {
    return currentWritable;
  }

  /** {@return first address of the range asked for last} */
  long rangeStart() {
    return low;
  }

  /** {@return bytes of the range asked for last, unsigned} */
  long rangeLength() {
    return length;
  }

  /** {@return the place of the range asked for last} */
  int current() {
    return current;
  }

  private int find(long address) {
    int a = 0;
    int b = from.length - 1;
    while (a < b) {
      int mid = (a + b + 1) >>> 1;
      if (Long.compareUnsigned(from[mid], address) <= 0) {
        a = mid;
      } else {
        b = mid - 1;
      }
    }
    return a;
  }

  private void move(int i) {
    low = from[i];
    // The last range ends with the address space: 0 - low is its size modulo 2^64.
    length = (i + 1 < from.length ? from[i + 1] : 0) - low;
    if (length == 0) {
      length = -1;
    }
    current = place[i];
    currentWritable = writable[i] != 0;
  }
}
