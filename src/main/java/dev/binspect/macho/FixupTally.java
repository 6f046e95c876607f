package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.MachoTables;
import dev.binspect.image.PageSet;
import dev.binspect.image.Relocations;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts fixups as they are walked; no object for any of them. */
final class FixupTally {
  /** Tables, in the order of the report's byTable. */
  static final int REBASE = 0;

  static final int BIND = 1;
  static final int WEAK_BIND = 2;
  static final int LAZY_BIND = 3;
  static final int CHAINED_REBASE = 4;
  static final int CHAINED_BIND = 5;
  static final int EXTERNAL = 6;
  static final int LOCAL = 7;
  private static final String[] TABLES = {
    "rebase", "bind", "weakBind", "lazyBind", "chainedRebase", "chainedBind", "external", "local"
  };

  private static final String[] PLACES = {"got", "data", "relro", "text", "other"};

  private static final int RELATIVE = 0;
  private static final String[] KINDS = {"relative", "symbolic", "got", "plt", "tls"};

  private static final int TYPES = 64;

  private final Bytes slice;
  private final SegmentMap map;
  private final PageSet pages;
  private final long limit;
  private final int pageShift;
  private final int cpuType;
  private long total;
  private long self;
  private final long[] tables = new long[TABLES.length];
  private final long[] types = new long[TYPES];
  private final long[] kinds = new long[KINDS.length];
  private final long[] places = new long[SegmentMap.PLACES];

  /** By span of the map; those outside of all at the end. */
  private final long[] spans;

  /**
   * @param pageShift log2 of the page size
   */
  FixupTally(Bytes slice, SegmentMap map, int pageShift, int cpuType) {
    this.slice = slice;
    this.map = map;
    this.pageShift = pageShift;
    this.cpuType = cpuType;
    this.spans = new long[map.count() + 1];
    // Each fixup takes at least four bytes of the file, and dyld's tables name a place three times
    // at most. A table that announces more was made to be slow.
    this.limit = slice.length() + 1024;
    this.pages = new PageSet(pageShift, slice.length());
  }

  /**
   * Counts one place.
   *
   * @param type of {@link FixupTypes}
   * @param width bytes written
   * @param bind whether a symbol is looked up
   * @param own whether what is pointed to is known to lie in this image
   */
  void add(long address, int width, int table, int type, boolean bind, boolean own)
      throws MalformedException {
    add(address, width, table, type, bind, 1, own ? 1 : 0);
  }

  /**
   * {@return the address up to which places count as the one at {@code address} does: they stand in
   * one section and on one page}
   */
  long alike(long address) {
    map.seek(address);
    return Math.min(map.until(), ((address >>> pageShift) + 1) << pageShift);
  }

  /**
   * Counts places that are {@link #alike}.
   *
   * @param last address of the last one
   * @param count how many
   * @param own how many of them point into this image
   */
  void add(long last, int width, int table, int type, boolean bind, long count, long own)
      throws MalformedException {
    total += count;
    if (total > limit) {
      throw slice.malformed(
          0, TABLES[table] + " fixups", "write to more places than the file has bytes");
    }
    tables[table] += count;
    types[type] += count;
    map.seek(last);
    places[map.place()] += count;
    int span = map.span();
    spans[span < 0 ? spans.length - 1 : span] += count;
    kinds[!bind ? RELATIVE : table == LAZY_BIND ? 3 : 1 + map.kind()] += count;
    self += own;
    if (!pages.add(last) || (crosses(last, width) && !pages.add(last + width - 1))) {
      throw slice.malformed(0, TABLES[table] + " fixups", "write to more pages than the file has");
    }
  }

  private boolean crosses(long address, int width) {
    return address >>> pageShift != (address + width - 1) >>> pageShift;
  }

  long total() {
    return total;
  }

  long count(int table) {
    return tables[table];
  }

  long at(int place) {
    return places[place];
  }

  /**
   * @param base the preferred base: pages are numbered from there
   */
  Relocations relocations(long base) {
    Map<String, Long> byTarget = new LinkedHashMap<>();
    put(byTarget, "self", self);
    put(byTarget, "other", total - self);
    Map<String, Long> byType = new LinkedHashMap<>();
    for (int i = 0; i < TYPES; i++) {
      put(byType, FixupTypes.name(i, cpuType), types[i]);
    }
    return new Relocations(
        total,
        counts(TABLES, tables),
        Collections.unmodifiableMap(byType),
        counts(KINDS, kinds),
        counts(PLACES, places),
        Collections.unmodifiableMap(byTarget),
        pages.pages(base));
  }

  MachoTables.Fixups places() {
    Map<String, Long> bySegment = new LinkedHashMap<>();
    Map<String, Long> bySection = new LinkedHashMap<>();
    for (int i = 0; i < map.count(); i++) {
      put(bySegment, map.segment(i), spans[i]);
      put(bySection, map.section(i), spans[i]);
    }
    put(bySegment, "other", spans[map.count()]);
    put(bySection, "other", spans[map.count()]);
    return new MachoTables.Fixups(
        1 << pageShift,
        Collections.unmodifiableMap(bySegment),
        Collections.unmodifiableMap(bySection));
  }

  private static Map<String, Long> counts(String[] names, long[] values) {
    Map<String, Long> out = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      put(out, names[i], values[i]);
    }
    return Collections.unmodifiableMap(out);
  }

  private static void put(Map<String, Long> map, String name, long value) {
    if (value != 0) {
      map.put(name, map.getOrDefault(name, 0L) + value);
    }
  }
}
