package dev.binspect.rust;

/**
 * The legacy scheme: an Itanium nested name whose last part is {@code h} and a hash, with
 * everything that no symbol may hold written between dollars.
 */
final class LegacyName {
  private LegacyName() {}

  /**
   * Appends the readable name to {@code out}.
   *
   * @return the index behind the mangled name, or -1 if there is none
   */
  static int demangle(String text, boolean exact, StringBuilder out) {
    int start = start(text);
    if (start < 0) {
      return -1;
    }
    int parts = 0;
    int at = start;
    while (true) {
      if (at >= text.length()) {
        return -1;
      }
      char c = text.charAt(at);
      if (c == 'E') {
        break;
      }
      if (c < '0' || c > '9') {
        return -1;
      }
      int length = 0;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        length = length * 10 + (text.charAt(at) - '0');
        at++;
        if (length > text.length()) {
          return -1;
        }
      }
      if (length > text.length() - at) {
        return -1;
      }
      for (int i = at; i < at + length; i++) {
        if (text.charAt(i) > 0x7f) {
          return -1;
        }
      }
      at += length;
      parts++;
    }
    if (parts == 0) {
      return -1;
    }
    print(text, start, at, exact, out);
    return at + 1;
  }

  /** {@return where the first part's length stands, or -1} */
  private static int start(String text) {
    if (text.startsWith("_ZN")) {
      return 3;
    }
    // Mach-O prefixes another underscore; Windows' dbghelp takes one away.
    if (text.startsWith("__ZN")) {
      return 4;
    }
    return text.startsWith("ZN") ? 2 : -1;
  }

  private static void print(String text, int from, int to, boolean exact, StringBuilder out) {
    int at = from;
    boolean first = true;
    while (at < to) {
      int length = 0;
      while (text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        length = length * 10 + (text.charAt(at) - '0');
        at++;
      }
      int end = at + length;
      if (exact || end < to || !hash(text, at, end)) {
        if (!first) {
          out.append("::");
        }
        part(text, at, end, out);
      }
      first = false;
      at = end;
    }
  }

  /** {@return whether a part is the hash: {@code h} and hexadecimal digits} */
  static boolean hash(String text, int from, int to) {
    if (from >= to || text.charAt(from) != 'h') {
      return false;
    }
    for (int i = from + 1; i < to; i++) {
      if (Character.digit(text.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private static void part(String text, int from, int to, StringBuilder out) {
    int at = from;
    if (to - at >= 2 && text.charAt(at) == '_' && text.charAt(at + 1) == '$') {
      at++;
    }
    while (at < to) {
      char c = text.charAt(at);
      if (c == '.') {
        boolean path = at + 1 < to && text.charAt(at + 1) == '.';
        out.append(path ? "::" : ".");
        at += path ? 2 : 1;
      } else if (c == '$') {
        int end = text.indexOf('$', at + 1);
        int decoded = end < 0 || end >= to ? -1 : escape(text, at + 1, end);
        if (decoded < 0) {
          // Unknown escapes are shown as they stand: whoever sees them can still search for them.
          out.append(text, at, to);
          return;
        }
        out.appendCodePoint(decoded);
        at = end + 1;
      } else {
        out.append(c);
        at++;
      }
    }
  }

  private static int escape(String text, int from, int to) {
    if (to - from == 2 && text.charAt(from) != 'u') {
      switch (text.charAt(from) << 8 | text.charAt(from + 1)) {
        case 'S' << 8 | 'P':
          return '@';
        case 'B' << 8 | 'P':
          return '*';
        case 'R' << 8 | 'F':
          return '&';
        case 'L' << 8 | 'T':
          return '<';
        case 'G' << 8 | 'T':
          return '>';
        case 'L' << 8 | 'P':
          return '(';
        case 'R' << 8 | 'P':
          return ')';
        default:
          return -1;
      }
    }
    if (to - from == 1) {
      return text.charAt(from) == 'C' ? ',' : -1;
    }
    if (to - from < 2 || to - from > 7 || text.charAt(from) != 'u') {
      return -1;
    }
    int value = 0;
    for (int i = from + 1; i < to; i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
        return -1;
      }
      value = value << 4 | Character.digit(c, 16);
    }
    boolean scalar = value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff);
    return scalar && !Character.isISOControl(value) ? value : -1;
  }
}
