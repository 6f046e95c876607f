package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables.Segment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The program headers (gABI chapter 5), and where an address lies in the file. */
final class ElfSegments {
  static final int PT_LOAD = 1;
  static final int PT_DYNAMIC = 2;
  static final int PT_INTERP = 3;
  static final int PT_NOTE = 4;
  static final int PT_GNU_STACK = 0x6474e551;
  static final int PT_GNU_RELRO = 0x6474e552;
  static final int PF_X = 1;
  static final int PF_W = 2;

  /**
   * No linker writes as many; a header that claims more is damaged, and walking them for each
   * address would be endless.
   */
  private static final int MOST = 65_536;

  private final Bytes file;
  private final List<Segment> all;
  private final Segment[] loads;

  private ElfSegments(Bytes file, List<Segment> all, Segment[] loads) {
    this.file = file;
    this.all = all;
    this.loads = loads;
  }

  static ElfSegments read(Bytes file, ElfHeader header) throws MalformedException {
    List<Segment> all = new ArrayList<>();
    List<Segment> loads = new ArrayList<>();
    int size = header.wide() ? 56 : 32;
    if (header.programHeaderCount() > 0) {
      if (header.programHeaderSize() < size) {
        throw file.malformed(
            0,
            "ELF header",
            "e_phentsize is "
                + header.programHeaderSize()
                + ", and a program header has "
                + size
                + " bytes");
      }
      if (header.programHeaderCount() > MOST) {
        throw file.malformed(
            0, "ELF header", "claims " + header.programHeaderCount() + " program headers");
      }
      int count = (int) header.programHeaderCount();
      int step = header.programHeaderSize();
      byte[] table = file.copy(header.programHeaders(), (long) count * step, "program headers");
      boolean little = header.little();
      for (int i = 0; i < count; i++) {
        int at = i * step;
        Segment segment =
            header.wide()
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
        all.add(segment);
        if (segment.type() == PT_LOAD) {
          loads.add(segment);
        }
      }
    }
    return new ElfSegments(file, List.copyOf(all), loads.toArray(new Segment[0]));
  }

  List<Segment> all() {
    return all;
  }

  @Nullable Segment first(int type) {
    for (Segment segment : all) {
      if (segment.type() == type) {
        return segment;
      }
    }
    return null;
  }

  /** {@return the PT_LOAD that holds the address in memory, or null} */
  @Nullable Segment loadAt(long address) {
    for (Segment load : loads) {
      if (Long.compareUnsigned(address - load.address(), load.memorySize()) < 0
          && Long.compareUnsigned(address, load.address()) >= 0) {
        return load;
      }
    }
    return null;
  }

  /** {@return the file offset of an address, or -1 where no bytes of the file are loaded} */
  long offset(long address) {
    for (Segment load : loads) {
      long in = address - load.address();
      if (Long.compareUnsigned(address, load.address()) >= 0
          && Long.compareUnsigned(in, load.fileSize()) < 0) {
        return load.offset() + in;
      }
    }
    return -1;
  }

  /** {@return the file's bytes at an address; exactly so many} */
  Bytes at(long address, long count, String structure) throws MalformedException {
    long offset = offset(address);
    if (offset < 0) {
      throw file.malformed(
          0,
          structure,
          "address 0x" + Long.toHexString(address) + " lies in no loaded part of the file");
    }
    return file.slice(offset, count, structure);
  }

  /** {@return the lowest address of a PT_LOAD, 0 if there is none} */
  long base() {
    long base = -1;
    for (Segment load : loads) {
      if (Long.compareUnsigned(load.address(), base) < 0) {
        base = load.address();
      }
    }
    return loads.length == 0 ? 0 : base;
  }
}
