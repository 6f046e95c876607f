package dev.binspect.macho;

import static dev.binspect.macho.MachoConstants.*;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Contents;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sections and symbols of a slice, read when asked for.
 *
 * <p>Sections are numbered from 1, as {@code n_sect} does: the first of the list is an empty one
 * without a name, like ELF's. Debugging symbols (N_STAB) are left out.
 */
final class MachoContents implements Contents {
  private final Bytes slice;
  private final boolean is64;
  private final List<Segment> segments;
  private final @Nullable SymbolTable table;
  private final long base;

  MachoContents(LoadCommands commands, long base) {
    this.slice = commands.slice;
    this.is64 = commands.is64;
    this.segments = List.copyOf(commands.segments);
    this.table = commands.symbolTable;
    this.base = base;
  }

  @Override
  public List<Section> sections() {
    List<Section> out = new ArrayList<>();
    out.add(new Section("", 0, 0, 0, 0, false, false, false));
    for (Segment segment : segments) {
      for (MachoSection section : segment.sections()) {
        boolean loaded = !section.segment().equals("__DWARF");
        out.add(
            new Section(
                section.segment() + "," + section.name(),
                section.address() - base,
                section.size(),
                section.fileOffset(),
                section.zeroFilled() ? 0 : section.size(),
                loaded,
                segment.writable(),
                section.executable()));
      }
    }
    return out;
  }

  @Override
  public Bytes bytes(Section section) throws MalformedException {
    return slice.slice(section.offset(), section.fileSize(), section.name());
  }

  @Override
  public @Nullable Bytes at(long address, long count) throws MalformedException {
    for (Segment segment : segments) {
      long in = address + base - segment.address();
      if (in >= 0 && in < segment.fileSize()) {
        return slice.slice(
            segment.fileOffset() + in, Math.min(count, segment.fileSize() - in), segment.name());
      }
    }
    return null;
  }

  @Override
  public Symbols symbols() throws MalformedException {
    SymbolTable symbolTable = table;
    if (symbolTable == null || symbolTable.count() == 0) {
      return Symbols.NONE;
    }
    Symbols symbols =
        new SymbolColumns(slice.littleEndian(), is64, sections(), sectionFlags(), base)
            .read(symbolTable);
    if (symbols.overlapping()) {
      throw slice.malformed(0, "symbol table", "has names that lie within each other");
    }
    return symbols;
  }

  @Override
  public @Nullable Bytes symbolNames() throws MalformedException {
    SymbolTable symbolTable = table;
    return symbolTable == null || symbolTable.count() == 0 ? null : symbolTable.names();
  }

  private int[] sectionFlags() {
    int n = 1;
    for (Segment segment : segments) {
      n += segment.sections().size();
    }
    int[] out = new int[n];
    int i = 1;
    for (Segment segment : segments) {
      for (MachoSection section : segment.sections()) {
        out[i++] = section.flags();
      }
    }
    return out;
  }
}
