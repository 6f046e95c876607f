package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Contents;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Sections, the full symbol table and loaded bytes of an ELF file, read when asked. */
final class ElfContents implements Contents {
  private static final int ELFCOMPRESS_ZLIB = 1;
  private static final int SHN_XINDEX = 0xffff;

  /** What is unpacked beyond the file's own size: debug information shrinks to a third or so. */
  private static final long UNPACKED_FREE = 4 << 20;

  private final ElfHeader header;
  private final Segments segments;
  private final SectionTable table;
  private @Nullable List<Section> sections;
  private @Nullable Symbols symbols;

  ElfContents(ElfHeader header, Segments segments, SectionTable table) {
    this.header = header;
    this.segments = segments;
    this.table = table;
  }

  @Override
  public synchronized List<Section> sections() {
    List<Section> known = sections;
    if (known == null) {
      known = new ArrayList<>(table.count());
      for (int i = 0; i < table.count(); i++) {
        boolean loaded = table.loaded(i);
        known.add(
            new Section(
                table.name(i),
                loaded ? table.address(i) : 0,
                table.size(i),
                table.offset(i),
                table.fileSize(i),
                loaded,
                (table.flags(i) & SectionTable.SHF_WRITE) != 0,
                (table.flags(i) & SectionTable.SHF_EXECINSTR) != 0));
      }
      sections = known;
    }
    return known;
  }

  @Override
  public synchronized Symbols symbols() throws MalformedException {
    Symbols known = symbols;
    if (known == null) {
      int i = table.ofType(SectionTable.SHT_SYMTAB);
      known = i < 0 ? Symbols.NONE : read(i);
      symbols = known;
    }
    return known;
  }

  private Symbols read(int i) throws MalformedException {
    Bytes file = header.file();
    int link = table.link(i);
    byte[] strings = new byte[0];
    if (link > 0 && link < table.count()) {
      strings = file.copy(table.offset(link), table.fileSize(link), ".strtab");
    }
    Symbols raw =
        SymbolReader.read(
            header,
            table.offset(i),
            table.size(i) / SymbolReader.entrySize(header),
            strings,
            ".symtab");
    int extended = table.ofType(SectionTable.SHT_SYMTAB_SHNDX);
    if (extended < 0) {
      return raw;
    }
    return withSections(
        raw, file.copy(table.offset(extended), table.size(extended), ".symtab_shndx"));
  }

  /** More than 65,279 sections: the indexes stand in a section of their own. */
  private Symbols withSections(Symbols raw, byte[] indexes) {
    int[] section = new int[raw.count()];
    for (int i = 0; i < section.length; i++) {
      section[i] =
          raw.section(i) == SHN_XINDEX && i * 4L + 4 <= indexes.length
              ? Bytes.i32(indexes, i * 4, header.little())
              : raw.section(i);
    }
    return raw.withSections(section);
  }

  @Override
  public Bytes bytes(Section section) throws MalformedException {
    Bytes raw = header.file().slice(section.offset(), section.fileSize(), section.name());
    if (section.loaded()) {
      return raw;
    }
    for (int i = 0; i < table.count(); i++) {
      if (table.offset(i) == section.offset()
          && table.size(i) == section.size()
          && (table.flags(i) & SectionTable.SHF_COMPRESSED) != 0
          && table.named(i, section.name())) {
        return unpack(raw, section.name());
      }
    }
    return section.name().startsWith(".zdebug") ? unpackOld(raw, section.name()) : raw;
  }

  /** SHF_COMPRESSED (gABI chapter 4): a header, then zlib or zstd. */
  private Bytes unpack(Bytes raw, String name) throws MalformedException {
    long type = raw.u32(0, name);
    long size = header.is64() ? raw.u64(8, name) : raw.u32(4, name);
    int start = header.is64() ? 24 : 12;
    if (type != ELFCOMPRESS_ZLIB) {
      throw raw.malformed(0, name, "is compressed by method " + type + ", which is not known");
    }
    return inflate(raw, start, size, name);
  }

  /** What binutils wrote before the gABI knew compression: "ZLIB" and a big-endian size. */
  private Bytes unpackOld(Bytes raw, String name) throws MalformedException {
    Bytes big = raw.order(false);
    if (raw.length() < 12 || big.u32(0, name) != 0x5a4c4942L) {
      return raw;
    }
    return inflate(raw, 12, big.u64(4, name), name);
  }

  private Bytes inflate(Bytes raw, int start, long size, String name) throws MalformedException {
    long packed = raw.length() - start;
    long most = UNPACKED_FREE + header.file().length() * 3 / 2;
    if (size < 0 || size > most || size > Integer.MAX_VALUE - 16) {
      throw raw.malformed(
          0,
          name,
          "announces "
              + Long.toUnsignedString(size)
              + " bytes unpacked, and no more than "
              + most
              + " are");
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(raw.copy(start, packed, name));
      byte[] out = new byte[(int) size];
      int n = 0;
      while (n < out.length) {
        int got = inflater.inflate(out, n, out.length - n);
        if (got == 0) {
          throw raw.malformed(0, name, "ends after " + n + " of " + size + " bytes unpacked");
        }
        n += got;
      }
      return Bytes.of(raw.name(), out).order(header.little());
    } catch (DataFormatException e) {
      throw raw.malformed(0, name, "cannot be unpacked");
    } finally {
      inflater.end();
    }
  }

  @Override
  public @Nullable Bytes at(long address, long count) throws MalformedException {
    long there = segments.available(address);
    if (there == 0 || count < 0) {
      return null;
    }
    return header.file().slice(segments.offset(address), Math.min(count, there), "loaded bytes");
  }
}
