package dev.binspect.elf;

import dev.binspect.bytes.MalformedException;

/** Which tables of relocations a loader applies, and in which order. */
final class DynamicRelocations {
  private final ElfHeader header;
  private final DynamicTable dynamic;
  private final RelocationTally tally;
  private final RelocationReader reader;
  private long relative;

  DynamicRelocations(
      ElfHeader header, Segments segments, DynamicTable dynamic, RelocationTally tally) {
    this.header = header;
    this.dynamic = dynamic;
    this.tally = tally;
    this.reader = new RelocationReader(header, segments, tally);
  }

  /** {@return the leading relative entries, after {@link #walk}} */
  long relative() {
    return relative;
  }

  /**
   * Walks all tables.
   *
   * @throws MalformedException if a table is not what its tags say: then no count is known
   */
  void walk() throws MalformedException {
    if (dynamic.has(DynamicTable.DT_RELR)) {
      relr(
          DynamicTable.DT_RELR,
          DynamicTable.DT_RELRSZ,
          DynamicTable.DT_RELRENT,
          RelocationTally.RELR,
          "DT_RELR");
    }
    if (dynamic.has(DynamicTable.DT_ANDROID_RELR)) {
      relr(
          DynamicTable.DT_ANDROID_RELR,
          DynamicTable.DT_ANDROID_RELRSZ,
          DynamicTable.DT_ANDROID_RELRENT,
          RelocationTally.ANDROID,
          "DT_ANDROID_RELR");
    }
    android(DynamicTable.DT_ANDROID_REL, DynamicTable.DT_ANDROID_RELSZ, false, "DT_ANDROID_REL");
    android(DynamicTable.DT_ANDROID_RELA, DynamicTable.DT_ANDROID_RELASZ, true, "DT_ANDROID_RELA");
    table(
        DynamicTable.DT_REL,
        DynamicTable.DT_RELSZ,
        DynamicTable.DT_RELENT,
        DynamicTable.DT_RELCOUNT,
        false);
    table(
        DynamicTable.DT_RELA,
        DynamicTable.DT_RELASZ,
        DynamicTable.DT_RELAENT,
        DynamicTable.DT_RELACOUNT,
        true);
    tally.startPlt();
    if (pltSize() != 0) {
      reader.walk(
          dynamic.get(DynamicTable.DT_JMPREL),
          pltSize(),
          pltAddend(),
          RelocationTally.PLT,
          0,
          "DT_JMPREL");
    }
    if (Machine.isMips(header.machine())) {
      mipsGot();
    }
  }

  private long pltSize() {
    return dynamic.has(DynamicTable.DT_JMPREL) ? dynamic.get(DynamicTable.DT_PLTRELSZ) : 0;
  }

  private boolean pltAddend() throws MalformedException {
    long kind = dynamic.get(DynamicTable.DT_PLTREL);
    if (kind != DynamicTable.DT_RELA && kind != DynamicTable.DT_REL) {
      if (kind == 0) {
        // Left out by old linkers: the machine's other table tells.
        return dynamic.has(DynamicTable.DT_RELA) || !dynamic.has(DynamicTable.DT_REL);
      }
      throw header
          .file()
          .malformed(
              -1, "DT_PLTREL", "is " + Long.toUnsignedString(kind) + ", not DT_REL or DT_RELA");
    }
    return kind == DynamicTable.DT_RELA;
  }

  private void relr(long tag, long sizeTag, long entryTag, int table, String structure)
      throws MalformedException {
    long entry = dynamic.get(entryTag);
    if (entry != 0 && entry != header.word()) {
      throw header
          .file()
          .malformed(-1, structure, "has entries of " + Long.toUnsignedString(entry) + " bytes");
    }
    reader.walkRelr(dynamic.get(tag), dynamic.get(sizeTag), table, structure);
  }

  private void android(long tag, long sizeTag, boolean addend, String structure)
      throws MalformedException {
    if (dynamic.has(tag)) {
      reader.walkAndroid(dynamic.get(tag), dynamic.get(sizeTag), addend, structure);
    }
  }

