package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;

/**
 * Follows chains of fixups through the file, a window at a time. Each step goes forward, so a chain
 * ends with its page or segment at the latest.
 */
final class ChainWalker {
  private static final String STRUCTURE = "chained fixup";
  private static final int WINDOW = 1 << 15;
  private static final int WINDOW_ALIGNMENT = 1 << 12;

  private final Bytes slice;
  private final boolean little;
  private final FixupTally tally;
  private final int rebaseTable;
  private final int bindTable;
  private final BindTargets targets;
  private final int[] ordinals;
  private final int ordinalCount;
  private final byte[] window = new byte[WINDOW];
  private long windowStart;
  private int windowSize;

  private PointerFormat format = PointerFormat.of(PointerFormat.ARM64E);
  private int type;
  private int authType;
  private long delta;
  private long end;
  private long maximumPointer;

  /**
   * @param ordinals from a bind's number to its target
   * @param ordinalCount how many of them are set
   */
  ChainWalker(
      Bytes slice,
      FixupTally tally,
      int rebaseTable,
      int bindTable,
      BindTargets targets,
      int[] ordinals,
      int ordinalCount) {
    this.slice = slice;
    this.little = slice.littleEndian();
    this.tally = tally;
    this.rebaseTable = rebaseTable;
    this.bindTable = bindTable;
    this.targets = targets;
    this.ordinals = ordinals;
    this.ordinalCount = ordinalCount;
  }

  /**
   * Turns to a segment.
   *
   * @param maximum values above are no pointers (32-bit only), 0 for none
   */
  void enter(PointerFormat pointerFormat, Segment segment, long maximum) {
    format = pointerFormat;
    type = FixupTypes.chained(format.number(), false);
    authType = FixupTypes.chained(format.number(), true);
    delta = segment.address() - segment.fileOffset();
    end = segment.fileOffset() + segment.fileSize();
    maximumPointer = format.number() == PointerFormat.POINTER_32 ? maximum : 0;
  }

  /**
   * Follows one chain.
   *
   * @param from file offset of its first pointer
   * @param pageEnd file offset that no pointer of it may begin at or after
   * @return the file offset of its last pointer
   */
  long chain(long from, long pageEnd) throws MalformedException {
    PointerFormat f = format;
    int width = f.width();
    long at = from;
    while (true) {
      if (at < 0 || at >= pageEnd || at > end - width) {
        throw slice.malformed(at, STRUCTURE, "lies outside of its page or segment");
      }
      if (at < windowStart || at + width > windowStart + windowSize) {
        load(at, width);
      }
      int in = (int) (at - windowStart);
      long value = width == 8 ? Bytes.u64(window, in, little) : Bytes.u32(window, in, little);
      boolean bind = f.bindBit() >= 0 && (value >>> f.bindBit() & 1) != 0;
      if (bind) {
        bind(at, value);
      } else if (maximumPointer == 0 || (value & 0x3ffffff) <= maximumPointer) {
        boolean authenticated = f.authBit() >= 0 && (value >>> f.authBit() & 1) != 0;
        tally.add(at + delta, width, rebaseTable, authenticated ? authType : type, false, true);
      }
      int next = (int) (value >>> f.nextShift()) & f.nextMask();
      if (next == 0) {
        return at;
      }
      at += (long) next * f.stride();
    }
  }

  private void bind(long at, long value) throws MalformedException {
    int ordinal = (int) value & format.ordinalMask();
    if (ordinal >= ordinalCount) {
      throw slice.malformed(at, STRUCTURE, "binds to import " + ordinal + " of " + ordinalCount);
    }
    boolean authenticated = format.authBit() >= 0 && (value >>> format.authBit() & 1) != 0;
    int target = ordinals[ordinal];
    tally.add(
        at + delta,
        format.width(),
        bindTable,
        authenticated ? authType : type,
        true,
        targets.own(target));
    targets.use(target);
  }

  private void load(long at, int width) throws MalformedException {
    long start = at & -WINDOW_ALIGNMENT;
    windowSize = 0;
    int size = slice.copyInto(start, window, STRUCTURE);
    windowStart = start;
    windowSize = size;
    if (at + width > start + size) {
      throw slice.malformed(at, STRUCTURE, "lies outside of the file");
    }
  }
}
