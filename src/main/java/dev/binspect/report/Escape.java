package dev.binspect.report;

/** Makes names that come from files harmless in what people read. */
public final class Escape {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private Escape() {}

  /**
   * {@return the text with control characters, terminal escapes, line ends, bidirectional overrides
   * and lone surrogates written as {@code \\xNN} or {@code \\uNNNN}}
   */
  public static String text(String raw) {
    int from = 0;
    while (from < raw.length() && plain(raw, from)) {
      from++;
    }
    if (from == raw.length()) {
      return raw;
    }
    StringBuilder out = new StringBuilder(raw.length() + 16).append(raw, 0, from);
    for (int i = from; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (plain(raw, i)) {
        out.append(c);
      } else if (c < 0x100) {
        out.append("\\x").append(HEX[c >> 4]).append(HEX[c & 15]);
      } else {
        out.append("\\u")
            .append(HEX[c >> 12])
            .append(HEX[c >> 8 & 15])
            .append(HEX[c >> 4 & 15])
            .append(HEX[c & 15]);
      }
    }
    return out.toString();
  }

  private static boolean plain(String raw, int i) {
    char c = raw.charAt(i);
    if (c < 0x7f) {
      return c >= 0x20;
    }
    if (c < 0xa0) {
      return false;
    }
    if (c >= 0xd800 && c <= 0xdfff) {
      return Character.isHighSurrogate(c)
          ? i + 1 < raw.length() && Character.isLowSurrogate(raw.charAt(i + 1))
          : i > 0 && Character.isHighSurrogate(raw.charAt(i - 1));
    }
    // soft hyphen, Arabic letter mark, zero-width and bidirectional controls, line and paragraph
    // separators, BOM
    return c != 0xad
        && c != 0x61c
        && !(c >= 0x200b && c <= 0x200f)
        && !(c >= 0x2028 && c <= 0x202e)
        && !(c >= 0x2060 && c <= 0x206f)
        && c != 0xfeff
        && !(c >= 0xfff9 && c <= 0xfffb);
  }
}
