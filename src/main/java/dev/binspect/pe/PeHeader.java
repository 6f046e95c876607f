package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_NT_OPTIONAL_HDR32_MAGIC;
import static dev.binspect.pe.PeConstants.IMAGE_NT_OPTIONAL_HDR64_MAGIC;
import static dev.binspect.pe.PeConstants.IMAGE_NUMBEROF_DIRECTORY_ENTRIES;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Note;
import java.util.Arrays;
import java.util.List;

/**
 * The file header, the optional header and the section table (PE specification, "File Headers").
 *
 * @param at file offset of the signature "PE\0\0" (e_lfanew)
 * @param linker major version in the high byte, minor in the low
 * @param directories pairs of address (RVA; a file offset for the security directory) and size
 */
record PeHeader(
    long at,
    int machine,
    long timestamp,
    long symbolTable,
    long symbols,
    int characteristics,
    boolean plus,
    int linker,
    long imageBase,
    long sectionAlignment,
    long fileAlignment,
    long sizeOfImage,
    long sizeOfHeaders,
    int subsystem,
    int dllCharacteristics,
    long[] directories,
    long sectionTable,
    SectionHeader[] sections) {

  private static final long PAGE = 4096;

  /** One row of the section table. */
  record SectionHeader(
      byte[] rawName,
      long virtualSize,
      long virtualAddress,
      long rawSize,
      long rawPointer,
      int characteristics) {
    /** {@return bytes in memory, before they are rounded up to pages} */
    long memorySize() {
      return virtualSize == 0 ? rawSize : virtualSize;
    }

    boolean executable() {
      return (characteristics & PeConstants.IMAGE_SCN_MEM_EXECUTE) != 0;
    }

    boolean writable() {
      return (characteristics & PeConstants.IMAGE_SCN_MEM_WRITE) != 0;
    }

    /** {@return the name as it stands in the header: at most eight characters} */
    String shortName() {
      int n = 0;
      while (n < rawName.length && rawName[n] != 0) {
        n++;
      }
      return PeText.decode(rawName, 0, n);
    }
  }

  /** {@return the directory's address, or 0} */
  long address(int directory) {
    return directories[2 * directory];
  }

  long size(int directory) {
    return directories[2 * directory + 1];
  }

  boolean has(int characteristic) {
    return (characteristics & characteristic) != 0;
  }

  boolean hasDll(int characteristic) {
    return (dllCharacteristics & characteristic) != 0;
  }

  /** {@return bytes of an address in the image} */
  int word() {
    return plus ? 8 : 4;
  }

  /** {@return whether sections are aligned to less than a page} */
  boolean lowAlignment() {
    return sectionAlignment < PAGE;
  }

  /**
   * {@return whether Windows maps the file as it is, so that an address is a file offset: it does
   * so where sections are aligned to less than a page, and refuses sections that stand elsewhere.
   * Firmware maps sections all the same}
   */
  boolean mappedAsFile() {
    if (!lowAlignment()) {
      return false;
    }
    for (SectionHeader row : sections) {
      if (row.virtualAddress() != row.rawPointer()
          || row.rawSize() == 0 && row.virtualSize() != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * @throws MalformedException if the file is no PE file, or ends before its headers do
   */
  static PeHeader read(Bytes file, List<Note> notes) throws MalformedException {
    long at = PeLookalikes.peSignature(file);
    long fileHeader = at + 4;
    int machine = file.u16(fileHeader, "IMAGE_FILE_HEADER");
    int sectionCount = file.u16(fileHeader + 2, "IMAGE_FILE_HEADER");
    long timestamp = file.u32(fileHeader + 4, "IMAGE_FILE_HEADER");
    long symbolTable = file.u32(fileHeader + 8, "IMAGE_FILE_HEADER");
    long symbols = file.u32(fileHeader + 12, "IMAGE_FILE_HEADER");
    int optionalSize = file.u16(fileHeader + 16, "IMAGE_FILE_HEADER");
    int characteristics = file.u16(fileHeader + 18, "IMAGE_FILE_HEADER");
    long optional = fileHeader + 20;
    int magic = file.u16(optional, "IMAGE_OPTIONAL_HEADER");
    if (magic != IMAGE_NT_OPTIONAL_HDR32_MAGIC && magic != IMAGE_NT_OPTIONAL_HDR64_MAGIC) {
      throw file.malformed(
          optional,
          "IMAGE_OPTIONAL_HEADER",
          magic == 0x107
              ? "is a ROM image, which no loader of Windows takes"
              : "has the unknown magic number 0x" + Integer.toHexString(magic));
    }
    boolean plus = magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC;
    byte[] o = start(file, optional, plus ? 112 : 96, sectionCount, notes);
    long announced = Bytes.u32(o, plus ? 108 : 92, true);
    int count = (int) Math.min(announced, IMAGE_NUMBEROF_DIRECTORY_ENTRIES);
    byte[] d = start(file, optional + o.length, 8 * count, sectionCount, notes);
    long table = optional + optionalSize;
    return new PeHeader(
        at,
        machine,
        timestamp,
        symbolTable,
        symbols,
        characteristics,
        plus,
        (o[2] & 0xff) << 8 | o[3] & 0xff,
        plus ? Bytes.u64(o, 24, true) : Bytes.u32(o, 28, true),
        Bytes.u32(o, 32, true),
        Bytes.u32(o, 36, true),
        Bytes.u32(o, 56, true),
        Bytes.u32(o, 60, true),
        Bytes.u16(o, 68, true),
        Bytes.u16(o, 70, true),
        directories(d),
        table,
        sections(file, table, sectionCount, notes));
  }

  /**
   * {@return the bytes at an offset of the headers}
   *
   * <p>A file without sections is mapped by its pages, and what the last page lacks is zero: so
   * Windows XP still starts a program of 97 bytes.
   */
  private static byte[] start(Bytes file, long at, int size, int sections, List<Note> notes)
      throws MalformedException {
    if (sections > 0 || file.contains(at, size)) {
      return file.copy(at, size, "IMAGE_OPTIONAL_HEADER");
    }
    long there = Math.max(0, file.length() - at);
    if (notes.isEmpty()) { // the first part of the headers that is cut off, if any
      notes.add(
          new Note(
              Note.Level.WARNING,
              "short-header",
              "the file ends within its headers: what is missing is taken as zero, and Windows"
                  + " after XP refuses it",
              file.length()));
    }
    return Arrays.copyOf(
        there == 0 ? new byte[0] : file.copy(at, there, "IMAGE_OPTIONAL_HEADER"), size);
  }

  private static long[] directories(byte[] rows) {
    long[] directories = new long[2 * IMAGE_NUMBEROF_DIRECTORY_ENTRIES];
    for (int i = 0; i < rows.length / 4; i++) {
      directories[i] = Bytes.u32(rows, 4 * i, true);
    }
    return directories;
  }

  private long directoryCount() {
    return at + 24 + (plus ? 108 : 92);
  }

  /** {@return whether the first section is mapped over the data directories} */
  boolean overlaid(PeMemory memory) {
    return sections.length > 0
        && memory.regionEnd(directoryCount()) < directoryCount() + 4 + 4L * directories.length;
  }

  /**
   * {@return the header with its data directories as they stand in memory}
   *
   * <p>The kernel takes the section table from the file, the loader the directories from memory:
   * where the first section is mapped over them, the section's count.
   */
  PeHeader inMemory(PeMemory memory) {
    long count = directoryCount();
    try {
      long announced = memory.u32(count, "IMAGE_OPTIONAL_HEADER");
      long rows = 8 * Math.min(announced, IMAGE_NUMBEROF_DIRECTORY_ENTRIES);
      return with(directories(memory.copy(count + 4, rows, "IMAGE_DATA_DIRECTORY")));
    } catch (MalformedException e) {
      return this; // not mapped where the loader would look: the file's own are all there is
    }
  }

  /** {@return the same header with other data directories} */
  PeHeader with(long[] others) {
    return new PeHeader(
        at,
        machine,
        timestamp,
        symbolTable,
        symbols,
        characteristics,
        plus,
        linker,
        imageBase,
        sectionAlignment,
        fileAlignment,
        sizeOfImage,
        sizeOfHeaders,
        subsystem,
        dllCharacteristics,
        others,
        sectionTable,
        sections);
  }

  private static SectionHeader[] sections(Bytes file, long table, int count, List<Note> notes) {
    if (count == 0) {
      return new SectionHeader[0];
    }
    int there = (int) Math.min(count, Math.max(0, (file.length() - table) / 40));
    byte[] rows;
    try {
      rows = file.copy(table, 40L * there, "section table");
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      return new SectionHeader[0];
    }
    if (there < count) {
      notes.add(
          Note.damaged(
              file.malformed(
                  table,
                  "section table",
                  "announces " + count + " sections, and the file ends after " + there)));
    }
    SectionHeader[] sections = new SectionHeader[there];
    for (int i = 0; i < there; i++) {
      int at = 40 * i;
      sections[i] =
          new SectionHeader(
              Arrays.copyOfRange(rows, at, at + 8),
              Bytes.u32(rows, at + 8, true),
              Bytes.u32(rows, at + 12, true),
              Bytes.u32(rows, at + 16, true),
              Bytes.u32(rows, at + 20, true),
              Bytes.i32(rows, at + 36, true));
    }
    return sections;
  }
}
