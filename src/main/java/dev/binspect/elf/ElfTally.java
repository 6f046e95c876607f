package dev.binspect.elf;

import dev.binspect.image.ElfTables.Segment;
import dev.binspect.image.Relocations;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts relocations by table, type, kind, place and target, and the pages they write to. */
final class ElfTally {
  static final int RELA = 0;
  static final int REL = 1;
  static final int RELR = 2;
  static final int PLT = 3;
  private static final String[] TABLES = {"rela", "rel", "relr", "plt", "android", "mipsGot"};
  private static final String[] KINDS = {
    "relative", "symbolic", "got", "plt", "copy", "tls", "irelative", "none"
  };
  private static final String[] PLACES = {"got", "data", "relro", "text", "other"};
  private static final int RELR_TYPE = 4096;

  private final int machine;
  private final ElfSegments segments;
  private final @Nullable Segment relro;
  private final long gotFrom;
  private final long gotTo;
  private final long[] tables = new long[TABLES.length];
  private final long[] types = new long[RELR_TYPE + 1];
  private final long[] kinds = new long[KINDS.length];
  private final long[] places = new long[PLACES.length];
  private long self;
  private long other;
  private long total;
  private long[] pages = new long[64];
  private int pageCount;
  private long lastPage = -1;
  private @Nullable Segment lastSegment;

  ElfTally(int machine, ElfSegments segments, long gotFrom, long gotTo) {
    this.machine = machine;
    this.segments = segments;
    this.relro = segments.first(ElfSegments.PT_GNU_RELRO);
    this.gotFrom = gotFrom;
    this.gotTo = gotTo;
  }

  void add(int table, int type, long place, boolean needsOther) {
    total++;
    tables[table]++;
    types[type >= 0 && type < RELR_TYPE ? type : RELR_TYPE - 1]++;
    kinds[ElfTypes.kind(machine, type, table)]++;
    where(place, needsOther);
  }

  void addRelr(long place) {
    total++;
    tables[RELR]++;
    types[RELR_TYPE]++;
    kinds[0]++;
    where(place, false);
  }

  private void where(long place, boolean needsOther) {
    if (needsOther) {
      other++;
    } else {
      self++;
    }
    Segment segment = lastSegment;
    if (segment == null
        || Long.compareUnsigned(place - segment.address(), segment.memorySize()) >= 0) {
      segment = segments.loadAt(place);
      lastSegment = segment;
    }
    int in;
    if (segment == null) {
      in = 4;
    } else if (Long.compareUnsigned(place - gotFrom, gotTo - gotFrom) < 0) {
      in = 0;
    } else if (relro != null
        && Long.compareUnsigned(place - relro.address(), relro.memorySize()) < 0) {
      in = 2;
    } else {
      in = (segment.flags() & ElfSegments.PF_W) != 0 ? 1 : 3;
    }
    places[in]++;
    long page = place >>> 12;
    if (page != lastPage) {
      lastPage = page;
      if (pageCount == pages.length) {
        squeeze();
        if (pageCount > pages.length / 2) {
          pages = Arrays.copyOf(pages, pages.length * 2);
        }
      }
      pages[pageCount++] = page;
    }
  }

  private void squeeze() {
    Arrays.sort(pages, 0, pageCount);
    int n = 0;
    for (int i = 0; i < pageCount; i++) {
      if (i == 0 || pages[i] != pages[i - 1]) {
        pages[n++] = pages[i];
      }
    }
    pageCount = n;
  }

  Relocations done() {
    squeeze();
    Map<String, Long> byType = new LinkedHashMap<>();
    for (int i = 0; i < types.length; i++) {
      if (types[i] > 0) {
        byType.put(i == RELR_TYPE ? "RELR" : ElfTypes.name(machine, i), types[i]);
      }
    }
    Map<String, Long> byTarget = new LinkedHashMap<>();
    if (self > 0) {
      byTarget.put("self", self);
    }
    if (other > 0) {
      byTarget.put("other", other);
    }
    return new Relocations(
        total,
        map(TABLES, tables),
        byType,
        map(KINDS, kinds),
        map(PLACES, places),
        byTarget,
        pageCount);
  }

  private static Map<String, Long> map(String[] names, long[] counts) {
    Map<String, Long> out = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      if (counts[i] > 0) {
        out.put(names[i], counts[i]);
      }
    }
    return out;
  }
}
