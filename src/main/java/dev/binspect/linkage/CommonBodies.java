package dev.binspect.linkage;

import dev.binspect.linkage.FunctionTable.Code;
import java.util.Arrays;

/**
 * Functions of the library whose bodies stand in the program too: same length, and nearly the same
 * bytes (addresses differ from link to link). Survives stripping, not link-time optimisation.
 *
 * @param compared functions of the library that are long enough to be told apart
 * @param found those that stand in the program
 */
record CommonBodies(int compared, int found) {
  static final CommonBodies NONE = new CommonBodies(0, 0);

  /** Shorter bodies look like each other. */
  private static final int MIN_SIZE = 64;

  /** More are sampled evenly. */
  private static final int MAX_COMPARED = 4000;

  /** Bodies of one length that are compared. */
  private static final int MAX_TRIES = 300;

  static CommonBodies of(FunctionTable program, FunctionTable library) {
    if (program.count() == 0 || library.count() == 0) {
      return NONE;
    }
    int[] bySize = sorted(program);
    int eligible = 0;
    for (int i = 0; i < library.count(); i++) {
      eligible += library.size(i) >= MIN_SIZE ? 1 : 0;
    }
    int step = Math.max(1, eligible / MAX_COMPARED);
    int compared = 0;
    int found = 0;
    int seen = 0;
    for (int i = 0; i < library.count(); i++) {
      if (library.size(i) < MIN_SIZE || seen++ % step != 0) {
        continue;
      }
      Code code = library.codeOf(i);
      if (code == null) {
        continue;
      }
      compared++;
      if (contains(program, bySize, library, i, code)) {
        found++;
      }
    }
    return new CommonBodies(compared, found);
  }

  /** {@return function indexes in order of size} */
  private static int[] sorted(FunctionTable table) {
    long[] keys = new long[table.count()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (long) table.size(i) << 32 | i;
    }
    Arrays.sort(keys);
    int[] order = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  private static boolean contains(
      FunctionTable in, int[] order, FunctionTable library, int function, Code code) {
    int size = library.size(function);
    int low = 0;
    int high = order.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (in.size(order[middle]) < size) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int offset = library.offset(function, code);
    int tries = 0;
    for (int k = low; k < order.length && in.size(order[k]) == size && tries < MAX_TRIES; k++) {
      Code other = in.codeOf(order[k]);
      if (other != null) {
        tries++;
        if (alike(code.bytes(), offset, other.bytes(), in.offset(order[k], other), size)) {
          return true;
        }
      }
    }
    return false;
  }

  /** {@return whether at least seven of ten bytes are equal} */
  private static boolean alike(byte[] one, int at, byte[] other, int otherAt, int size) {
    int allowed = size * 3 / 10;
    for (int i = 0; i < size; i++) {
      if (one[at + i] != other[otherAt + i] && --allowed < 0) {
        return false;
      }
    }
    return true;
  }
}
