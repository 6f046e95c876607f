package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_BASERELOC;
import static dev.binspect.pe.PeConstants.IMAGE_REL_BASED_ABSOLUTE;
import static dev.binspect.pe.PeConstants.IMAGE_REL_BASED_HIGHADJ;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Note;
import java.util.List;

/**
 * Walks the base relocation table (PE specification, "The .reloc Section"): blocks of a page's
 * address, a size, and 16-bit entries of a type and an offset.
 */
final class PeBaseRelocations {
  private static final String BLOCK = "IMAGE_BASE_RELOCATION";

  private PeBaseRelocations() {}

  /**
   * Adds every base relocation to the tally.
   *
   * @throws MalformedException if the table is cut off or a block cannot be one; what the tally
   *     holds then is not the whole
   */
  static void read(PeMemory memory, PeTally tally, List<Note> notes) throws MalformedException {
    PeHeader header = memory.header;
    long rva = header.address(IMAGE_DIRECTORY_ENTRY_BASERELOC);
    long size = header.size(IMAGE_DIRECTORY_ENTRY_BASERELOC);
    if (rva == 0 || size == 0) {
      return;
    }
    byte[] table = memory.copy(rva, size, "base relocation table");
    long at = 0;
    while (at + 8 <= size) {
      int in = (int) at;
      long page = Bytes.u32(table, in, true);
      long block = Bytes.u32(table, in + 4, true);
      if (block == 0 && page == 0) {
        return; // zeros behind the last block: the linker's padding
      }
      if (block < 8) {
        throw memory.outside(rva + at, BLOCK, "has the impossible size " + block);
      }
      byte[] source = table;
      int from = in + 8;
      int to = in + (int) Math.min(block, Integer.MAX_VALUE - in);
      if (at + block > size) {
        // Windows takes the block's size and not the directory's.
        source = memory.copy(rva + at, block, BLOCK);
        from = 8;
        to = source.length;
        notes.add(
            Note.damaged(
                memory.outside(
                    rva + at,
                    BLOCK,
                    "is " + (at + block - size) + " bytes longer than its table")));
      }
      block(source, from, to, page, tally);
      at += block;
    }
  }

  private static void block(byte[] table, int from, int to, long page, PeTally tally) {
    if (tally.whole(page) && !hasPair(table, from, to)) {
      tally.page(table, from, to, page);
      return;
    }
    for (int k = from; k + 2 <= to; k += 2) {
      int entry = Bytes.u16(table, k, true);
      int type = entry >>> 12;
      if (type == IMAGE_REL_BASED_ABSOLUTE) {
        continue;
      }
      tally.base(page + (entry & 0xfff), type);
      if (type == IMAGE_REL_BASED_HIGHADJ) {
        k += 2; // the next entry is the low half of the address
      }
    }
  }

  private static boolean hasPair(byte[] table, int from, int to) {
    for (int k = from + 1; k < to; k += 2) {
      if ((table[k] & 0xf0) == IMAGE_REL_BASED_HIGHADJ << 4) {
        return true;
      }
    }
    return false;
  }
}
