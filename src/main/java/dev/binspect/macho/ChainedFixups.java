package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * LC_DYLD_CHAINED_FIXUPS ({@code dyld_chained_fixups_header}, {@code dyld_chained_starts_in_image},
 * {@code dyld_chained_starts_in_segment} of {@code <mach-o/fixup-chains.h>}), and the section
 * {@code __TEXT,__chain_starts} of firmware.
 */
final class ChainedFixups {
  private static final String HEADER = "chained fixups";
  private static final String STARTS = "chained starts";
  static final int START_NONE = 0xffff;
  static final int START_MULTI = 0x8000;

  private final LoadCommands commands;
  private final Bytes blob;
  private final ChainWalker walker;

  /** Pages that the tables have room for, all segments together. */
  private long pagesLeft;

  private ChainedFixups(LoadCommands commands, Range range, FixupTally tally, BindTargets targets)
      throws MalformedException {
    this.commands = commands;
    this.blob = commands.slice.slice(range.offset(), range.size(), HEADER);
    this.pagesLeft = blob.length() / 2;
    long version = blob.u32(0, HEADER);
    if (version != 0) {
      throw blob.malformed(0, HEADER, "have the unknown version " + version);
    }
    int[] ordinals = ChainedImports.read(blob, targets);
    this.walker =
        new ChainWalker(
            commands.slice,
            tally,
            FixupTally.CHAINED_REBASE,
            FixupTally.CHAINED_BIND,
            targets,
            ordinals,
            ordinals.length);
  }

  static void walk(LoadCommands commands, Range range, FixupTally tally, BindTargets targets)
      throws MalformedException {
    if (!range.empty()) {
      new ChainedFixups(commands, range, tally, targets).walk();
    }
  }

  /**
   * The chains of firmware: {@code __TEXT,__chain_starts} holds the pointer format, their number
   * and where each begins ({@code dyld_chained_starts_offsets}).
   */
  static void walkFirmware(LoadCommands commands, MachoSection section, FixupTally tally)
      throws MalformedException {
    String structure = "__TEXT,__chain_starts";
    Bytes starts = commands.slice.slice(section.fileOffset(), section.size(), structure);
    long number = starts.u32(0, structure);
    PointerFormat format = PointerFormat.known(number);
    if (format == null) {
      throw starts.malformed(0, structure, "has the unknown pointer format " + number);
    }
    long count = starts.u32(4, structure);
    if (!starts.contains(8, count * 4)) {
      throw starts.malformed(4, structure, "announces " + count + " chains");
    }
    BindTargets none = new BindTargets(commands.slice);
    ChainWalker walker =
        new ChainWalker(
            commands.slice,
            tally,
            FixupTally.CHAINED_REBASE,
            FixupTally.CHAINED_BIND,
            none,
            new int[0],
            0);
    for (long i = 0; i < count; i++) {
      long at = starts.u32(8 + i * 4, structure);
      Segment segment = holding(commands.segments, at);
      if (segment == null) {
        throw starts.malformed(8 + i * 4, structure, i, "lies in no segment");
      }
      walker.enter(format, segment, 0);
      walker.chain(at, segment.fileOffset() + segment.fileSize());
    }
  }

  private static @Nullable Segment holding(List<Segment> segments, long offset) {
    for (Segment segment : segments) {
      if (offset >= segment.fileOffset() && offset - segment.fileOffset() < segment.fileSize()) {
        return segment;
      }
    }
    return null;
  }

  /** {@return log2 of the page size of the first segment with chains, or {@code otherwise}} */
  static int pageShift(LoadCommands commands, Range range, int otherwise) {
    try {
      Bytes blob = commands.slice.slice(range.offset(), range.size(), HEADER);
      long starts = blob.u32(4, HEADER);
      long count = Math.min(blob.u32(starts, STARTS), commands.segments.size());
      for (long i = 0; i < count; i++) {
        long at = blob.u32(starts + 4 + i * 4, STARTS);
        if (at != 0) {
          int size = blob.u16(starts + at + 4, STARTS);
          return size == 0x1000 ? 12 : size == 0x4000 ? 14 : otherwise;
        }
      }
    } catch (MalformedException e) {
      // The walk comes upon it too, and says so.
      return otherwise;
    }
    return otherwise;
  }

  private void walk() throws MalformedException {
    long starts = blob.u32(4, HEADER);
    long count = blob.u32(starts, STARTS);
    if (!blob.contains(starts + 4, count * 4)) {
      throw blob.malformed(starts, STARTS, "announce " + count + " segments");
    }
    List<Segment> segments = commands.segments;
    for (int i = 0; i < count; i++) {
      long at = blob.u32(starts + 4 + i * 4L, STARTS);
      if (at == 0) {
        continue;
      }
      if (i >= segments.size()) {
        throw blob.malformed(
            starts + 4 + i * 4L, STARTS, i, "name a segment, and there are " + segments.size());
      }
      segment(starts + at, segments.get(i));
    }
  }

  private void segment(long at, Segment segment) throws MalformedException {
    int pageSize = blob.u16(at + 4, STARTS);
    int number = blob.u16(at + 6, STARTS);
    PointerFormat format = PointerFormat.known(number);
    if (format == null) {
      throw blob.malformed(at + 6, STARTS, "have the unknown pointer format " + number);
    }
    long maximum = blob.u32(at + 16, STARTS);
    int pages = blob.u16(at + 20, STARTS);
    pagesLeft -= pages;
    if (pagesLeft < 0) {
      throw blob.malformed(at + 20, STARTS, "announce more pages than they have room for");
    }
    byte[] table = blob.copy(at + 22, pages * 2L, STARTS);
    if (pageSize == 0 && pages > 0) {
      throw blob.malformed(at + 4, STARTS, "have pages of no bytes");
    }
    walker.enter(format, segment, maximum);
    for (int page = 0; page < pages; page++) {
      if (walker.wide()) {
        page = walker.pages(table, page, segment.fileOffset(), pageSize);
        if (page == pages) {
          return;
        }
      }
      int start = Bytes.u16(table, page * 2, blob.littleEndian());
      if (start == START_NONE) {
        continue;
      }
      long from = segment.fileOffset() + (long) page * pageSize;
      if ((start & START_MULTI) == 0) {
        walker.chain(from + start, from + pageSize);
      } else {
        multi(at + 22 + (start & ~START_MULTI) * 2L, from, pageSize);
      }
    }
  }

  /**
   * A page whose fixups lie too far apart for one chain.
   *
   * @param list where the starts of its chains stand, behind those of the pages
   */
  private void multi(long list, long from, int pageSize) throws MalformedException {
    long[] taken = new long[(pageSize >>> 6) + 1];
    for (long at = list; ; at += 2) {
      int start = blob.u16(at, STARTS);
      int offset = start & ~START_MULTI;
      int last = (int) (walker.chain(from + offset, from + pageSize) - from);
      // No linker lets two chains cross: what lies between the ends of one is its own.
      for (int i = offset; i <= last; i++) {
        if ((taken[i >>> 6] & 1L << i) != 0) {
          throw blob.malformed(at, STARTS, "have two chains through one place");
        }
        taken[i >>> 6] |= 1L << i;
      }
      if ((start & START_MULTI) != 0) {
        return;
      }
    }
  }
}
