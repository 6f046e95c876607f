package dev.binspect.pe;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Contents;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sections and COFF symbols, read when asked. A symbol's section is its row in the section table
 * counted from 1, as COFF counts: {@code sections().get(symbols.section(i) - 1)}.
 */
final class PeContents implements Contents {
  private final PeMemory memory;
  private @Nullable List<Section> sections;
  private @Nullable Symbols symbols;
  private byte @Nullable [] strings;

  PeContents(PeMemory memory) {
    this.memory = memory;
  }

  @Override
  public List<Section> sections() throws MalformedException {
    List<Section> known = sections;
    if (known != null) {
      return known;
    }
    PeHeader.SectionHeader[] rows = memory.header.sections();
    List<Section> list = new ArrayList<>(rows.length);
    for (PeHeader.SectionHeader row : rows) {
      long there =
          row.rawPointer() == 0
              ? 0
              : Math.max(0, Math.min(row.rawSize(), memory.file.length() - row.rawPointer()));
      long size = row.virtualSize() == 0 ? row.rawSize() : row.virtualSize();
      boolean loaded = (row.characteristics() & PeConstants.IMAGE_SCN_MEM_DISCARDABLE) == 0;
      list.add(
          new Section(
              name(row),
              row.virtualAddress(),
              size,
              row.rawPointer(),
              // The file pads raw data to its alignment: the padding is no content.
              Math.min(there, size),
              loaded,
              row.writable(),
              row.executable()));
    }
    sections = List.copyOf(list);
    return sections;
  }

  /** {@return the name; "/123" and "//base64" stand for a longer one in the string table} */
  private String name(PeHeader.SectionHeader row) throws MalformedException {
    String name = row.shortName();
    if (name.length() < 2 || name.charAt(0) != '/') {
      return name;
    }
    long at = 0;
    boolean base64 = name.charAt(1) == '/';
    for (int i = base64 ? 2 : 1; i < name.length(); i++) {
      int digit = digit(name.charAt(i), base64);
      if (digit < 0) {
        return name;
      }
      at = at * (base64 ? 64 : 10) + digit;
    }
    byte[] table = strings();
    int end = (int) Math.min(at, table.length);
    while (end < table.length && table[end] != 0) {
      end++;
    }
    return at >= 4 && at < table.length ? PeText.decode(table, (int) at, end - (int) at) : name;
  }

  private static int digit(char c, boolean base64) {
    if (!base64) {
      return c >= '0' && c <= '9' ? c - '0' : -1;
    }
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".indexOf(c);
  }

  private byte[] strings() throws MalformedException {
    byte[] known = strings;
    if (known == null) {
      known = PeSymbols.strings(memory.file, memory.header);
      strings = known;
    }
    return known;
  }

  @Override
  public @Nullable Bytes symbolNames() throws MalformedException {
    return PeSymbols.names(memory.file, memory.header);
  }

  @Override
  public Symbols symbols() throws MalformedException {
    Symbols known = symbols;
    if (known == null) {
      known = PeSymbols.read(memory.file, memory.header, strings());
      symbols = known;
    }
    return known;
  }

  @Override
  public Bytes bytes(Section section) throws MalformedException {
    return memory.file.slice(section.offset(), section.fileSize(), "section " + section.name());
  }

  @Override
  public @Nullable Bytes at(long address, long count) throws MalformedException {
    return count < 0 || memory.inFile(address) < count
        ? null
        : memory.file.slice(memory.offset(address), count, "memory");
  }
}
