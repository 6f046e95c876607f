package dev.binspect.pe;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Note;
import java.util.List;

/** What a reader of the report should know although no count shows it. */
final class PeNotes {
  private static final int PSEUDO_TABLE_LIMIT = 1 << 20;

  private PeNotes() {}

  /** Sections whose bytes the file does not hold. */
  static void sections(PeMemory memory, List<Note> notes) {
    long length = memory.file.length();
    int told = 0;
    for (PeHeader.SectionHeader row : memory.header.sections()) {
      long memorySize = row.virtualSize() == 0 ? row.rawSize() : row.virtualSize();
      long needed = Math.min(row.rawSize(), (memorySize + 4095) & -4096);
      if (row.rawPointer() != 0 && needed > 0 && row.rawPointer() + needed > length && told++ < 4) {
        notes.add(
            new Note(
                Note.Level.WARNING,
                "truncated-section",
                "section "
                    + row.shortName()
                    + " ends "
                    + (row.rawPointer() + needed - length)
                    + " bytes behind the end of the file",
                row.rawPointer()));
      }
    }
  }

  /** A file without sections that can be cut: nothing else tells whether it was longer once. */
  static void padding(PeMemory memory, List<Note> notes) {
    if (memory.padded()) {
      notes.add(
          Note.info(
              "zero-page",
              "tables go on behind the end of the file, where Windows maps zeros: a file that was cut"
                  + " off looks the same"));
    }
  }

  /** {@return whether all code was taken out and debug information is left} */
  static boolean onlyDebugInformation(PeMemory memory) {
    boolean debug = false;
    boolean code = false;
    for (PeHeader.SectionHeader row : memory.header.sections()) {
      boolean content = row.rawPointer() != 0 && row.rawSize() != 0;
      if ((row.characteristics() & PeConstants.IMAGE_SCN_CNT_CODE) != 0) {
        if (content) {
          return false;
        }
        code = true;
      } else if (content && (row.rawName()[0] == '/' || row.shortName().startsWith(".debug"))) {
        debug = true;
      }
    }
    return code && debug;
  }

  static void exports(PeExports exports, List<Note> notes) {
    if (exports.live() > PeExports.LIMIT) {
      notes.add(
          Note.warning(
              "exports-over-limit",
              exports.live()
                  + " exports: linkers and Windows take no more than 65,535 in a DLL, the rest cannot"
                  + " be imported"));
    } else if (exports.live() >= PeExports.NEAR_LIMIT) {
      notes.add(
          Note.warning(
              "exports-near-limit",
              exports.live() + " exports: a DLL can have no more than 65,535"));
    }
  }

  /** What GNU ld does that no directory tells: auto-import. */
  static void gnu(PeMemory memory, List<Note> notes) {
    for (PeHeader.SectionHeader row : memory.header.sections()) {
      String name = row.shortName();
      if (name.equals(".rdata")) {
        long count = pseudoRelocations(memory, row);
        if (count > 0) {
          notes.add(
              Note.info(
                  "pseudo-relocations",
                  count
                      + " places are relocated by the program's own start code after the loader"
                      + " (MinGW's automatic import of data)"));
        }
      }
    }
  }

  /**
   * MinGW's linker script puts the list at the end of {@code .rdata}: a header {0, 0, 1}, then rows
   * of import slot, place and width in bits. It is found from its end.
   */
  private static long pseudoRelocations(PeMemory memory, PeHeader.SectionHeader row) {
    long end = row.virtualAddress() + row.virtualSize();
    long size = Math.min(row.virtualSize(), PSEUDO_TABLE_LIMIT) & -4;
    if (size < 24 || memory.inFile(end - 12) < 12) {
      return 0;
    }
    try {
      byte[] last = memory.copy(end - 12, 12, "pseudo relocations");
      if (!width(Bytes.i32(last, 8, true)) || memory.inFile(end - size) < size) {
        return 0;
      }
      byte[] table = memory.copy(end - size, size, "pseudo relocations");
      long count = 0;
      for (int at = table.length - 12; at >= 12; at -= 12) {
        int first = Bytes.i32(table, at, true);
        int second = Bytes.i32(table, at + 4, true);
        int third = Bytes.i32(table, at + 8, true);
        if (first == 0 && second == 0 && third == 1) {
          return count;
        }
        if (!width(third)
            || !memory.mapped(first & 0xffffffffL)
            || !memory.mapped(second & 0xffffffffL)) {
          return 0;
        }
        count++;
      }
      return 0;
    } catch (MalformedException e) {
      return 0; // a guess at what is no table
    }
  }

  private static boolean width(int bits) {
    return bits == 8 || bits == 16 || bits == 32 || bits == 64;
  }
}
