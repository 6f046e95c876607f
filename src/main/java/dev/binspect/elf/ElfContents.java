package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Contents;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sections and the full symbol table, read when asked. */
final class ElfContents implements Contents {
  static final int SHT_SYMTAB = 2;
  static final int SHT_NOBITS = 8;

  private final Bytes file;
  private final ElfHeader header;
  private final ElfSegments segments;
  private @Nullable List<Raw> raw;
  private @Nullable Symbols symbols;

  /** A section header. */
  record Raw(Section section, int type, long flags, int link, int info, long entrySize) {}

  ElfContents(Bytes file, ElfHeader header, ElfSegments segments) {
    this.file = file;
    this.header = header;
    this.segments = segments;
  }

  synchronized List<Raw> raw() throws MalformedException {
    List<Raw> known = raw;
    if (known == null) {
      known = readSections();
      raw = known;
    }
    return known;
  }

  private List<Raw> readSections() throws MalformedException {
    int size = header.wide() ? 64 : 40;
    long count = header.sectionCount();
    if (header.sectionHeaders() == 0 || count == 0) {
      return List.of();
    }
    if (header.sectionHeaderSize() < size || count > 1 << 20) {
      throw file.malformed(
          0,
          "ELF header",
          "claims " + count + " section headers of " + header.sectionHeaderSize() + " bytes");
    }
    int step = header.sectionHeaderSize();
    byte[] table = file.copy(header.sectionHeaders(), count * step, "section headers");
    boolean little = header.little();
    byte[] names = new byte[0];
    if (header.sectionNames() > 0 && header.sectionNames() < count) {
      int at = (int) header.sectionNames() * step;
      long offset =
          header.wide() ? Bytes.u64(table, at + 24, little) : Bytes.u32(table, at + 16, little);
      long length =
          header.wide() ? Bytes.u64(table, at + 32, little) : Bytes.u32(table, at + 20, little);
      if (file.contains(offset, length) && length < 1 << 26) {
        names = file.copy(offset, length, "section names");
      }
    }
    List<Raw> all = new ArrayList<>((int) count);
    for (int i = 0; i < count; i++) {
      int at = i * step;
      int name = Bytes.i32(table, at, little);
      int type = Bytes.i32(table, at + 4, little);
      boolean wide = header.wide();
      long flags = wide ? Bytes.u64(table, at + 8, little) : Bytes.u32(table, at + 8, little);
      long address = wide ? Bytes.u64(table, at + 16, little) : Bytes.u32(table, at + 12, little);
      long offset = wide ? Bytes.u64(table, at + 24, little) : Bytes.u32(table, at + 16, little);
      long bytes = wide ? Bytes.u64(table, at + 32, little) : Bytes.u32(table, at + 20, little);
      int link = Bytes.i32(table, at + (wide ? 40 : 24), little);
      int info = Bytes.i32(table, at + (wide ? 44 : 28), little);
      long entry = wide ? Bytes.u64(table, at + 56, little) : Bytes.u32(table, at + 36, little);
      all.add(
          new Raw(
              new Section(
                  text(names, name),
                  address,
                  bytes,
                  offset,
                  type == SHT_NOBITS ? 0 : bytes,
                  (flags & 2) != 0,
                  (flags & 1) != 0,
                  (flags & 4) != 0),
              type,
              flags,
              link,
              info,
              entry));
    }
    return List.copyOf(all);
  }

  static String text(byte[] strings, long from) {
    if (from < 0 || from >= strings.length) {
      return "";
    }
    int to = (int) from;
    while (to < strings.length && strings[to] != 0) {
      to++;
    }
    return new String(
        strings, (int) from, to - (int) from, java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public List<Section> sections() throws MalformedException {
    List<Section> out = new ArrayList<>();
    for (Raw each : raw()) {
      out.add(each.section());
    }
    return out;
  }

  @Override
  public synchronized Symbols symbols() throws MalformedException {
    Symbols known = symbols;
    if (known == null) {
      known = Symbols.NONE;
      List<Raw> all = raw();
      for (Raw each : all) {
        if (each.type() == SHT_SYMTAB && each.link() > 0 && each.link() < all.size()) {
          Section strings = all.get(each.link()).section();
          known =
              ElfSymbols.read(
                  file.order(header.little())
                      .slice(each.section().offset(), each.section().fileSize(), "symbol table"),
                  header.wide(),
                  file.copy(strings.offset(), strings.fileSize(), "string table"));
          break;
        }
      }
      symbols = known;
    }
    return known;
  }

  @Override
  public Bytes bytes(Section section) throws MalformedException {
    return file.order(header.little()).slice(section.offset(), section.fileSize(), section.name());
  }

  @Override
  public @Nullable Bytes at(long address, long count) throws MalformedException {
    long offset = segments.offset(address);
    return offset < 0
        ? null
        : file.order(header.little())
            .slice(offset, Math.min(count, file.length() - offset), "loaded bytes");
  }
}
