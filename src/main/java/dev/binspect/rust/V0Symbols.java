package dev.binspect.rust;

/**
 * What a symbol of the v0 scheme (RFC 2603) says of crates, read in place; ranges are answered as
 * {@link RustSymbols} does.
 */
public final class V0Symbols {
  private static final long NONE = RustSymbols.NONE;

  /** Back references that a search for a root may follow. */
  private static final int MAX_STEPS = 64;

  private V0Symbols() {}

  /** {@return where the path begins, or -1 where the name is of another scheme} */
  static int start(byte[] strings, int from, int to) {
    int at = from;
    if (at < to && strings[at] == '_') {
      at++;
    }
    if (at < to && strings[at] == '_') {
      at++;
    }
    if (at == from || at + 2 >= to || strings[at] != 'R') {
      return -1;
    }
    byte tag = strings[at + 1];
    return tag == 'N' || tag == 'I' || tag == 'M' || tag == 'X' || tag == 'Y' || tag == 'C'
        ? at + 1
        : -1;
  }

  /**
   * {@return the range of the name of the crate that an item stands in, or {@link
   * RustSymbols#NONE}}
   *
   * @param start where the path begins
   */
  static long crate(byte[] strings, int start, int to) {
    int root = root(strings, start, start, to);
    return root < 0 ? NONE : crateName(strings, root, to);
  }

  /**
   * {@return the disambiguator of the item's crate under v0 (it tells two versions of a crate
   * apart), 0 where there is none}
   */
  public static long disambiguator(byte[] strings, int from, int to) {
    int start = start(strings, from, to);
    int root = start < 0 ? -1 : root(strings, start, start, to);
    return root < 0 ? 0 : disambiguatorAt(strings, root + 1, to);
  }

  /**
   * The crate that instantiated a generic item (v0 only): its code belongs there, whatever crate
   * the item comes from.
   *
   * @return the range of the crate's name, or {@link RustSymbols#NONE} where the item is not a
   *     generic instance, or is shared with others
   */
  public static long instantiatingCrate(byte[] strings, int from, int to) {
    int start = start(strings, from, to);
    if (start < 0) {
      return NONE;
    }
    int behind = new V0Scanner(strings, to).path(start);
    if (behind < 0 || behind >= to || strings[behind] < 'A' || strings[behind] > 'Z') {
      return NONE;
    }
    int root = root(strings, behind, start, to);
    return root < 0 ? NONE : crateName(strings, root, to);
  }

  /** {@return whether a v0 name is a function or static right below its crate} */
  public static boolean isTopLevelValue(byte[] strings, int from, int to) {
    int start = start(strings, from, to);
    return start >= 0
        && start + 2 < to
        && strings[start] == 'N'
        && strings[start + 1] == 'v'
        && strings[start + 2] == 'C';
  }

  /** {@return whether a v0 name is an instance of a generic item: it has generic arguments} */
  public static boolean isGenericInstance(byte[] strings, int from, int to) {
    int start = start(strings, from, to);
    return start >= 0 && strings[start] == 'I';
  }

  /** {@return where the {@code C} of the path's crate stands, or -1} */
  private static int root(byte[] strings, int path, int start, int to) {
    V0Scanner scanner = new V0Scanner(strings, to);
    int at = path;
    for (int step = 0; step < MAX_STEPS * 4; step++) {
      if (at < 0 || at >= to) {
        return -1;
      }
      switch (strings[at]) {
        case 'C':
          return at;
        case 'N':
          at += 2;
          break;
        case 'I':
          at++;
          break;
        case 'M', 'X':
          at = scanner.optionalNumber(at + 1, 's');
          break;
        case 'Y':
          at = scanner.type(at + 1);
          break;
        case 'B':
          long target = base62(strings, at + 1, to);
          if (target < 0 || target >= at - start) {
            return -1;
          }
          at = start + (int) target;
          break;
        default:
          return -1;
      }
    }
    return -1;
  }

  private static long crateName(byte[] strings, int root, int to) {
    V0Scanner scanner = new V0Scanner(strings, to);
    int at = scanner.optionalNumber(root + 1, 's');
    return at < 0 ? NONE : scanner.identifier(at);
  }

  private static long disambiguatorAt(byte[] strings, int at, int to) {
    return at < to && strings[at] == 's' ? base62(strings, at + 1, to) + 1 : 0;
  }

  /** {@return the number, all 64 bits of it; garbage gives garbage} */
  private static long base62(byte[] strings, int at, int to) {
    if (at < to && strings[at] == '_') {
      return 0;
    }
    long value = 0;
    for (int i = at; i < to; i++) {
      byte c = strings[i];
      if (c == '_') {
        return value + 1;
      }
      int digit = c <= '9' ? c - '0' : c >= 'a' ? 10 + (c - 'a') : 36 + (c - 'A');
      value = value * 62 + digit;
    }
    return -1;
  }
}
