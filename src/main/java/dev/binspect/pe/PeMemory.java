package dev.binspect.pe;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import java.util.Arrays;

/**
 * A file as Windows maps it: reads are by address relative to the image's base (RVA), and what a
 * section has in memory and not in the file is zero.
 *
 * <p>The rules are those of the kernel's image mapping: raw data begins at a 512-byte sector,
 * whatever {@code PointerToRawData} says in its low bits, and reaches to the next multiple of the
 * file alignment, yet not over the section's pages; a section without a virtual size takes its raw
 * size; memory is whole pages; headers are mapped up to {@code SizeOfHeaders}; with a section
 * alignment below a page the file is mapped as it is, up to the end of its last page.
 */
final class PeMemory {
  private static final long PAGE = 4096;
  private static final long SECTOR = 512;

  final Bytes file;
  final PeHeader header;

  /** Addresses, ascending and not overlapping; index of the section, or -1 for the headers. */
  private final long[] start;

  private final long[] end;
  private final long[] offset;
  private final long[] rawEnd;
  private final int[] section;
  private final int count;
  private int last;
  private long textBudget;
  private final boolean flat;
  private boolean padded;

  /** {@return the file in memory, its header as the loader sees it there} */
  static PeMemory map(Bytes file, PeHeader header) {
    PeMemory memory = new PeMemory(file, header);
    return header.overlaid(memory) ? new PeMemory(file, header.inMemory(memory)) : memory;
  }

  private PeMemory(Bytes file, PeHeader header) {
    this.file = file;
    this.header = header;
    this.textBudget = file.length() + (1 << 20);
    PeHeader.SectionHeader[] sections = header.sections();
    int[] order = byAddress(sections);
    int n = sections.length + 1;
    start = new long[n];
    end = new long[n];
    offset = new long[n];
    rawEnd = new long[n];
    section = new int[n];
    this.flat = header.mappedAsFile();
    long first = sections.length == 0 ? Long.MAX_VALUE : sections[order[0]].virtualAddress();
    section[0] = -1;
    long headers =
        header.lowAlignment()
            ? file.length()
            : Math.max(
                header.sizeOfHeaders(), header.sectionTable() + 40L * header.sections().length);
    end[0] = Math.min(first, roundUp(headers));
    rawEnd[0] = Math.min(first, headers);
    int k = 1;
    for (int i = 0; i < order.length; i++) {
      PeHeader.SectionHeader s = sections[order[i]];
      if (k > 1 && start[k - 1] == s.virtualAddress()
          || flat && s.virtualAddress() >= file.length()) {
        continue;
      }
      start[k] = s.virtualAddress();
      offset[k] = header.lowAlignment() ? s.rawPointer() : s.rawPointer() & -SECTOR;
      if (flat) {
        end[k] = roundUp(file.length());
        rawEnd[k] = file.length();
      } else {
        end[k] = start[k] + Math.max(roundUp(s.memorySize()), s.rawSize());
        rawEnd[k] = s.rawPointer() == 0 ? start[k] : start[k] + rawSize(s, offset[k]);
      }
      if (k > 1) {
        end[k - 1] = Math.min(end[k - 1], start[k]);
        rawEnd[k - 1] = Math.min(rawEnd[k - 1], end[k - 1]);
      }
      section[k] = order[i];
      k++;
    }
    this.count = k;
  }

