package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.*;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Note;
import java.util.ArrayList;
import java.util.List;

/**
 * A program whose {@code ImageBase} no process can have: Windows puts it at the lowest address that
 * a process has, and applies its base relocations before it looks at its imports. Then they can
 * make what the loader reads: the import table, themselves, the headers.
 *
 * <p>Only bytes that come from the file are relocated; what a section has in memory alone stays
 * zero. A DLL goes wherever there is room, which nothing tells here.
 */
final class PeMovedImage {
  /** The lowest address that Windows gives away. */
  private static final long LOWEST = 0x10000;

  /** Behind the last address of a process: 2 GiB, 4 GiB (large-address-aware), 128 TiB. */
  private static final long END_32 = 0x7fff0000L;

  private static final long END_32_LARGE = 0xfffe0000L;
  private static final long END_64 = 0x7ffffffe0000L;

  /** Bytes of a program that are copied for it: the largest made by hand have a few MiB. */
  private static final int LIMIT = 64 << 20;

  private final PeMemory memory;
  private final byte[] content;
  private final long delta;

  private PeMovedImage(PeMemory memory, byte[] content) {
    this.memory = memory;
    this.content = content;
    long delta = LOWEST - memory.header.imageBase();
    this.delta = memory.header.plus() ? delta : (int) delta; // the loader is a 32-bit one
  }

  /** {@return whether Windows must move a program, and can} */
  static boolean mustMove(PeHeader header) {
    boolean user =
        header.subsystem() == IMAGE_SUBSYSTEM_WINDOWS_GUI
            || header.subsystem() == IMAGE_SUBSYSTEM_WINDOWS_CUI;
    boolean known =
        header.machine() == IMAGE_FILE_MACHINE_I386 || header.machine() == IMAGE_FILE_MACHINE_AMD64;
    if (!user
        || !known
        || header.has(IMAGE_FILE_DLL)
        || header.has(IMAGE_FILE_RELOCS_STRIPPED)
        || header.hasDll(IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE)) { // goes anywhere
      return false;
    }
    long base = header.imageBase();
    long end =
        header.plus() ? END_64 : header.has(IMAGE_FILE_LARGE_ADDRESS_AWARE) ? END_32_LARGE : END_32;
    return base < LOWEST || base >= end; // below 0: the upper half
  }

  /**
   * {@return the image as it stands in memory once it was moved, its header as in the file; the
   * same memory where Windows need not move it}
   */
  static PeMemory of(PeMemory memory, List<Note> notes) {
    PeHeader header = memory.header;
    long table = header.address(IMAGE_DIRECTORY_ENTRY_BASERELOC);
    long size = header.size(IMAGE_DIRECTORY_ENTRY_BASERELOC);
    if (table == 0 || size == 0 || !mustMove(header) || memory.file.length() > LIMIT) {
      return memory;
    }
    byte[] content;
    try {
      content = memory.file.copy(0, memory.file.length(), "file");
    } catch (MalformedException e) {
      return memory; // the tables that cannot be read are told of one by one
    }
    new PeMovedImage(memory, content).apply(table, size);
    notes.add(
        Note.info(
            "moved",
            "no process has the address 0x"
                + Long.toHexString(header.imageBase())
                + ": Windows puts the program at 0x"
                + Long.toHexString(LOWEST)
                + ", and its tables are read as the base relocations leave them"));
    return PeMemory.map(Bytes.of(memory.file.name(), content).order(true), header);
  }

  /**
   * {@return the memory with the directories of the header that the loader finds there}
   *
   * @param moved by {@link #of}
   */
  static PeMemory withItsOwnHeader(PeMemory moved) {
    try {
      PeHeader there = PeHeader.read(moved.file, new ArrayList<>());
      if (there.address(IMAGE_DIRECTORY_ENTRY_IMPORT) == 0) {
        return moved; // Windows XP takes the imports of the file's header
      }
      return PeMemory.map(moved.file, moved.header.with(there.directories()));
    } catch (MalformedException e) {
      return moved; // no header is there any more: Windows refuses it
    }
  }

  /** As ntdll does it: block by block, each read when those before it are applied. */
  private void apply(long table, long size) {
    long at = table;
    long left = size;
    long entries = content.length;
    while (left >= 8 && memory.inFile(at) >= 8) {
      long page = read(at, 4);
      long block = read(at + 4, 4);
      if (block < 8 || block > memory.inFile(at)) {
        return; // the count comes upon it, and says so
      }
      for (long k = 8; k + 2 <= block; k += 2) {
        if (--entries < 0) {
          return;
        }
        int entry = (int) read(at + k, 2);
        int type = entry >>> 12;
        if (type == IMAGE_REL_BASED_HIGHADJ) {
          k += 2;
          highAdjusted(page + (entry & 0xfff), (short) read(at + k, 2));
        } else {
          relocate(page + (entry & 0xfff), type);
        }
      }
      at += block;
      left -= block;
    }
  }

  private void relocate(long rva, int type) {
    switch (type) {
      case IMAGE_REL_BASED_HIGH -> write(rva, 2, (read(rva, 2) << 16) + delta >>> 16);
      case IMAGE_REL_BASED_LOW -> write(rva, 2, read(rva, 2) + delta);
      case IMAGE_REL_BASED_HIGHLOW -> write(rva, 4, read(rva, 4) + delta);
      case IMAGE_REL_BASED_MIPS_JMPADDR -> {
        long old = read(rva, 4);
        long target = ((old & 0x3ffffff) << 2) + delta;
        write(rva, 4, old & ~0x3ffffffL | target >>> 2 & 0x3ffffff);
      }
      case IMAGE_REL_BASED_DIR64 -> write(rva, 8, read(rva, 8) + delta);
      default -> {
        // ABSOLUTE is padding, SECTION and REL32 do nothing, and others are no program's.
      }
    }
  }

  private void highAdjusted(long rva, short low) {
    write(rva, 2, (read(rva, 2) << 16) + low + delta + 0x8000 >>> 16);
  }

  /** {@return a little-endian number in memory; bytes without a place in the file are zero} */
  private long read(long rva, int width) {
    long value = 0;
    for (int i = 0; i < width; i++) {
      if (memory.inFile(rva + i) > 0) {
        value |= (content[(int) memory.offset(rva + i)] & 0xffL) << 8 * i;
      }
    }
    return value;
  }

  private void write(long rva, int width, long value) {
    for (int i = 0; i < width; i++) {
      if (memory.inFile(rva + i) > 0) {
        content[(int) memory.offset(rva + i)] = (byte) (value >>> 8 * i);
      }
    }
  }
}
