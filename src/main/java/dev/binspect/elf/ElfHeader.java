package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;

/**
 * The ELF header (gABI chapter 4), with the counts that overflow into section header 0 put in their
 * place.
 *
 * @param file the whole file in its own byte order
 * @param programHeaders e_phnum
 * @param sections e_shnum
 * @param sectionNames e_shstrndx
 */
record ElfHeader(
    Bytes file,
    boolean is64,
    int osAbi,
    int type,
    int machine,
    int flags,
    long entry,
    long programHeaderOffset,
    int programHeaderSize,
    long programHeaders,
    long sectionHeaderOffset,
    int sectionHeaderSize,
    long sections,
    long sectionNames) {
  static final int ET_REL = 1;
  static final int ET_EXEC = 2;
  static final int ET_DYN = 3;
  static final int ET_CORE = 4;
  private static final int PN_XNUM = 0xffff;
  private static final int SHN_XINDEX = 0xffff;

  /**
   * @throws MalformedException if class, byte order or the header itself cannot be had
   */
  static ElfHeader read(Bytes whole) throws MalformedException {
    int elfClass = whole.u8(4, "ELF header");
    int data = whole.u8(5, "ELF header");
    if (elfClass != 1 && elfClass != 2) {
      throw whole.malformed(4, "ELF header", "EI_CLASS is " + elfClass + ", not 1 or 2");
    }
    if (data != 1 && data != 2) {
      throw whole.malformed(5, "ELF header", "EI_DATA is " + data + ", not 1 or 2");
    }
    boolean is64 = elfClass == 2;
    Bytes file = whole.order(data == 1);
    byte[] h = file.copy(0, is64 ? 64 : 52, "ELF header");
    boolean little = data == 1;
    int tail = is64 ? 48 : 36;
    long sectionOffset = is64 ? Bytes.u64(h, 40, little) : Bytes.u32(h, 32, little);
    long segments = Bytes.u16(h, tail + 8, little);
    int sectionSize = Bytes.u16(h, tail + 10, little);
    long sections = Bytes.u16(h, tail + 12, little);
    long names = Bytes.u16(h, tail + 14, little);
    int least = is64 ? 64 : 40;
    if (sectionOffset != 0
        && (sections == 0 || segments == PN_XNUM || names == SHN_XINDEX)
        && file.contains(sectionOffset, least)) {
      byte[] first = file.copy(sectionOffset, least, "section header");
      if (sections == 0) {
        sections = is64 ? Bytes.u64(first, 32, little) : Bytes.u32(first, 20, little);
      }
      if (names == SHN_XINDEX) {
        names = Bytes.u32(first, is64 ? 40 : 24, little);
      }
      if (segments == PN_XNUM) {
        segments = Bytes.u32(first, is64 ? 44 : 28, little);
      }
    }
    return new ElfHeader(
        file,
        is64,
        h[7] & 0xff,
        Bytes.u16(h, 16, little),
        Bytes.u16(h, 18, little),
        Bytes.i32(h, tail, little),
        is64 ? Bytes.u64(h, 24, little) : Bytes.u32(h, 24, little),
        is64 ? Bytes.u64(h, 32, little) : Bytes.u32(h, 28, little),
        Bytes.u16(h, tail + 6, little),
        segments,
        sectionOffset,
        sectionSize,
        sections,
        names);
  }

  boolean little() {
    return file.littleEndian();
  }

  /** {@return bytes of an address} */
  int word() {
    return is64 ? 8 : 4;
  }

  /** {@return bits of an address} */
  int bits() {
    return is64 ? 64 : 32;
  }

  /** {@return a word of an array: an address, offset or size} */
  long word(byte[] array, int at) {
    return is64 ? Bytes.u64(array, at, little()) : Bytes.u32(array, at, little());
  }
}
