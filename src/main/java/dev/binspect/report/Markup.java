package dev.binspect.report;

/** How text is written into XML, HTML and Markdown so that it stays text. */
final class Markup {
  private Markup() {}

  /** {@return text for XML and HTML, in elements and in quoted attributes} */
  static String xml(String text) {
    String visible = Escape.text(text);
    StringBuilder out = new StringBuilder(visible.length() + 16);
    for (int i = 0; i < visible.length(); i++) {
      char c = visible.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /** {@return a name in a Markdown code span that may stand in a table} */
  static String code(String name) {
    String visible = Escape.text(name).replace("`", "\\x60").replace("|", "\\x7c");
    return visible.isBlank() ? "` `" : "`" + visible + "`";
  }

  /**
   * {@return a sentence in Markdown that may stand in a table: no name in it makes a link, a
   * picture, a tag, a mention or a list}
   */
  static String sentence(String text) {
    String visible = Escape.text(text);
    StringBuilder out = new StringBuilder(visible.length() + 16);
    for (int i = 0; i < visible.length(); i++) {
      char c = visible.charAt(i);
      if (Character.isLetterOrDigit(c) || c >= 0x80 || " ,;'/=%()?".indexOf(c) >= 0) {
        out.append(c);
      } else if (c == '-' && i > 0 || c == '_' && inWord(visible, i)) {
        out.append(c);
      } else if (c == ':' && i + 1 < visible.length() && visible.charAt(i + 1) == ' ') {
        out.append(c);
      } else if (c == '@' || (c == '#' && i + 1 < visible.length())) {
        // an empty comment keeps a mention or an issue's number from being linked
        out.append("&#").append((int) c).append(";<!-- -->");
      } else if (c == '.' && (i < 3 || !visible.startsWith("www", i - 3))) {
        out.append(c);
      } else {
        out.append("&#").append((int) c).append(';');
      }
    }
    return out.toString();
  }

  /** Between letters, an underscore emphasises nothing. */
  private static boolean inWord(String text, int i) {
    return i > 0
        && i + 1 < text.length()
        && Character.isLetterOrDigit(text.charAt(i - 1))
        && Character.isLetterOrDigit(text.charAt(i + 1));
  }
}