  /** DT_REL or DT_RELA without what belongs to DT_JMPREL, which may lie in it. */
  private void table(long tag, long sizeTag, long entryTag, long countTag, boolean addend)
      throws MalformedException {
    if (!dynamic.has(tag)) {
      return;
    }
    String structure = addend ? "DT_RELA" : "DT_REL";
    int table = addend ? RelocationTally.RELA : RelocationTally.REL;
    long start = dynamic.get(tag);
    long size = dynamic.get(sizeTag);
    long entry = dynamic.get(entryTag);
    int own = reader.entrySize(addend);
    if (entry != 0 && entry != own) {
      throw header
          .file()
          .malformed(
              -1,
              structure,
              "has entries of " + Long.toUnsignedString(entry) + " bytes, not " + own);
    }
    long count = Long.divideUnsigned(size, own);
    long leading = dynamic.get(countTag);
    if (Long.compareUnsigned(leading, count) > 0) {
      leading = count;
    }
    long plt = dynamic.get(DynamicTable.DT_JMPREL);
    long pltSize = pltSize();
    if (pltSize != 0
        && pltAddend() == addend
        && Long.compareUnsigned(plt - start, size) < 0
        && (plt - start) % own == 0) {
      long before = plt - start;
      leading = Math.min(leading, before / own);
      reader.walk(start, before, addend, table, leading, structure);
      // What a lying size adds behind the table's end is walked as DT_JMPREL, not twice.
      long behind = before + pltSize;
      if (behind > 0 && behind < size) {
        reader.walk(start + behind, size - behind, addend, table, 0, structure);
      }
    } else {
      reader.walk(start, size, addend, table, leading, structure);
    }
    relative += leading;
  }

  /**
   * MIPS relocates its GOT without a table (MIPS psABI supplement, chapter 5): DT_MIPS_LOCAL_GOTNO
   * entries by the load address, then one for each symbol from DT_MIPS_GOTSYM on.
   */
  private void mipsGot() throws MalformedException {
    if (!dynamic.has(DynamicTable.DT_PLTGOT)
        || !dynamic.has(DynamicTable.DT_MIPS_LOCAL_GOTNO)
            && !dynamic.has(DynamicTable.DT_MIPS_SYMTABNO)) {
      return;
    }
    long got = dynamic.get(DynamicTable.DT_PLTGOT);
    long local = dynamic.get(DynamicTable.DT_MIPS_LOCAL_GOTNO);
    long first = dynamic.get(DynamicTable.DT_MIPS_GOTSYM);
    long end = dynamic.get(DynamicTable.DT_MIPS_SYMTABNO);
    long global = Math.max(0, end - first);
    long slots = header.file().length() / header.word();
    if (local < 0 || local > slots || end < 0 || first < 0 || global > slots) {
      throw header
          .file()
          .malformed(
              -1,
              "DT_MIPS_LOCAL_GOTNO",
              "announces "
                  + Long.toUnsignedString(local)
                  + " local and "
                  + Long.toUnsignedString(global)
                  + " global GOT entries");
    }
    int word = header.word();
    for (long i = 0; i < local; i++) {
      tally.addMipsGot(got + i * word, 0);
    }
    for (long i = 0; i < global; i++) {
      tally.addMipsGot(got + (local + i) * word, (int) Math.max(1, first + i));
    }
  }

  /**
   * A static program applies its IRELATIVE relocations itself; no PT_DYNAMIC tells where they are.
   */
  static void walkStatic(
      ElfHeader header, Segments segments, SectionTable sections, RelocationTally tally)
      throws MalformedException {
    RelocationReader reader = new RelocationReader(header, segments, tally);
    for (int i = 0; i < sections.count(); i++) {
      int type = sections.type(i);
      if (sections.loaded(i)
          && (type == SectionTable.SHT_RELA || type == SectionTable.SHT_REL)
          && sections.size(i) > 0) {
        boolean addend = type == SectionTable.SHT_RELA;
        int table =
            sections.nameStarts(i, ".rela.plt") || sections.named(i, ".rel.plt")
                ? RelocationTally.PLT
                : addend ? RelocationTally.RELA : RelocationTally.REL;
        reader.walkAt(sections.offset(i), sections.size(i), addend, table, 0, sections.name(i));
      }
    }
  }
}
