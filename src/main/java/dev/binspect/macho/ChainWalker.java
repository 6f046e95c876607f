package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;

/**
 * Follows chains of fixups through the file, a window at a time. Each step goes forward, so a chain
 * ends with its page or segment at the latest.
 */
final class ChainWalker {
  private static final String STRUCTURE = "chained fixup";

  /** The bits of a 32-bit pointer that hold its target. */
  private static final int MOST_32 = 0x3ffffff;

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

  /** For each bind's number, whether it is the image's own symbol. */
  private final boolean[] own;

  private int width;
  private int stride;
  private int ordinalMask;
  private int maximumPointer;
  private int type;
  private int authType;
  private long delta;
  private long end;

  // Where the word of a pointer stands that says what it is, and the places of its bits there.
  private int wordAt;
  private int nextShift;
  private int nextMask;
  private int bindMask;
  private int authMask;

  // What the places of a run are.
  private int rebases;
  private int authRebases;
  private int binds;
  private int authBinds;
  private int ownBinds;
  private int ownAuthBinds;
  private int lastCounted;

  /** Offset in the window that no pointer of the run begins at or after. */
  private int runStop;

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
    this.own = new boolean[ordinalCount];
    for (int i = 0; i < ordinalCount; i++) {
      own[i] = targets.own(ordinals[i]);
    }
  }

  /**
   * Turns to a segment.
   *
   * @param maximum values above are no pointers (32-bit only), 0 for none
   */
  void enter(PointerFormat format, Segment segment, long maximum) {
    type = FixupTypes.chained(format.number(), false);
    authType = FixupTypes.chained(format.number(), true);
    delta = segment.address() - segment.fileOffset();
    end = segment.fileOffset() + segment.fileSize();
    maximumPointer =
        format.number() == PointerFormat.POINTER_32 ? (int) Math.min(maximum, MOST_32) : 0;
    width = format.width();
    stride = format.stride();
    ordinalMask = format.ordinalMask();
    // All but the ordinal stands in the upper half of a 64-bit pointer.
    int half = width == 8 ? 32 : 0;
    wordAt = little ? half / 8 : 0;
    nextShift = format.nextShift() - half;
    nextMask = format.nextMask();
    bindMask = format.bindBit() < 0 ? 0 : 1 << format.bindBit() - half;
    authMask = format.authBit() < 0 ? 0 : 1 << format.authBit() - half;
  }

  /**
   * Follows one chain.
   *
   * @param from file offset of its first pointer
   * @param pageEnd file offset that no pointer of it may begin at or after
   * @return the file offset of its last pointer
   */
  long chain(long from, long pageEnd) throws MalformedException {
    long at = from;
    while (true) {
      int in = begin(at, pageEnd);
      int next = run(in, runStop);
      count();
      at = windowStart + (next < 0 ? ~next : next);
      if (next < 0) {
        return at;
      }
    }
  }

  /** {@return whether {@link #pages} can walk the format: 64-bit little-endian pointers} */
  boolean wide() {
    return width == 8 && little;
  }

  /**
   * Follows the chains of pages that have one each, up to the first page that has several. The
   * upper two bytes of a pointer tell all but the target of a bind. One method and few calls on
   * purpose: it is interpreted until its loop has gone round some thousand times, and compiled code
   * takes its place only within one call.
   *
   * @param starts where the chain of each page begins ({@code page_start})
   * @param first page to begin with
   * @param from file offset of the segment
   * @return a page with several chains, or the number of pages
   */
  int pages(byte[] starts, int first, long from, int pageSize) throws MalformedException {
    byte[] bytes = window;
    int count = starts.length / 2;
    int shift = nextShift - 16;
    int mask = nextMask;
    int bindBit = bindMask >>> 16;
    int authBit = authMask >>> 16;
    int step = stride;
    for (int page = first; page < count; page++) {
      int start = Bytes.u16(starts, page * 2, true);
      if (start == ChainedFixups.START_NONE) {
        continue;
      }
      if ((start & ChainedFixups.START_MULTI) != 0) {
        return page;
      }
      long pageStart = from + (long) page * pageSize;
      int at = begin(pageStart + start, pageStart + pageSize);
      int plain = 0;
      int authenticated = 0;
      while (true) {
        int word = bytes[at + 7] << 8 | bytes[at + 6] & 0xff;
        if ((word & bindBit) != 0) {
          bind(at, word << 16);
        } else if ((word & authBit) != 0) {
          authenticated++;
        } else {
          plain++;
        }
        int next = (word >>> shift & mask) * step;
        if (next != 0 && at + next < runStop) {
          at += next;
          continue;
        }
        rebases = plain;
        authRebases = authenticated;
        lastCounted = at;
        count();
        if (next == 0) {
          break;
        }
        at = begin(windowStart + at + next, pageStart + pageSize);
        plain = 0;
        authenticated = 0;
      }
    }
    return count;
  }

  /**
   * Begins a run: what of a chain lies in the window, in one section and on one page, up to {@link
   * #runStop}.
   *
   * @param at file offset of a pointer
   * @return its offset in the window
   */
  private int begin(long at, long pageEnd) throws MalformedException {
    long limit = Math.min(pageEnd, end - width + 1);
    if (at < 0 || at >= limit) {
      throw slice.malformed(at, STRUCTURE, "lies outside of its page or segment");
    }
    if (at < windowStart || at + width > windowStart + windowSize) {
      load(at, width);
    }
    long stop = Math.min(limit, windowStart + windowSize - width + 1);
    stop = Math.min(stop, tally.alike(at + delta) - delta);
    // Where segments overlap, what is alike may end before it begins: each run takes one place.
    runStop = (int) (Math.max(stop, at + 1) - windowStart);
    return (int) (at - windowStart);
  }

  /**
   * Walks the part of a chain that lies in the window, in one section and on one page.
   *
   * @param from offset in the window
   * @param stop offset that ends the run
   * @return where the chain goes on, or the complement of its last offset
   */
  private int run(int from, int stop) throws MalformedException {
    byte[] bytes = window;
    int shift = nextShift;
    int mask = nextMask;
    int bindBit = bindMask;
    int step = stride;
    int at = from;
    while (at < stop) {
      int word = Bytes.i32(bytes, at + wordAt, little);
      if ((word & bindBit) != 0) {
        bind(at, word);
      } else {
        rebase(at, word);
      }
      int next = word >>> shift & mask;
      if (next == 0) {
        return ~at;
      }
      at += next * step;
    }
    return at;
  }

  private void rebase(int at, int word) {
    if (maximumPointer != 0 && (word & MOST_32) > maximumPointer) {
      return; // not a pointer, but a number between them
    }
    if ((word & authMask) != 0) {
      authRebases++;
    } else {
      rebases++;
    }
    lastCounted = at;
  }

  private void bind(int at, int word) throws MalformedException {
    int low = width == 8 ? Bytes.i32(window, at + 4 - wordAt, little) : word;
    int ordinal = low & ordinalMask;
    if (ordinal >= ordinalCount) {
      throw slice.malformed(
          windowStart + at, STRUCTURE, "binds to import " + ordinal + " of " + ordinalCount);
    }
    if ((word & authMask) != 0) {
      authBinds++;
      ownAuthBinds += own[ordinal] ? 1 : 0;
    } else {
      binds++;
      ownBinds += own[ordinal] ? 1 : 0;
    }
    targets.use(ordinals[ordinal]);
    lastCounted = at;
  }

  private void count() throws MalformedException {
    long last = windowStart + lastCounted + delta;
    if (rebases != 0) {
      tally.add(last, width, rebaseTable, type, false, rebases, rebases);
      rebases = 0;
    }
    if (authRebases != 0) {
      tally.add(last, width, rebaseTable, authType, false, authRebases, authRebases);
      authRebases = 0;
    }
    if (binds != 0) {
      tally.add(last, width, bindTable, type, true, binds, ownBinds);
      binds = 0;
      ownBinds = 0;
    }
    if (authBinds != 0) {
      tally.add(last, width, bindTable, authType, true, authBinds, ownAuthBinds);
      authBinds = 0;
      ownAuthBinds = 0;
    }
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
