package dev.binspect.linkage;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import java.util.List;

/**
 * Constant tables of the library (of checksums, codes, states) that stand in the program. They
 * survive stripping, and, other than code, another compiler and other options.
 *
 * <p>Two libraries may hold one table (many have CRC-32's): it tells that code may be there, not
 * whose it is.
 *
 * @param compared windows of the library that are long and varied enough to be told apart
 * @param found those that stand in the program
 */
record CommonTables(long compared, long found) {
  static final CommonTables NONE = new CommonTables(0, 0);

  /** Bytes of one window. */
  static final int WINDOW = 32;

  /** Another one in each process: whoever makes a file cannot choose windows that share a slot. */
  private static final long MULTIPLIER = (System.nanoTime() * 0x9e3779b97f4a7c15L) | 1;

  /** Compilers align tables of numbers at least so. */
  private static final int ALIGNMENT = 4;

  /** A window with fewer different bytes looks like many others. */
  private static final int MIN_VARIETY = 12;

  /** Less than 256 bytes may be chance. */
  private static final int MUCH = 8;

  /**
   * Compares the data of two images.
   *
   * @param noise images whose tables do not count: the standard library's
   */
  static CommonTables of(Image program, Image library, List<Image> noise) {
    try {
      Windows windows = new Windows();
      for (byte[] data : ConstantData.of(library, true)) {
        for (int at = 0; at + WINDOW <= data.length; at += WINDOW) {
          if (varied(data, at)) {
            windows.add(hash(data, at));
          }
        }
      }
      for (Image one : noise) {
        for (byte[] data : ConstantData.of(one, true)) {
          // Of bytes a table may stand anywhere.
          windows.mark(data, 1, Windows.NOISE);
        }
      }
      for (byte[] data : ConstantData.of(program, true)) {
        windows.mark(data, ALIGNMENT, Windows.FOUND);
      }
      return windows.counted();
    } catch (MalformedException e) {
      // Evidence that cannot be had is no evidence; the reader's own notes tell of the damage.
      return NONE;
    }
  }

  /** {@return whether there are so many that code of the library may stand in the program} */
  boolean much() {
    return found >= MUCH;
  }

  /** Text is compared elsewhere, and small numbers stand in many tables. */
  private static boolean varied(byte[] data, int at) {
    long low = 0;
    long high = 0;
    int text = 0;
    for (int i = at; i < at + WINDOW; i++) {
      int value = data[i] & 0x7f;
      if (value < 64) {
        low |= 1L << value;
      } else {
        high |= 1L << value - 64;
      }
      text += data[i] >= ' ' && data[i] <= '~' ? 1 : 0;
    }
    return Long.bitCount(low) + Long.bitCount(high) >= MIN_VARIETY && text < WINDOW * 3 / 4;
  }

  private static long hash(byte[] data, int at) {
    long hash = 0xcbf29ce484222325L;
    for (int i = at; i < at + WINDOW; i += ALIGNMENT) {
      long word = Bytes.u32(data, i, true);
      hash = (hash ^ word) * MULTIPLIER;
      hash ^= hash >>> 29;
    }
    return hash == 0 ? 1 : hash;
  }

  /** The library's windows by their hashes, and what is known of each. */
  private static final class Windows {
    static final byte FOUND = 1;
    static final byte NOISE = 2;

    private long[] slots = new long[1024];
    private byte[] marks = new byte[1024];
    private int size;

    private int slot(long hash) {
      int mask = slots.length - 1;
      int at = (int) (hash >>> 20) & mask;
      while (slots[at] != 0 && slots[at] != hash) {
        at = at + 1 & mask;
      }
      return at;
    }

    void add(long hash) {
      int at = slot(hash);
      if (slots[at] == 0) {
        slots[at] = hash;
        if (++size * 2 > slots.length) {
          grow();
        }
      }
    }

    private void grow() {
      long[] old = slots;
      slots = new long[old.length * 2];
      marks = new byte[slots.length];
      for (long hash : old) {
        if (hash != 0) {
          slots[slot(hash)] = hash;
        }
      }
    }

    /** Marks each window that stands in some data, at a multiple of the step. */
    void mark(byte[] data, int step, byte with) {
      for (int at = 0; size > 0 && at + WINDOW <= data.length; at += step) {
        int slot = slot(hash(data, at));
        if (slots[slot] != 0) {
          marks[slot] |= with;
        }
      }
    }

    CommonTables counted() {
      long compared = 0;
      long found = 0;
      for (int i = 0; i < slots.length; i++) {
        boolean counts = slots[i] != 0 && (marks[i] & NOISE) == 0;
        compared += counts ? 1 : 0;
        found += counts && (marks[i] & FOUND) != 0 ? 1 : 0;
      }
      return new CommonTables(compared, found);
    }
  }
}
