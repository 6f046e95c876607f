package dev.binspect.rust;

/**
 * Walks a v0 symbol in place, without making text of it: finds where its path ends and which crates
 * it names.
 *
 * <p>Positions are indexes into the array; {@link #FAILED} where the bytes are no such production.
 * Back references are never followed here, so that a walk is linear in the name.
 */
final class V0Scanner {
  static final int FAILED = -1;
  private static final int MAX_DEPTH = 200;

  private final byte[] bytes;
  private final int end;
  private int depth;

  V0Scanner(byte[] bytes, int end) {
    this.bytes = bytes;
    this.end = end;
  }

  private int at(int i) {
    return i >= 0 && i < end ? bytes[i] : 0;
  }

  int number(int i) {
    while (i < end) {
      byte c = bytes[i++];
      if (c == '_') {
        return i;
      }
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')) {
        return FAILED;
      }
    }
    return FAILED;
  }

  int optionalNumber(int i, char tag) {
    return at(i) == tag ? number(i + 1) : i;
  }

  /** {@return start and end of the identifier's bytes in the high and low half, or -1} */
  long identifier(int i) {
    if (at(i) == 'u') {
      i++;
    }
    int length = 0;
    int digits = i;
    while (at(i) >= '0' && at(i) <= '9') {
      length = length * 10 + (at(i) - '0');
      i++;
      if (length > end || length == 0) {
        break;
      }
    }
    if (i == digits) {
      return FAILED;
    }
    if (at(i) == '_') {
      i++;
    }
    if (length > end - i) {
      return FAILED;
    }
    return (long) i << 32 | (i + length);
  }

  private int skipIdentifier(int i) {
    long range = identifier(i);
    return range < 0 ? FAILED : (int) range;
  }

  /** {@return the index behind the path at {@code i}} */
  int path(int i) {
    if (i < 0 || ++depth > MAX_DEPTH) {
      return FAILED;
    }
    int next;
    switch (at(i)) {
      case 'C' -> next = skipIdentifierAfterDisambiguator(i + 1);
      case 'N' -> next = skipIdentifierAfterDisambiguator(path(i + 2));
      case 'M' -> next = type(path(optionalNumber(i + 1, 's')));
      case 'X' -> next = path(type(path(optionalNumber(i + 1, 's'))));
      case 'Y' -> next = path(type(i + 1));
      case 'I' -> next = arguments(path(i + 1));
      case 'B' -> next = number(i + 1);
      default -> next = FAILED;
    }
    depth--;
    return next;
  }

  private int skipIdentifierAfterDisambiguator(int i) {
    int from = i < 0 ? FAILED : optionalNumber(i, 's');
    return from < 0 ? FAILED : skipIdentifier(from);
  }

  private int arguments(int i) {
    while (i >= 0 && at(i) != 'E') {
      i =
          switch (at(i)) {
            case 'L' -> number(i + 1);
            case 'K' -> constant(i + 1);
            default -> type(i);
          };
    }
    return i < 0 ? FAILED : i + 1;
  }

  /** {@return the index behind the type at {@code i}} */
  int type(int i) {
    if (i < 0 || i >= end) {
      return FAILED;
    }
    int tag = at(i);
    if (tag >= 'a' && tag <= 'z') {
      return i + 1;
    }
    if (++depth > MAX_DEPTH) {
      return FAILED;
    }
    int next;
    switch (tag) {
      case 'R', 'Q' -> next = type(optionalNumber(i + 1, 'L'));
      case 'P', 'O', 'S' -> next = type(i + 1);
      case 'A' -> next = constant(type(i + 1));
      case 'T' -> next = types(i + 1);
      case 'F' -> next = function(optionalNumber(i + 1, 'G'));
      case 'D' -> next = dyn(optionalNumber(i + 1, 'G'));
      case 'W' -> next = pattern(type(i + 1));
      case 'B' -> next = number(i + 1);
      default -> next = path(i);
    }
    depth--;
    return next;
  }

  private int types(int i) {
    while (i >= 0 && at(i) != 'E') {
      i = type(i);
    }
    return i < 0 ? FAILED : i + 1;
  }

  private int function(int i) {
    if (i < 0) {
      return FAILED;
    }
    if (at(i) == 'U') {
      i++;
    }
    if (at(i) == 'K') {
      i = at(i + 1) == 'C' ? i + 2 : skipIdentifier(i + 1);
    }
    return type(types(i));
  }

  private int dyn(int i) {
    while (i >= 0 && at(i) != 'E') {
      i = path(i);
      while (i >= 0 && at(i) == 'p') {
        i = skipIdentifier(i + 1);
        i = i >= 0 && at(i) == 'K' ? constant(i + 1) : type(i);
      }
    }
    return i < 0 || at(i + 1) != 'L' ? FAILED : number(i + 2);
  }

  private int pattern(int i) {
    if (i < 0 || ++depth > MAX_DEPTH) {
      return FAILED;
    }
    int next = i + 1;
    switch (at(i)) {
      case 'R' -> next = constant(constant(i + 1));
      case 'O' -> {
        while (next >= 0 && at(next) != 'E') {
          next = pattern(next);
        }
        next = next < 0 ? FAILED : next + 1;
      }
      case 'N' -> next = i + 1;
      default -> next = FAILED;
    }
    depth--;
    return next;
  }

  private int constant(int i) {
    if (i < 0 || ++depth > MAX_DEPTH) {
      return FAILED;
    }
    int next;
    switch (at(i)) {
      case 'p' -> next = i + 1;
      case 'B' -> next = number(i + 1);
      case 'R', 'Q' -> next = constant(i + 1);
      case 'A', 'T' -> next = constants(i + 1);
      case 'V' -> next = structure(path(i + 1));
      case 'h', 't', 'm', 'y', 'o', 'j', 'b', 'c', 'e' -> next = hex(i + 1);
      case 'a', 's', 'l', 'x', 'n', 'i' -> next = hex(at(i + 1) == 'n' ? i + 2 : i + 1);
      default -> next = FAILED;
    }
    depth--;
    return next;
  }

  private int constants(int i) {
    while (i >= 0 && at(i) != 'E') {
      i = constant(i);
    }
    return i < 0 ? FAILED : i + 1;
  }

  private int structure(int i) {
    if (i < 0) {
      return FAILED;
    }
    switch (at(i)) {
      case 'U':
        return i + 1;
      case 'T':
        return constants(i + 1);
      case 'S':
        int next = i + 1;
        while (next >= 0 && at(next) != 'E') {
          next = constant(skipIdentifierAfterDisambiguator(next));
        }
        return next < 0 ? FAILED : next + 1;
      default:
        return FAILED;
    }
  }

  private int hex(int i) {
    while (i < end) {
      byte c = bytes[i++];
      if (c == '_') {
        return i;
      }
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
        return FAILED;
      }
    }
    return FAILED;
  }
}
