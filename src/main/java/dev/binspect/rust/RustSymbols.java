package dev.binspect.rust;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a Rust symbol says of crates, read in place: hundreds of thousands of names are asked, and
 * no text is made of them.
 *
 * <p>Names are ranges of a string table. Ranges are answered as one {@code long}: start in the high
 * half, end in the low half, {@link #NONE} for none.
 */
public final class RustSymbols {
  public static final long NONE = -1;

  /** Back references that a search for a root may follow. */
  private static final int MAX_STEPS = 64;

  /**
   * The standard library's crates and those it carries within: their code is in every program and
   * says nothing about a dylib.
   */
  private static final String[] STANDARD = {
    "std",
    "core",
    "alloc",
    "proc_macro",
    "test",
    "panic_unwind",
    "panic_abort",
    "compiler_builtins",
    "std_detect",
    "unwind",
    "sysroot",
    "profiler_builtins",
    "rustc_demangle",
    "rustc_literal_escaper",
    "rustc_std_workspace_core",
    "rustc_std_workspace_alloc",
    "rustc_std_workspace_std",
    "__rustc",
    "rustc_rust_allocator",
    "hashbrown",
    "memchr",
    "libc",
    "gimli",
    "object",
    "addr2line",
    "miniz_oxide",
    "adler2",
    "cfg_if",
    "windows_targets",
    "windows_link",
  };

  private static final byte[][] STANDARD_BYTES = new byte[STANDARD.length][];

  static {
    for (int i = 0; i < STANDARD.length; i++) {
      STANDARD_BYTES[i] = STANDARD[i].getBytes(StandardCharsets.US_ASCII);
    }
  }

  private RustSymbols() {}

  /** {@return whether a name is mangled after v0} */
  public static boolean isV0(byte[] strings, int from, int to) {
    return v0Start(strings, from, to) >= 0;
  }

  /** {@return whether a name is mangled after the legacy scheme: it ends with a hash} */
  public static boolean isLegacy(byte[] strings, int from, int to) {
    return legacyHash(strings, from, to) != NONE;
  }

  /** {@return whether the name is a Rust symbol of either scheme} */
  public static boolean isRust(byte[] strings, int from, int to) {
    return isV0(strings, from, to) || isLegacy(strings, from, to);
  }

  /** {@return whether a crate is the standard library's or carried within it} */
  public static boolean isStandard(byte[] strings, int from, int to) {
    int length = to - from;
    for (byte[] name : STANDARD_BYTES) {
      if (name.length == length && equal(strings, from, name)) {
        return true;
      }
    }
    return false;
  }

  /** {@return whether a crate is the standard library's or carried within it} */
  public static boolean isStandard(String crate) {
    for (String name : STANDARD) {
      if (name.equals(crate)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The crate that an item belongs to: for an impl block the crate it stands in (v0) or, as the
   * legacy scheme does not say that, the crate of the type.
   *
   * @return the range of the crate's name, or {@link #NONE}
   */
  public static long crate(byte[] strings, int from, int to) {
    int start = v0Start(strings, from, to);
    if (start >= 0) {
      int root = root(strings, start, start, to);
      return root < 0 ? NONE : crateName(strings, root, to);
    }
    if (legacyHash(strings, from, to) == NONE) {
      return NONE;
    }
    return legacyCrate(strings, legacyStart(strings, from, to), to);
  }

  /**
   * {@return the disambiguator of the item's crate under v0 (it tells two versions of a crate
   * apart), 0 where there is none}
   */
  public static long disambiguator(byte[] strings, int from, int to) {
    int start = v0Start(strings, from, to);
    int root = start < 0 ? -1 : root(strings, start, start, to);
    return root < 0 ? 0 : disambiguatorAt(strings, root + 1, to);
  }

  /**
   * The crate that instantiated a generic item (v0 only): its code belongs there, whatever crate
   * the item comes from.
   *
   * @return the range of the crate's name, or {@link #NONE} where the item is not a generic
   *     instance, or is shared with others
   */
  public static long instantiatingCrate(byte[] strings, int from, int to) {
    int start = v0Start(strings, from, to);
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
    int start = v0Start(strings, from, to);
    return start >= 0
        && start + 2 < to
        && strings[start] == 'N'
        && strings[start + 1] == 'v'
        && strings[start + 2] == 'C';
  }

  /** {@return whether a v0 name is an instance of a generic item: it has generic arguments} */
  public static boolean isGenericInstance(byte[] strings, int from, int to) {
    int start = v0Start(strings, from, to);
    return start >= 0 && strings[start] == 'I';
  }

  /**
   * {@return the sixteen digits of a legacy symbol's hash as a range, or {@link #NONE}}
   *
   * <p>{@code _ZN} … {@code 17h0123456789abcdefE}: this ending tells it from a C++ name.
   */
  public static long legacyHash(byte[] strings, int from, int to) {
    if (legacyStart(strings, from, to) < 0) {
      return NONE;
    }
    // What LLVM appends stands behind a dot, and no mangled name holds ".": but legacy parts do, so
    // only a tail behind "E." is cut.
    int end = to;
    for (int i = to - 1; i > from + 20; i--) {
      if (strings[i] == '.' && strings[i - 1] == 'E' && hashEndsAt(strings, from, i)) {
        end = i;
        break;
      }
    }
    return hashEndsAt(strings, from, end) ? (long) (end - 17) << 32 | (end - 1) : NONE;
  }

  /**
   * {@return whether a legacy symbol's hash stands anywhere in a string table}
   *
   * <p>Every sixteenth byte is looked at: one of them lies within the sixteen digits, wherever they
   * are. A table of a hundred thousand C++ names is so passed over at once.
   */
  public static boolean holdsLegacyHash(byte[] strings) {
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

  private static int legacyStart(byte[] strings, int from, int to) {
    int at = from;
    if (at < to && strings[at] == '_') {
      at++;
    }
    if (at < to && strings[at] == '_') {
      at++;
    }
    return at + 1 < to && strings[at] == 'Z' && strings[at + 1] == 'N' ? at + 2 : -1;
  }

  private static int v0Start(byte[] strings, int from, int to) {
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

  /**
   * The first part of a legacy path; of {@code _$LT$alpha..Square$u20$as$u20$beta..Shape$GT$} the
   * crate of the type.
   */
  private static long legacyCrate(byte[] strings, int from, int to) {
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
      if (strings[i] == '$' && equal(strings, i, AS)) {
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
    return end - at > word.length && equal(strings, at, word) ? at + word.length : at;
  }

  private static boolean identifierByte(byte c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
  }

  private static boolean equal(byte[] strings, int from, byte[] name) {
    if (from + name.length > strings.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (strings[from + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** {@return the text of a range, or null for {@link #NONE}} */
  public static @Nullable String text(byte[] strings, long range) {
    if (range == NONE) {
      return null;
    }
    int from = (int) (range >>> 32);
    return new String(strings, from, (int) range - from, StandardCharsets.UTF_8);
  }
}
