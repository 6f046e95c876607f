package dev.binspect.report;

/**
 * Makes names from files harmless to look at: what would move a cursor, colour a terminal, turn the
 * direction of writing, break a line or not be seen at all becomes a visible escape ({@code \n},
 * {@code \x1b}, <code>&#92;u{202e}</code>, as Rust writes them), and so does what a CI system takes
 * for a command to it when it stands in a log ({@code ::error}, {@code ##[error]}, {@code
 * ##vso[…]}). Everything else stays as it is.
 */
public final class Escape {
  private static final String HEX = "0123456789abcdef";

  private static final int ELLIPSIS = 0x2026;

  private Escape() {}

  /** {@return the text on one line, every character of it seen} */
  public static String text(String s) {
    return text(s, true);
  }

  /** {@return the text on one line, every character of it seen, in ASCII unless {@code unicode}} */
  public static String text(String s, boolean unicode) {
    int i = 0;
    while (i < s.length() && s.charAt(i) >= ' ' && s.charAt(i) < 0x7f && !command(s, i)) {
      i++;
    }
    if (i == s.length()) {
      return s;
    }
    StringBuilder out = new StringBuilder(s.length() + 16).append(s, 0, i);
    while (i < s.length()) {
      int c = s.codePointAt(i);
      if (command(s, i)) {
        escape(out, c);
        i++;
        continue;
      }
      i += Character.charCount(c);
      if (c == ELLIPSIS && !unicode) {
        out.append("..."); // our own sentences have it
      } else if (harmless(c, unicode)) {
        out.appendCodePoint(c);
      } else {
        escape(out, c);
      }
    }
    return out.toString();
  }

  /**
   * {@return whether a log's command could begin here: GitHub's runner takes lines that begin with
   * "::" after blanks, and "##[" anywhere; others "##vso[" and "##teamcity["}
   */
  private static boolean command(String s, int i) {
    char c = s.charAt(i);
    if (c == '#') {
      return i > 0 && s.charAt(i - 1) == '#';
    }
    return c == ':'
        && i + 1 < s.length()
        && s.charAt(i + 1) == ':'
        && (i == 0 || !wordlike(s.charAt(i - 1)));
  }

  private static boolean wordlike(char c) {
    return c > ' ' && c < 0x7f;
  }

  /** {@return whether the character is shown as itself} */
  static boolean harmless(int c, boolean unicode) {
    if (c < 0x7f) {
      return c >= ' ';
    }
    if (!unicode) {
      return false;
    }
    if (c == ELLIPSIS) {
      return true; // our own sentences have it, and the tables behind getType cost a start 1 ms
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      // blank fillers and variation selectors draw nothing
      default ->
          c != 0x115f
              && c != 0x1160
              && c != 0x3164
              && c != 0xffa0
              && (c < 0xfe00 || c > 0xfe0f)
              && (c < 0xe0100 || c > 0xe01ef);
    };
  }

  private static void escape(StringBuilder out, int c) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 0 -> out.append("\\0");
      default -> {
        if (c < 0x80) {
          out.append("\\x").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
        } else {
          out.append("\\u{").append(Integer.toHexString(c)).append('}');
        }
      }
    }
  }
}
