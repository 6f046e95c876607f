package dev.binspect.elf;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables.GnuHash;
import dev.binspect.image.ElfTables.SysvHash;
import dev.binspect.image.Note;
import dev.binspect.image.Symbols;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DT_SYMTAB with its hash tables. No tag tells how many symbols there are: the section header does,
 * or DT_HASH, MIPS's own tag, the end of the last chain of DT_GNU_HASH, and at last the highest
 * index that a relocation names.
 */
final class DynamicSymbols {
  private static final int STT_SPARC_REGISTER = 13;

  private final ElfHeader header;
  private final Segments segments;
  private final DynamicTable dynamic;
  private @Nullable GnuHash gnuHash;
  private @Nullable SysvHash sysvHash;
  private Symbols symbols = Symbols.NONE;
  private boolean damaged;
  private boolean counted;
  private long imports;
  private long exports;
  private boolean stackProtector;
  private boolean fortified;

  private DynamicSymbols(ElfHeader header, Segments segments, DynamicTable dynamic) {
    this.header = header;
    this.segments = segments;
    this.dynamic = dynamic;
  }

  static DynamicSymbols read(
      ElfHeader header,
      Segments segments,
      SectionTable sections,
      DynamicTable dynamic,
      List<Note> notes) {
    DynamicSymbols result = new DynamicSymbols(header, segments, dynamic);
    result.hashes(notes);
    if (!dynamic.has(DynamicTable.DT_SYMTAB)) {
      result.counted = true;
      return result;
    }
    long offset = segments.offset(dynamic.get(DynamicTable.DT_SYMTAB));
    try {
      result.symbols =
          SymbolReader.read(
              header, offset, result.count(offset, sections), dynamic.strings(), "DT_SYMTAB");
      result.countNames();
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      result.damaged = true;
    }
    return result;
  }

  private void hashes(List<Note> notes) {
    HashReader reader = new HashReader(header, segments);
    if (dynamic.has(DynamicTable.DT_HASH)) {
      try {
        sysvHash = reader.sysv(dynamic.get(DynamicTable.DT_HASH));
      } catch (MalformedException e) {
        notes.add(Note.damaged(e));
      }
    }
    if (dynamic.has(DynamicTable.DT_GNU_HASH)) {
      try {
        gnuHash = reader.gnu(dynamic.get(DynamicTable.DT_GNU_HASH));
      } catch (MalformedException e) {
        notes.add(Note.damaged(e));
      }
    }
  }

  private long count(long offset, SectionTable sections) {
    for (int i = 0; i < sections.count(); i++) {
      if (sections.type(i) == SectionTable.SHT_DYNSYM && sections.offset(i) == offset) {
        counted = true;
        return sections.size(i) / SymbolReader.entrySize(header);
      }
    }
    SysvHash sysv = sysvHash;
    if (sysv != null) {
      counted = true;
      return sysv.chain().length;
    }
    if (Machine.isMips(header.machine()) && dynamic.has(DynamicTable.DT_MIPS_SYMTABNO)) {
      counted = true;
      return dynamic.get(DynamicTable.DT_MIPS_SYMTABNO);
    }
    GnuHash gnu = gnuHash;
    return gnu == null ? 0 : (long) gnu.symbolBase() + gnu.chain().length;
  }

  /**
   * Takes symbols in that only relocations tell of.
   *
   * @param highest index named by a relocation
   */
  void extend(int highest, List<Note> notes) {
    if (counted || damaged || Integer.compareUnsigned(highest, symbols.count()) < 0) {
      return;
    }
    long offset = segments.offset(dynamic.get(DynamicTable.DT_SYMTAB));
    try {
      symbols =
          SymbolReader.read(
              header, offset, Integer.toUnsignedLong(highest) + 1, dynamic.strings(), "DT_SYMTAB");
      countNames();
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      damaged = true;
    }
  }

  /** {@return whether the count is told and not only guessed from what refers to the table} */
  boolean counted() {
    return counted;
  }

  private void countNames() {
    Symbols s = symbols;
    boolean sparc = Machine.isSparc(header.machine());
    long in = 0;
    long out = 0;
    byte[] guard = {'_', '_', 's', 't', 'a', 'c', 'k', '_', 'c', 'h', 'k', '_', 'f', 'a', 'i', 'l'};
    for (int i = 1; i < s.count(); i++) {
      int binding = s.binding(i);
      if (binding != Symbols.GLOBAL && binding != Symbols.WEAK && binding != Symbols.UNIQUE) {
        continue;
      }
      if (!s.defined(i)) {
        if (s.nameOffset(i) != 0 && !(sparc && s.type(i) == STT_SPARC_REGISTER)) {
          in++;
          stackProtector |= s.named(i, guard);
          fortified = fortified || checked(s, i);
        }
      } else if (s.visibility(i) == Symbols.DEFAULT || s.visibility(i) == Symbols.PROTECTED) {
        out++;
      }
    }
    imports = in;
    exports = out;
  }

  /** {@return whether it is a function of the C library that checks its buffer: __memcpy_chk} */
  private static boolean checked(Symbols s, int i) {
    byte[] strings = s.strings();
    int from = s.nameOffset(i);
    int end = from + s.nameLength(i);
    return end - from > 6
        && strings[from] == '_'
        && strings[from + 1] == '_'
        && strings[end - 4] == '_'
        && strings[end - 3] == 'c'
        && strings[end - 2] == 'h'
        && strings[end - 1] == 'k';
  }

  /** {@return whether the table could not be read} */
  boolean damaged() {
    return damaged;
  }

  Symbols symbols() {
    return symbols;
  }

  @Nullable GnuHash gnuHash() {
    return gnuHash;
  }

  @Nullable SysvHash sysvHash() {
    return sysvHash;
  }

  /** {@return undefined symbols with a name: global, weak or unique} */
  long imports() {
    return imports;
  }

  /** {@return defined symbols that others can bind to} */
  long exports() {
    return exports;
  }

  /** {@return whether the stack protector's failure function is imported} */
  boolean stackProtector() {
    return stackProtector;
  }

  /** {@return whether functions that check their buffer (_FORTIFY_SOURCE) are imported} */
  boolean fortified() {
    return fortified;
  }
}
