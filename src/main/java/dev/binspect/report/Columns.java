package dev.binspect.report;

/** How many columns a text takes on a terminal, and how it is made to fit. */
final class Columns {
  private Columns() {}

  /** {@return columns taken: two for wide characters, none for combining ones} */
  static int width(String s) {
    int width = 0;
    for (int i = 0; i < s.length(); i++) {
      int c = s.charAt(i);
      if (Character.isHighSurrogate((char) c)) {
        c = s.codePointAt(i);
        i += Character.charCount(c) - 1;
      }
      width += width(c);
    }
    return width;
  }

  static int width(int c) {
    // What a report draws itself is told apart first: the tables behind getType cost a start 1 ms.
    if (c < 0x300 || c >= 0x2500 && c < 0x25a0 || c >= '✓' && c <= '✘' || c == '…' || c == '•') {
      return 1;
    }
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    // Unicode's East Asian Wide and Fullwidth blocks (UAX 11), and emoji
    boolean wide =
        c >= 0x1100
            && (c <= 0x115f
                || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f)
                || (c >= 0xac00 && c <= 0xd7a3)
                || (c >= 0xf900 && c <= 0xfaff)
                || (c >= 0xfe30 && c <= 0xfe6f)
                || (c >= 0xff00 && c <= 0xff60)
                || (c >= 0xffe0 && c <= 0xffe6)
                || (c >= 0x1f300 && c <= 0x1f64f)
                || (c >= 0x1f680 && c <= 0x1f6ff)
                || (c >= 0x1f900 && c <= 0x1f9ff)
                || (c >= 0x20000 && c <= 0x3fffd));
    return wide ? 2 : 1;
  }

  /**
   * {@return the text in at most {@code width} columns, its middle left out where it is longer: a
   * path's first folders and its file name tell most}
   */
  static String shorten(String s, int width, boolean unicode) {
    int has = width(s);
    if (has <= width) {
      return s;
    }
    String gap = unicode ? "…" : "...";
    int room = width - (unicode ? 1 : 3);
    if (room < 2) {
      return gap.substring(0, Math.min(gap.length(), Math.max(0, width)));
    }
    // a file name that fits is kept whole, if something of the folders is still seen
    int slash = s.lastIndexOf('/');
    int back = room - room / 3;
    if (slash > 0) {
      int name = width(s.substring(slash));
      if (name <= room - 4) {
        back = Math.max(back, name);
      }
    }
    int front = room - back;
    int head = 0;
    int used = 0;
    while (head < s.length()) {
      int c = s.codePointAt(head);
      if (used + width(c) > front) {
        break;
      }
      used += width(c);
      head += Character.charCount(c);
    }
    int tail = s.length();
    used = 0;
    while (tail > head) {
      int c = s.codePointBefore(tail);
      if (used + width(c) > back) {
        break;
      }
      used += width(c);
      tail -= Character.charCount(c);
    }
    return s.substring(0, head) + gap + s.substring(tail);
  }
}
