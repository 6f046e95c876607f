package dev.binspect.elf;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables.Entries;
import dev.binspect.image.PageSet;
import dev.binspect.image.Relocations;
import dev.binspect.image.Symbols;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts relocations as they are walked: numbers in arrays, no object per entry, names only at the
 * end.
 */
final class RelocationTally {
  static final int RELA = 0;
  static final int REL = 1;
  static final int RELR = 2;
  static final int PLT = 3;
  static final int ANDROID = 4;
  static final int MIPS_GOT = 5;
  private static final String[] TABLES = {"rela", "rel", "relr", "plt", "android", "mipsGot"};
  private static final String[] PLACES = {"other", "got", "data", "relro", "text"};

  /** Shown in this order. */
  private static final int[] PLACE_ORDER = {
    PlaceMap.GOT, PlaceMap.DATA, PlaceMap.RELRO, PlaceMap.TEXT, PlaceMap.OTHER
  };

  /** A type number beyond this is no machine's, and is counted in a map. */
  private static final int TYPES = 2048;

  /** As many as most machines have; a table for all of them would be made anew for each library. */
  private static final int USUAL_TYPES = 64;

  /** Strange types that are told apart; what only a hostile file has more of is one. */
  private static final int STRANGE_TYPES = 64;

  /** Where the types beyond those are counted. */
  private static final int OTHER_TYPES = -1;

  /** Bits of an address within a 4 KiB page. */
  private static final int PAGE_SHIFT = 12;

  private final ElfHeader header;
  private final int machine;
  private final Symbols symbols;
  private final PlaceMap places;
  private final PageSet pages;
  private boolean tooManyPages;
  private final long[] byTable = new long[TABLES.length];
  private long[] byType = new long[USUAL_TYPES];
  private final Map<Integer, Long> strangeTypes = new LinkedHashMap<>();
  private final byte[] kindOf;
  private int highestType;
  private final long[] byKind = new long[RelocationKind.count()];
  private final long[] byPlace = new long[PlaceMap.PLACES];
  private long relrTypes;
  private long gotTypes;
  private long other;
  private long total;
  private long unwritable;
  private int highestSymbol;
  private int entries;
  private int pltFrom = -1;
  private int[] entryType = new int[0];
  private int[] entrySymbol = new int[0];
  private long[] entryOffset = new long[0];

  RelocationTally(ElfHeader header, Symbols symbols, PlaceMap places) {
    this.header = header;
    this.machine = header.machine();
    this.pages = new PageSet(PAGE_SHIFT, header.file().length());
    this.symbols = symbols;
    this.places = places;
    this.kindOf = Kinds.of(machine);
  }

  private int kind(int type) {
    if (type < 0 || type >= TYPES) {
      return RelocationKind.SYMBOLIC;
    }
    int known = kindOf[type];
    if (known == 0) {
      known = RelocationKind.of(RelocationNames.name(machine, type)) + 1;
      kindOf[type] = (byte) known;
    }
    return known - 1;
  }

  /** One entry of a table; {@code keep} if the loader may look its symbol up. */
  void add(int table, long offset, int type, int symbol, boolean keep) {
    total++;
    byTable[table]++;
    if (type >= 0 && type < TYPES) {
      if (type >= byType.length) {
        byType = Arrays.copyOf(byType, TYPES);
      }
      byType[type]++;
      if (type > highestType) {
        highestType = type;
      }
    } else {
      boolean known = strangeTypes.size() < STRANGE_TYPES || strangeTypes.containsKey(type);
      strangeTypes.merge(known ? type : OTHER_TYPES, 1L, Long::sum);
    }
    int kind = kind(type);
    if (keep
        && (table == PLT || (kind != RelocationKind.RELATIVE && kind != RelocationKind.NONE))) {
      keep(offset, type, symbol);
    }
    if (kind == RelocationKind.NONE) {
      byKind[kind]++;
      byPlace[PlaceMap.OTHER]++;
      return;
    }
    if (symbol == 0 && kind == RelocationKind.SYMBOLIC) {
      // ld.so takes symbol 0 for the object itself: base and addend, nothing is looked up.
      kind = RelocationKind.RELATIVE;
    }
    byKind[kind]++;
    if (kind == RelocationKind.COPY) {
      other++;
    } else if (symbol != 0 && kind != RelocationKind.RELATIVE && kind != RelocationKind.IRELATIVE) {
      if (symbol < 0 || symbol >= symbols.count() || !symbols.defined(symbol)) {
        other++;
      }
    }
    if (Integer.compareUnsigned(symbol, highestSymbol) > 0) {
      highestSymbol = symbol;
    }
    write(offset, kind);
  }

  /**
   * Takes the entries behind a relative one that look like it: same r_info, same place. A big
   * program has a million of them, and they are all that its time is spent on.
   *
   * @param words 64-bit words of the table
   * @param at index of the first entry
   * @param step words of an entry
   * @return how many were taken
   */
  int addLike(int table, long info, int type, long[] words, int at, int end, int step) {
    if (type < 0 || type >= TYPES || kindOf[type] != RelocationKind.RELATIVE + 1 || table == PLT) {
      return 0;
    }
    long low = places.rangeStart();
    long length = places.rangeLength();
    int i = at;
    while (i < end && words[i + 1] == info) {
      long offset = words[i];
      if (Long.compareUnsigned(offset - low, length) >= 0) {
        break;
      }
      written(offset);
      i += step;
    }
    int count = (i - at) / step;
    total += count;
    byTable[table] += count;
    byType[type] += count;
    byKind[RelocationKind.RELATIVE] += count;
    byPlace[places.current()] += count;
    if (places.current() == PlaceMap.TEXT && !places.inWritable()) {
      unwritable += count;
    }
    return count;
  }

