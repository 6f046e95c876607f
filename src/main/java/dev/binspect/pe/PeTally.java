package dev.binspect.pe;

import dev.binspect.image.Relocations;
import dev.binspect.image.WrittenPages;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the places that the loader writes, by everything the report tells them apart. */
final class PeTally {
  private static final int GOT = 0;
  private static final int DATA = 1;
  private static final int RELRO = 2;
  private static final int TEXT = 3;
  private static final int OTHER = 4;
  private static final String[] PLACES = {"got", "data", "relro", "text", "other"};
  private static final int PAGE_SHIFT = 12;
  private static final int PAGES = 1 << (32 - PAGE_SHIFT);

  private final PeMemory memory;
  private final long[] types = new long[16];
  private final long[] places = new long[PLACES.length];
  // A bit for each page of the 4 GiB that an image can have: 128 KiB, whatever the file says.
  private final long[] written = new long[PAGES / 64];
  private int pages;
  private final BitSet importPages = new BitSet();
  private long base;
  private long byName;
  private long byOrdinal;
  private long delayedByName;
  private long delayedByOrdinal;
  private long importsReadOnly;
  private long knownFrom = 1;
  private long knownTo;
  private int knownPlace;

  PeTally(PeMemory memory) {
    this.memory = memory;
  }

  void base(long rva, int type) {
    base++;
    types[type]++;
    places[place(rva)]++;
    write(rva, PeConstants.width(type));
  }

  /**
   * Entries of a block on one page, none of them HIGHADJ: one look for the place and one mark for
   * the page serve them all.
   *
   * @param page address of a whole page
   */
  void page(byte[] table, int from, int to, long page) {
    long[] counts = types;
    int count = 0;
    int reach = 0;
    for (int k = from; k + 2 <= to; k += 2) {
      int high = table[k + 1] & 0xff;
      int type = high >>> 4;
      if (type == PeConstants.IMAGE_REL_BASED_ABSOLUTE) {
        continue;
      }
      counts[type]++;
      count++;
      if (high << 28 >>> 28 == 0xf) { // in the last 256 bytes: may reach over the page's end
        int offset = (high & 0xf) << 8 | table[k] & 0xff;
        reach = Math.max(reach, offset + PeConstants.width(type));
      }
    }
    if (count > 0) {
      base += count;
      places[place(page)] += count;
      write(page, Math.max(1, reach));
    }
  }

  /** {@return whether all of a page lies in one section, or in none} */
  boolean whole(long page) {
    return (page & (1 << PAGE_SHIFT) - 1) == 0 && !memory.header.lowAlignment();
  }

  /** A slot of the import address table, written at start. */
  void imported(long slot, boolean named) {
    if (named) {
      byName++;
    } else {
      byOrdinal++;
    }
    if (place(slot) != DATA) {
      importsReadOnly++;
    }
    int width = memory.header.word();
    write(slot, width);
    importPages.set((int) (slot >>> PAGE_SHIFT) & PAGES - 1);
    importPages.set((int) (slot + width - 1 >>> PAGE_SHIFT) & PAGES - 1);
  }

  /** {@return distinct pages of the import address table} */
  long importPages() {
    return importPages.cardinality();
  }

  /** Slots of delay-loaded functions, left for the first call. */
  void delayed(long named, long byNumber) {
    delayedByName += named;
    delayedByOrdinal += byNumber;
  }

  long base() {
    return base;
  }

  long inText() {
    return places[TEXT];
  }

  long inRelro() {
    return places[RELRO];
  }

  long imports() {
    return byName + byOrdinal;
  }

  long delayed() {
    return delayedByName + delayedByOrdinal;
  }

  /** {@return how many slots lie in sections that are read-only once the loader is done} */
  long importsReadOnly() {
    return importsReadOnly;
  }

  private void write(long rva, int width) {
    long first = rva >>> PAGE_SHIFT;
    long end = (rva + width - 1) >>> PAGE_SHIFT;
    for (long page = first; page <= end; page++) {
      int word = (int) (page >>> 6) & (written.length - 1);
      long bit = 1L << (page & 63);
      if ((written[word] & bit) == 0) {
        written[word] |= bit;
        pages++;
      }
    }
  }

  private int place(long rva) {
    if (rva >= knownFrom && rva < knownTo) {
      return knownPlace;
    }
    int section = memory.section(rva);
    if (section < 0) {
      return OTHER;
    }
    PeHeader.SectionHeader row = memory.header.sections()[section];
    knownFrom = memory.regionStart(rva);
    knownTo = memory.regionEnd(rva);
    knownPlace = row.executable() ? TEXT : row.writable() ? DATA : RELRO;
    return knownPlace;
  }

  Relocations relocations() {
    long imports = imports();
    long delayed = delayed();
    Map<String, Long> byTable = new LinkedHashMap<>();
    put(byTable, "base", base);
    put(byTable, "import", imports);
    put(byTable, "delayImport", delayed);
    Map<String, Long> byType = new LinkedHashMap<>();
    for (int type = 0; type < types.length; type++) {
      put(byType, PeConstants.baseRelocation(type, memory.header.machine()), types[type]);
    }
    put(byType, "IMAGE_IMPORT_BY_NAME", byName + delayedByName);
    put(byType, "IMAGE_IMPORT_BY_ORDINAL", byOrdinal + delayedByOrdinal);
    Map<String, Long> byKind = new LinkedHashMap<>();
    put(byKind, "relative", base);
    put(byKind, "got", imports);
    put(byKind, "plt", delayed);
    Map<String, Long> byPlace = new LinkedHashMap<>();
    for (int i = 0; i < PLACES.length; i++) {
      put(byPlace, PLACES[i], i == GOT ? imports + delayed : places[i]);
    }
    Map<String, Long> byTarget = new LinkedHashMap<>();
    put(byTarget, "self", base);
    put(byTarget, "other", imports + delayed);
    return new Relocations(
        base + imports + delayed, byTable, byType, byKind, byPlace, byTarget, pages());
  }

  private WrittenPages pages() {
    long[] all = new long[pages];
    int n = 0;
    for (int i = 0; n < pages; i++) {
      for (long word = written[i]; word != 0; word &= word - 1) {
        all[n++] = i * 64L + Long.numberOfTrailingZeros(word);
      }
    }
    return new WrittenPages(PAGE_SHIFT, all);
  }

  private static void put(Map<String, Long> map, String key, long value) {
    if (value != 0) {
      map.put(key, value);
    }
  }
}
