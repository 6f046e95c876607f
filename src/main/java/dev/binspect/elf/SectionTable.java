package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Note;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The section headers (gABI chapter 4) in columns. */
final class SectionTable {
  static final int SHT_SYMTAB = 2;
  static final int SHT_RELA = 4;
  static final int SHT_DYNAMIC = 6;
  static final int SHT_NOTE = 7;
  static final int SHT_NOBITS = 8;
  static final int SHT_REL = 9;
  static final int SHT_DYNSYM = 11;
  static final int SHT_SYMTAB_SHNDX = 18;
  static final int SHF_WRITE = 1;
  static final int SHF_ALLOC = 2;
  static final int SHF_EXECINSTR = 4;
  static final int SHF_COMPRESSED = 0x800;

  /** Thousands of sections may share one endless name; a longer one is cut. */
  private static final int LONGEST_NAME = 512;

  private final int count;
  private final int[] name;
  private final int[] type;
  private final int[] link;
  private final long[] flags;
  private final long[] address;
  private final long[] offset;
  private final long[] size;
  private byte[] names = new byte[0];

  private SectionTable(int count) {
    this.count = count;
    this.name = new int[count];
    this.type = new int[count];
    this.link = new int[count];
    this.flags = new long[count];
    this.address = new long[count];
    this.offset = new long[count];
    this.size = new long[count];
  }

  /** Reads the section headers; where they are damaged there are none, and a note says why. */
  static SectionTable read(ElfHeader header, List<Note> notes) {
    Bytes file = header.file();
    long at = header.sectionHeaderOffset();
    long count = header.sections();
    if (at == 0 || count == 0) {
      return new SectionTable(0);
    }
    int size = header.sectionHeaderSize();
    int least = header.is64() ? 64 : 40;
    try {
      if (size < least) {
        throw file.malformed(at, "section header", "e_shentsize is " + size + ", not " + least);
      }
      if (count < 0 || count > file.length() / size) {
        throw file.malformed(
            at,
            "section header",
            Long.toUnsignedString(count) + " of " + size + " bytes each do not fit into the file");
      }
      byte[] bytes = file.copy(at, count * size, "section header");
      SectionTable table = new SectionTable((int) count);
      table.fill(header, bytes, size);
      table.readNames(header, notes);
      return table;
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      return new SectionTable(0);
    }
  }

  private void fill(ElfHeader header, byte[] bytes, int entrySize) {
    boolean little = header.little();
    boolean is64 = header.is64();
    for (int i = 0; i < count; i++) {
      int at = i * entrySize;
      name[i] = Bytes.i32(bytes, at, little);
      type[i] = Bytes.i32(bytes, at + 4, little);
      if (is64) {
        flags[i] = Bytes.u64(bytes, at + 8, little);
        address[i] = Bytes.u64(bytes, at + 16, little);
        offset[i] = Bytes.u64(bytes, at + 24, little);
        size[i] = Bytes.u64(bytes, at + 32, little);
        link[i] = Bytes.i32(bytes, at + 40, little);
      } else {
        flags[i] = Bytes.u32(bytes, at + 8, little);
        address[i] = Bytes.u32(bytes, at + 12, little);
        offset[i] = Bytes.u32(bytes, at + 16, little);
        size[i] = Bytes.u32(bytes, at + 20, little);
        link[i] = Bytes.i32(bytes, at + 24, little);
      }
    }
  }

  private void readNames(ElfHeader header, List<Note> notes) {
    long index = header.sectionNames();
    if (index == 0) {
      return;
    }
    Bytes file = header.file();
    try {
      if (index >= count) {
        throw file.malformed(
            header.sectionHeaderOffset(),
            "ELF header",
            "e_shstrndx is " + index + ", and there are " + count + " sections");
      }
      int i = (int) index;
      if (type[i] != SHT_NOBITS) {
        names = file.copy(offset[i], size[i], "section names");
      }
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
    }
  }

  int count() {
    return count;
  }

  int type(int i) {
    return type[i];
  }

  /** {@return sh_link} */
  int link(int i) {
    return link[i];
  }

  long flags(int i) {
    return flags[i];
  }

  boolean loaded(int i) {
    return (flags[i] & SHF_ALLOC) != 0;
  }

  long address(int i) {
    return address[i];
  }

  long offset(int i) {
    return offset[i];
  }

  long size(int i) {
    return size[i];
  }

  /** {@return the bytes the section takes in the file} */
  long fileSize(int i) {
    return type[i] == SHT_NOBITS || type[i] == 0 ? 0 : size[i];
  }

  String name(int i) {
    int from = name[i];
    if (from < 0 || from >= names.length) {
      return "";
    }
    int to = from;
    int end = (int) Math.min(names.length, (long) from + LONGEST_NAME);
    while (to < end && names[to] != 0) {
      to++;
    }
    return new String(names, from, to - from, StandardCharsets.UTF_8);
  }

  /** {@return whether the name begins with an ASCII text} */
  boolean nameStarts(int i, String text) {
    int from = name[i];
    if (from < 0 || from > names.length - text.length()) {
      return false;
    }
    for (int k = 0; k < text.length(); k++) {
      if (names[from + k] != text.charAt(k)) {
        return false;
      }
    }
    return true;
  }

  /** {@return whether the name is an ASCII text} */
  boolean named(int i, String text) {
    return nameStarts(i, text)
        && (name[i] + text.length() == names.length || names[name[i] + text.length()] == 0);
  }

  /** {@return the first section of that name, or -1} */
  int find(String text) {
    for (int i = 0; i < count; i++) {
      if (named(i, text)) {
        return i;
      }
    }
    return -1;
  }

  /** {@return the first section of that type, or -1} */
  int ofType(int wanted) {
    for (int i = 0; i < count; i++) {
      if (type[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