  /** {@return the indexes of the sections; of two at one address the first one comes first} */
  private static int[] byAddress(PeHeader.SectionHeader[] sections) {
    long[] keys = new long[sections.length]; // an address has 32 bits, a table 65,535 rows
    for (int i = 0; i < keys.length; i++) {
      keys[i] = sections[i].virtualAddress() << 16 | i;
    }
    if (!ascending(keys)) {
      Arrays.sort(keys); // links a method handle, and no linker needs it
    }
    int[] order = new int[keys.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) keys[i] & 0xffff;
    }
    return order;
  }

  private static boolean ascending(long[] keys) {
    for (int i = 1; i < keys.length; i++) {
      if (keys[i] < keys[i - 1]) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@return bytes of a section that come from the file, from the sector on where they begin}
   *
   * <p>Beyond {@code SizeOfRawData} that is at most what the file holds.
   */
  private long rawSize(PeHeader.SectionHeader s, long from) {
    long alignment = header.fileAlignment();
    if (header.lowAlignment() || alignment < SECTOR || (alignment & alignment - 1) != 0) {
      return s.rawSize();
    }
    long padded = (s.rawPointer() + s.rawSize() + alignment - 1 & -alignment) - from;
    padded = Math.min(padded, roundUp(s.rawSize()));
    padded = Math.min(padded, roundUp(s.memorySize()));
    return Math.max(s.rawSize(), Math.min(padded, file.length() - from));
  }

  private static long roundUp(long size) {
    return (size + PAGE - 1) & -PAGE;
  }

  /** {@return the index of the region an address lies in, or -1} */
  private int region(long rva) {
    int i = last;
    if (rva >= start[i] && rva < end[i]) {
      return i;
    }
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (rva < start[middle]) {
        high = middle - 1;
      } else if (rva >= end[middle]) {
        low = middle + 1;
      } else {
        last = middle;
        return middle;
      }
    }
    return -1;
  }

  /**
   * {@return whether something was read behind the end of a file that is mapped as it is: its last
   * page goes on with zeros}
   */
  boolean padded() {
    return padded;
  }

  /** {@return whether anything of the image is mapped at the address} */
  boolean mapped(long rva) {
    return region(rva) >= 0;
  }

  /** {@return whether all bytes from an address on are mapped} */
  boolean mapped(long rva, long size) {
    long at = rva;
    while (at < rva + size) {
      int i = region(at);
      if (i < 0) {
        return false;
      }
      at = end[i];
    }
    return true;
  }

  /** {@return the index in the section table, -1 for the headers, -2 where nothing is mapped} */
  int section(long rva) {
    int i = region(rva);
    return i < 0 ? -2 : section[i];
  }

  /** {@return the address behind the last one of the part that an address lies in, or 0} */
  long regionEnd(long rva) {
    int i = region(rva);
    return i < 0 ? 0 : end[i];
  }

  /** {@return the address of the first byte of the part that an address lies in} */
  long regionStart(long rva) {
    int i = region(rva);
    return i < 0 ? 0 : start[i];
  }

  /** {@return how many bytes from an address on come from the file, one after the other} */
  long inFile(long rva) {
    int i = region(rva);
    if (i < 0 || rva >= rawEnd[i]) {
      return 0;
    }
    long at = offset[i] + rva - start[i];
    return Math.max(0, Math.min(rawEnd[i] - rva, file.length() - at));
  }

  /** {@return the file offset of an address; only where {@link #inFile} is not 0} */
  long offset(long rva) {
    int i = region(rva);
    return i < 0 ? -1 : offset[i] + rva - start[i];
  }

  /**
   * {@return a fresh array with the memory at an address; zero where the section has no bytes in
   * the file}
   *
   * @throws MalformedException where nothing is mapped, or the file ends too early
   */
  byte[] copy(long rva, long size, String structure) throws MalformedException {
    long there = inFile(rva);
    if (there >= size) {
      return file.copy(offset(rva), size, structure);
    }
    if (size > file.length() + (1 << 20)) {
      throw outside(rva, structure, size);
    }
    byte[] out = new byte[(int) size];
    long done = 0;
    while (done < size) {
      int i = region(rva + done);
      if (i < 0) {
        throw outside(rva + done, structure, size - done);
      }
      long from = rva + done;
      long part = Math.min(size - done, end[i] - from);
      long raw = Math.min(part, Math.max(0, rawEnd[i] - from));
      if (raw > 0) {
        byte[] piece = file.copy(offset[i] + from - start[i], raw, structure);
        System.arraycopy(piece, 0, out, (int) done, piece.length);
      }
      padded |= flat && raw < part;
      done += part;
    }
    return out;
  }

  int u16(long rva, String structure) throws MalformedException {
    if (inFile(rva) >= 2) {
      return file.u16(offset(rva), structure);
    }
    return Bytes.u16(copy(rva, 2, structure), 0, true);
  }

  long u32(long rva, String structure) throws MalformedException {
    if (inFile(rva) >= 4) {
      return file.u32(offset(rva), structure);
    }
    return Bytes.u32(copy(rva, 4, structure), 0, true);
  }

  long u64(long rva, String structure) throws MalformedException {
    if (inFile(rva) >= 8) {
      return file.u64(offset(rva), structure);
    }
    return Bytes.u64(copy(rva, 8, structure), 0, true);
  }

  /** {@return an address-sized number: 4 bytes in PE32, 8 in PE32+} */
  long word(long rva, String structure) throws MalformedException {
    return header.plus() ? u64(rva, structure) : u32(rva, structure);
  }

  /**
   * {@return the bytes up to the next NUL, as text}
   *
   * @param limit no more than so many bytes
   */
  String text(long rva, int limit, String structure) throws MalformedException {
    long there = inFile(rva);
    byte[] out = new byte[48];
    int n = 0;
    long at = offset(rva);
    while (true) {
      int b;
      if (n < there) {
        b = file.u8(at + n, structure);
      } else {
        b = copy(rva + n, 1, structure)[0];
      }
      if (b == 0) {
        break;
      }
      if (n >= limit) {
        throw outside(rva, structure, "string does not end within " + limit + " bytes");
      }
      if (n == out.length) {
        out = Arrays.copyOf(out, n * 2);
      }
      out[n++] = (byte) b;
    }
    spend(n, rva, structure);
    return PeText.decode(out, 0, n);
  }

  /**
   * Counts text taken from the file: tables whose rows all name one long string must not multiply
   * it.
   */
  void spend(long characters, long rva, String structure) throws MalformedException {
    textBudget -= characters;
    if (textBudget < 0) {
      throw outside(rva, structure, "names overlap until they are longer than the file");
    }
  }

  private MalformedException outside(long rva, String structure, long size) {
    return outside(
        rva,
        structure,
        size
            + " bytes at address 0x"
            + Long.toHexString(rva)
            + " lie outside of the image's sections");
  }

  /** {@return an exception about an address, with the file offset where it has one} */
  MalformedException outside(long rva, String structure, String what) {
    long at = inFile(rva) > 0 ? offset(rva) : -1;
    return at < 0
        ? new MalformedException(file.name(), -1, structure, what)
        : file.malformed(at, structure, what);
  }
}
