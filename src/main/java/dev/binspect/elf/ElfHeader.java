package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;

/**
 * The ELF header (gABI chapter 4), with the extended numbering of program headers and sections
 * resolved.
 *
 * @param type e_type
 * @param wide ELFCLASS64
 */
record ElfHeader(
    boolean wide,
    boolean little,
    int osAbi,
    int type,
    int machine,
    long entry,
    long programHeaders,
    long sectionHeaders,
    int flags,
    int programHeaderSize,
    long programHeaderCount,
    int sectionHeaderSize,
    long sectionCount,
    long sectionNames) {

  static final int ET_REL = 1;
  static final int ET_EXEC = 2;
  static final int ET_DYN = 3;
  static final int ET_CORE = 4;

  private static final int PN_XNUM = 0xffff;
  private static final int SHN_XINDEX = 0xffff;
  private static final String WHAT = "ELF header";

  static ElfHeader read(Bytes file) throws MalformedException {
    int fileClass = file.u8(4, WHAT);
    int data = file.u8(5, WHAT);
    if (fileClass != 1 && fileClass != 2) {
      throw file.malformed(4, WHAT, "EI_CLASS is " + fileClass + ", neither 32 nor 64 bit");
    }
    if (data != 1 && data != 2) {
      throw file.malformed(5, WHAT, "EI_DATA is " + data + ", neither little nor big endian");
    }
    boolean wide = fileClass == 2;
    Bytes in = file.order(data == 1);
    int word = wide ? 8 : 4;
    int at = 24;
    long entry = word(in, at, wide);
    long phoff = word(in, at + word, wide);
    long shoff = word(in, at + 2 * word, wide);
    at += 3 * word;
    int flags = in.i32(at, WHAT);
    int phentsize = in.u16(at + 6, WHAT);
    long phnum = in.u16(at + 8, WHAT);
    int shentsize = in.u16(at + 10, WHAT);
    long shnum = in.u16(at + 12, WHAT);
    long shstrndx = in.u16(at + 14, WHAT);
    if (shoff != 0 && in.contains(shoff, wide ? 64 : 40)) {
      // gABI: where the numbers do not fit, section header 0 holds them.
      if (shnum == 0) {
        shnum =
            wide ? in.u64(shoff + 32, "section header 0") : in.u32(shoff + 20, "section header 0");
      }
      if (shstrndx == SHN_XINDEX) {
        shstrndx = in.u32(shoff + (wide ? 40 : 24), "section header 0");
      }
      if (phnum == PN_XNUM) {
        phnum = in.u32(shoff + (wide ? 44 : 28), "section header 0");
      }
    }
    return new ElfHeader(
        wide,
        data == 1,
        file.u8(7, WHAT),
        in.u16(16, WHAT),
        in.u16(18, WHAT),
        entry,
        phoff,
        shoff,
        flags,
        phentsize,
        phnum,
        shentsize,
        shnum,
        shstrndx);
  }

  private static long word(Bytes in, long at, boolean wide) throws MalformedException {
    return wide ? in.u64(at, WHAT) : in.u32(at, WHAT);
  }
}
