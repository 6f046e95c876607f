package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Note;
import java.util.List;

/**
 * What the load configuration changes (PE specification, "The Load Configuration Structure"; the
 * later fields as in {@code winnt.h}, IMAGE_LOAD_CONFIG_DIRECTORY32 and 64).
 *
 * @param securityCookie whether the compiler guards stacks
 * @param safeSeh whether all exception handlers are listed (i386)
 * @param dependentLoadFlags LOAD_LIBRARY_SEARCH_* for the image's own imports
 * @param hybrid whether code for a second machine is in it (CHPE metadata)
 */
record PeLoadConfig(
    boolean securityCookie, boolean safeSeh, int dependentLoadFlags, boolean hybrid) {
  private static final String STRUCTURE = "IMAGE_LOAD_CONFIG_DIRECTORY";
  private static final int ARM64X = 6;
  static final PeLoadConfig NONE = new PeLoadConfig(false, false, 0, false);

  static PeLoadConfig read(PeMemory memory, List<Note> notes) {
    PeHeader header = memory.header;
    long rva = header.address(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG);
    if (rva == 0) {
      return NONE;
    }
    try {
      boolean plus = header.plus();
      // The structure says its own size; the directory's was 64 for every image that XP should run.
      long size = memory.u32(rva, STRUCTURE);
      boolean cookie = field(memory, rva, size, plus ? 88 : 60) != 0;
      boolean safeSeh =
          header.machine() == PeConstants.IMAGE_FILE_MACHINE_I386
              && field(memory, rva, size, 64) != 0;
      int flagsAt = plus ? 78 : 54;
      int flags = size >= flagsAt + 2 ? memory.u16(rva + flagsAt, STRUCTURE) : 0;
      boolean hybrid = field(memory, rva, size, plus ? 200 : 124) != 0;
      int tableAt = plus ? 224 : 136;
      if (size >= tableAt + 6) {
        dynamicRelocations(
            memory,
            memory.u32(rva + tableAt, STRUCTURE),
            memory.u16(rva + tableAt + 4, STRUCTURE),
            notes);
      }
      return new PeLoadConfig(cookie, safeSeh, flags, hybrid);
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      return NONE;
    }
  }

  private static long field(PeMemory memory, long rva, long size, int at)
      throws MalformedException {
    return size >= at + memory.header.word() ? memory.word(rva + at, STRUCTURE) : 0;
  }

  /**
   * The dynamic value relocation table: places that the kernel, not the loader, changes while it
   * maps the image. They are told and not counted among the loader's.
   */
  private static void dynamicRelocations(
      PeMemory memory, long offset, int section, List<Note> notes) throws MalformedException {
    if (section == 0 || section > memory.header.sections().length) {
      return;
    }
    String structure = "IMAGE_DYNAMIC_RELOCATION_TABLE";
    long at = memory.header.sections()[section - 1].virtualAddress() + offset;
    long version = memory.u32(at, structure);
    long size = memory.u32(at + 4, structure);
    if (version != 1) {
      return;
    }
    at += 8;
    long end = at + size;
    int row = memory.header.word() + 4;
    long arm64x = 0;
    long other = 0;
    while (at + row <= end) {
      long symbol = memory.word(at, structure);
      long bytes = memory.u32(at + row - 4, structure);
      at += row;
      if (symbol == ARM64X) {
        arm64x += fixups(memory, at, bytes);
      } else {
        other++;
      }
      at += bytes;
    }
    if (arm64x > 0) {
      notes.add(
          Note.info(
              "dynamic-relocations",
              arm64x
                  + " places are changed by the kernel when the image is mapped for the other machine"
                  + " (IMAGE_DYNAMIC_RELOCATION_ARM64X)"));
    }
    if (other > 0) {
      notes.add(
          Note.info(
              "dynamic-relocations",
              other
                  + " further kinds of places may be changed by the kernel"
                  + " (IMAGE_DYNAMIC_RELOCATION_TABLE)"));
    }
  }

  private static long fixups(PeMemory memory, long at, long bytes) throws MalformedException {
    String structure = "IMAGE_DYNAMIC_RELOCATION_ARM64X";
    byte[] table = memory.copy(at, bytes, structure);
    long fixups = 0;
    int k = 0;
    while (k + 8 <= table.length) {
      long block = Bytes.u32(table, k + 4, true);
      if (block < 8 || block > table.length - k) {
        throw memory.outside(at + k, structure, "block has the impossible size " + block);
      }
      int end = k + (int) block;
      for (k += 8; k + 2 <= end; ) {
        int entry = Bytes.u16(table, k, true);
        k += 2;
        if (entry == 0) {
          continue; // padding to four bytes
        }
        fixups++;
        // Type in bits 12 and 13: zero fill, a value of 1 << size bytes, a 16-bit delta.
        k +=
            switch (entry >>> 12 & 3) {
              case 1 -> 1 << (entry >>> 14);
              case 2 -> 2;
              default -> 0;
            };
      }
      k = end;
    }
    return fixups;
  }
}
