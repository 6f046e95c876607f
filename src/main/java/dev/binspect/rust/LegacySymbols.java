package dev.binspect.rust;

import java.nio.charset.StandardCharsets;

/**
 * What a symbol of the legacy scheme says of crates, read in place; ranges are answered as {@link
 * RustSymbols} does. The scheme looks like C++'s but for a hash at the end.
 */
public final class LegacySymbols {
  private static final long NONE = RustSymbols.NONE;

  private LegacySymbols() {}

  /**
   * {@return the sixteen digits of a legacy symbol's hash as a range, or {@link RustSymbols#NONE}}
   *
   * <p>{@code _ZN} … {@code 17h0123456789abcdefE}: this ending tells it from a C++ name.
   */
  public static long hash(byte[] strings, int from, int to) {
    if (start(strings, from, to) < 0) {
      return NONE;
    }
    if (hashEndsAt(strings, from, to)) {
      return range(to);
    }
    // What LLVM appends stands behind a dot, and no mangled name holds ".": but legacy parts do, so
    // only a tail behind "E." is cut.
    for (int i = to - 1; i > from + 20; i--) {
      if (strings[i] == '.' && strings[i - 1] == 'E' && hashEndsAt(strings, from, i)) {
        return range(i);
      }
    }
    return NONE;
  }

  private static long range(int end) {
    return (long) (end - 17) << 32 | (end - 1);
  }

  /**
   * {@return whether a legacy symbol's hash stands anywhere in a string table}
   *
   * <p>Every sixteenth byte is looked at: one of them lies within the sixteen digits, wherever they
   * are. A table of a hundred thousand C++ names is so passed over at once.
   */
  public static boolean holdsHash(byte[] strings) {
    for (int sample = 15; sample < strings.length; sample += 16) {
      if (!hexDigit(strings[sample])) {
        continue;
      }
      int start = sample;
      while (start > 0 && sample - start < 16 && hexDigit(strings[start - 1])) {
        start--;
      }
      int end = start + 17;
      if (start >= 7 && end <= strings.length && hashEndsAt(strings, end - 24, end)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hexDigit(byte c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
  }

  private static boolean hashEndsAt(byte[] strings, int from, int end) {
    if (end - from < 24 || strings[end - 1] != 'E') {
      return false;
    }
    int hash = end - 17;
    if (strings[hash - 1] != 'h' || strings[hash - 2] != '7' || strings[hash - 3] != '1') {
      return false;
    }
    for (int i = hash; i < end - 1; i++) {
      if (!hexDigit(strings[i])) {
        return false;
      }
    }
    return true;
  }

  private static int start(byte[] strings, int from, int to) {
    int at = from;
    if (at < to && strings[at] == '_') {
      at++;
    }
    if (at < to && strings[at] == '_') {
      at++;
    }
    return at + 1 < to && strings[at] == 'Z' && strings[at + 1] == 'N' ? at + 2 : -1;
  }

  /**
   * The first part of a legacy path; of {@code _$LT$alpha..Square$u20$as$u20$beta..Shape$GT$} the
   * crate of the type.
   */
  static long crate(byte[] strings, int start, int to) {
    int from = start(strings, start, to);
    int at = from;
    int length = 0;
    while (at < to && strings[at] >= '0' && strings[at] <= '9' && length <= to) {
      length = length * 10 + (strings[at] - '0');
      at++;
    }
    if (length == 0 || length > to - at) {
      return NONE;
    }
    int end = at + length;
    if (strings[at] == '_' && at + 1 < end && strings[at + 1] == '$') {
      at++;
    }
    boolean decorated = at < end && strings[at] == '$';
    // Over <, &, *mut, &mut, [, ( and other decoration to the first identifier.
    while (at < end && strings[at] == '$') {
      int close = at + 1;
      while (close < end && strings[close] != '$') {
        close++;
      }
      if (close >= end) {
        return NONE;
      }
      at = close + 1;
      at = skipWord(strings, at, end, MUT);
      at = skipWord(strings, at, end, CONST);
      at = skipWord(strings, at, end, DYN);
      at = skipWord(strings, at, end, IMPL);
    }
    int stop = identifierEnd(strings, at, end);
    if (decorated && !(stop + 1 < end && strings[stop] == '.' && strings[stop + 1] == '.')) {
      // A type without a path is a parameter or built in: the trait is all that has a crate.
      at = behindAs(strings, stop, end);
      stop = identifierEnd(strings, at, end);
      if (!(stop + 1 < end && strings[stop] == '.' && strings[stop + 1] == '.')) {
        return NONE;
      }
    }
    return stop == at ? NONE : (long) at << 32 | stop;
  }

  private static int identifierEnd(byte[] strings, int at, int end) {
    int stop = at;
    while (stop < end && identifierByte(strings[stop])) {
      stop++;
    }
    return stop;
  }

  private static int behindAs(byte[] strings, int from, int end) {
    for (int i = from; i + AS.length < end; i++) {
      if (strings[i] == '$' && RustSymbols.equal(strings, i, AS)) {
        return i + AS.length;
      }
    }
    return end;
  }

  private static final byte[] AS = "$u20$as$u20$".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MUT = "mut$u20$".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CONST = "const$u20$".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DYN = "dyn$u20$".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] IMPL = "impl$u20$".getBytes(StandardCharsets.US_ASCII);

  private static int skipWord(byte[] strings, int at, int end, byte[] word) {
    return end - at > word.length && RustSymbols.equal(strings, at, word) ? at + word.length : at;
  }

  private static boolean identifierByte(byte c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
  }
}