  private void write(long offset, int kind) {
    int place = places.at(offset);
    if (place == PlaceMap.TEXT && !places.inWritable()) {
      unwritable++;
    }
    if (!places.knowsGot()
        && place != PlaceMap.TEXT
        && place != PlaceMap.OTHER
        && (kind == RelocationKind.GOT
            || kind == RelocationKind.PLT
            || kind == RelocationKind.TLS)) {
      place = PlaceMap.GOT;
    }
    byPlace[place]++;
    written(offset);
  }

  private void written(long offset) {
    if (!pages.add(offset)) {
      tooManyPages = true;
    }
  }

  /** One place of a RELR table: relative, and without a type. */
  void addRelr(int table, long offset) {
    total++;
    byTable[table]++;
    relrTypes++;
    byKind[RelocationKind.RELATIVE]++;
    write(offset, RelocationKind.RELATIVE);
  }

  /** One slot of the GOT that MIPS relocates without any table. */
  void addMipsGot(long offset, int symbol) {
    total++;
    byTable[MIPS_GOT]++;
    gotTypes++;
    if (symbol == 0) {
      byKind[RelocationKind.RELATIVE]++;
    } else {
      byKind[RelocationKind.GOT]++;
      if (symbol >= symbols.count() || !symbols.defined(symbol)) {
        other++;
      }
    }
    byPlace[PlaceMap.GOT]++;
    written(offset);
  }

  private void keep(long offset, int type, int symbol) {
    if (entries == entryType.length) {
      int size = Math.max(64, entries * 2);
      entryType = Arrays.copyOf(entryType, size);
      entrySymbol = Arrays.copyOf(entrySymbol, size);
      entryOffset = Arrays.copyOf(entryOffset, size);
    }
    entryType[entries] = type;
    entrySymbol[entries] = symbol;
    entryOffset[entries++] = offset;
  }

  /** From here on entries belong to DT_JMPREL. */
  void startPlt() {
    pltFrom = entries;
  }

  /** {@return what was kept for look-ups} */
  Entries entries() {
    if (entries == 0) {
      return Entries.NONE;
    }
    return new Entries(
        entries,
        Arrays.copyOf(entryType, entries),
        Arrays.copyOf(entrySymbol, entries),
        Arrays.copyOf(entryOffset, entries),
        pltFrom < 0 ? entries : pltFrom);
  }

  /** {@return expanded places of DT_RELR and DT_ANDROID_RELR} */
  long relr() {
    return relrTypes;
  }

  /** {@return how many places lie in segments that are not writable} */
  long unwritable() {
    return unwritable;
  }

  /** {@return the highest symbol index that a relocation names} */
  int highestSymbol() {
    return highestSymbol;
  }

  /**
   * {@return the sums, by the names of the report}
   *
   * @throws MalformedException if they are written to more pages than a file of this size can have
   */
  Relocations result() throws MalformedException {
    if (tooManyPages) {
      throw header
          .file()
          .malformed(-1, "relocations", "write to more pages than a file of this size has");
    }
    if (total == 0) {
      return Relocations.NONE;
    }
    Map<String, Long> tables = new LinkedHashMap<>();
    for (int i = 0; i < TABLES.length; i++) {
      put(tables, TABLES[i], byTable[i]);
    }
    Map<String, Long> types = new LinkedHashMap<>();
    for (int i = 0; i <= highestType; i++) {
      if (byType[i] != 0) {
        put(types, RelocationNames.name(machine, i), byType[i]);
      }
    }
    for (Map.Entry<Integer, Long> strange : strangeTypes.entrySet()) {
      int type = strange.getKey();
      put(
          types,
          type == OTHER_TYPES ? "other" : Integer.toUnsignedString(type),
          strange.getValue());
    }
    put(types, "RELR", relrTypes);
    put(types, "GOT", gotTypes);
    Map<String, Long> kinds = new LinkedHashMap<>();
    for (int i = 0; i < RelocationKind.count(); i++) {
      put(kinds, RelocationKind.key(i), byKind[i]);
    }
    Map<String, Long> where = new LinkedHashMap<>();
    for (int i : PLACE_ORDER) {
      put(where, PLACES[i], byPlace[i]);
    }
    Map<String, Long> targets = new LinkedHashMap<>();
    put(targets, "self", total - other);
    put(targets, "other", other);
    return new Relocations(total, tables, types, kinds, where, targets, pages.pages(0));
  }

  private static void put(Map<String, Long> map, String key, long count) {
    if (count != 0) {
      map.put(key, count);
    }
  }

  /**
   * One above the kind of each type asked for so far, 0 for those that were not: names are compared
   * once for all files of a machine. Threads may fill a table at the same time: they write the same
   * values.
   */
  private record Kinds(int machine, byte[] table) {
    private static volatile Kinds last = new Kinds(-1, new byte[0]);

    static byte[] of(int machine) {
      Kinds known = last;
      if (known.machine != machine) {
        known = new Kinds(machine, new byte[TYPES]);
        last = known;
      }
      return known.table;
    }
  }
}
