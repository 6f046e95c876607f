package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables.Segment;
import dev.binspect.image.Note;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The program headers (gABI chapter 5) and the way from addresses to the file they open. */
final class Segments {
  static final int PT_LOAD = 1;
  static final int PT_DYNAMIC = 2;
  static final int PT_INTERP = 3;
  static final int PT_NOTE = 4;
  static final int PT_GNU_STACK = 0x6474e551;
  static final int PT_GNU_RELRO = 0x6474e552;
  static final int PF_X = 1;
  static final int PF_W = 2;
  static final int PF_R = 4;

  /** Addresses are looked up one segment after the other; no loader's file has so many. */
  private static final int MOST_LOADS = 2048;

  private final List<Segment> all;
  private final Segment[] loads;
  private final boolean complete;
  private final long fileLength;

  private Segments(List<Segment> all, boolean complete, long fileLength) {
    this.all = all;
    this.complete = complete;
    this.fileLength = fileLength;
    int n = 0;
    for (Segment segment : all) {
      if (segment.type() == PT_LOAD) {
        n++;
      }
    }
    this.loads = new Segment[Math.min(n, MOST_LOADS)];
    int i = 0;
    for (Segment segment : all) {
      if (segment.type() == PT_LOAD && i < loads.length) {
        loads[i++] = segment;
      }
    }
  }

  /** Reads what is there; program headers that lie outside of the file become a note. */
  static Segments read(ElfHeader header, List<Note> notes) {
    Bytes file = header.file();
    long count = header.programHeaders();
    int size = header.programHeaderSize();
    int least = header.is64() ? 56 : 32;
    List<Segment> list = new ArrayList<>();
    if (count == 0 || header.programHeaderOffset() == 0) {
      return new Segments(list, true, file.length());
    }
    long offset = header.programHeaderOffset();
    if (size < least) {
      notes.add(
          Note.damaged(
              file.malformed(
                  offset, "program header", "e_phentsize is " + size + ", not " + least)));
      return new Segments(list, false, file.length());
    }
    boolean complete = file.contains(offset, count * size);
    if (!complete) {
      notes.add(
          Note.damaged(
              file.malformed(
                  offset,
                  "program header",
                  count + " of " + size + " bytes each do not fit into the file")));
      count = file.contains(offset, 0) ? (file.length() - offset) / size : 0;
    }
    try {
      if (complete && isSane(header, least)) {
        List<Segment> read =
            JelfSeam.segments(file.copy(0, offset + count * size, "program header"), (int) count);
        if (read != null) {
          return new Segments(read, true, file.length());
        }
      }
      byte[] table = file.copy(offset, count * size, "program header");
      for (int i = 0; i < count; i++) {
        list.add(segment(header, table, i * size));
      }
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      complete = false;
    }
    return new Segments(list, complete, file.length());
  }

  /** As linkers write it: headers of the usual size near the file's beginning. */
  private static boolean isSane(ElfHeader header, int size) {
    return header.programHeaderSize() == size
        && header.programHeaders() < 1024
        && header.programHeaderOffset() < 1 << 16
        && header.sections() > 0
        && header.sections() < 0x8000;
  }

  private static Segment segment(ElfHeader header, byte[] table, int at) {
    boolean little = header.little();
    return header.is64()
        ? new Segment(
            Bytes.i32(table, at, little),
            Bytes.i32(table, at + 4, little),
            Bytes.u64(table, at + 8, little),
            Bytes.u64(table, at + 16, little),
            Bytes.u64(table, at + 32, little),
            Bytes.u64(table, at + 40, little),
            Bytes.u64(table, at + 48, little))
        : new Segment(
            Bytes.i32(table, at, little),
            Bytes.i32(table, at + 24, little),
            Bytes.u32(table, at + 4, little),
            Bytes.u32(table, at + 8, little),
            Bytes.u32(table, at + 16, little),
            Bytes.u32(table, at + 20, little),
            Bytes.u32(table, at + 28, little));
  }

  List<Segment> all() {
    return all;
  }

  /** {@return the PT_LOAD segments in the order of the file, the first 2,048 of them} */
  Segment[] loads() {
    return loads;
  }

  /** {@return whether all program headers could be read} */
  boolean complete() {
    return complete;
  }

  @Nullable Segment first(int type) {
    for (Segment segment : all) {
      if (segment.type() == type) {
        return segment;
      }
    }
    return null;
  }

  /**
   * {@return the file offset of what is loaded at an address, or -1 where nothing of the file is}
   */
  long offset(long address) {
    for (Segment load : loads) {
      long in = address - load.address();
      if (Long.compareUnsigned(in, load.fileSize()) < 0) {
        return load.offset() + in;
      }
    }
    return -1;
  }

  /** {@return how many bytes from an address on come from the file, by the same segment} */
  long available(long address) {
    for (Segment load : loads) {
      long in = address - load.address();
      if (Long.compareUnsigned(in, load.fileSize()) < 0) {
        long offset = load.offset() + in;
        return offset < 0 || offset > fileLength
            ? 0
            : Math.min(load.fileSize() - in, fileLength - offset);
      }
    }
    return 0;
  }

  /** {@return the address the linker laid the image out for: that of its lowest page} */
  long base() {
    long base = Long.MAX_VALUE;
    for (Segment load : loads) {
      long align = load.align();
      long page =
          align > 1 && (align & (align - 1)) == 0 ? load.address() & -align : load.address();
      if (Long.compareUnsigned(page, base) < 0) {
        base = page;
      }
    }
    return base == Long.MAX_VALUE ? 0 : base;
  }
}
