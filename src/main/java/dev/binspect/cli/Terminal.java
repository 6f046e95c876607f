package dev.binspect.cli;

import dev.binspect.report.View;
import java.util.Locale;

/** How text is to look where it goes. */
final class Terminal {
  /**
   * Columns of the terminal that standard output is; set by the launcher, which asks for nothing.
   */
  private static final String ASCII = "binspect.ascii";

  private static final String COLUMNS = "binspect.columns";

  private Terminal() {}

  /** {@return the view for the options: colours only on a terminal, and never against NO_COLOR} */
  static View view(FileOptions options) {
    boolean toTerminal = System.getProperty(COLUMNS) != null && options.output() == null;
    String noColor = System.getenv("NO_COLOR");
    boolean colour =
        switch (options.color()) {
          case "always" -> true;
          case "never" -> false;
          default ->
              toTerminal
                  && (noColor == null || noColor.isEmpty())
                  && !"dumb".equals(System.getenv("TERM"));
        };
    View.Detail detail =
        options.quiet()
            ? View.Detail.BRIEF
            : options.verbose() ? View.Detail.FULL : View.Detail.NORMAL;
    return new View(colour, unicode(), toTerminal ? columns() : View.PLAIN.width(), detail);
  }

  private static int columns() {
    String value = System.getProperty(COLUMNS, "");
    try {
      int columns = Integer.parseInt(value);
      return columns > 0 ? columns : 80;
    } catch (NumberFormatException e) {
      return 80;
    }
  }

  /**
   * The locale's character set, as the C library would take it: LC_ALL, then LC_CTYPE, then LANG.
   */
  private static boolean unicode() {
    if (System.getProperty(ASCII) != null) {
      // the launcher found the C locale, and set another for the names of files
      return false;
    }
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = System.getenv(name);
      if (value != null && !value.isEmpty()) {
        String lower = value.toLowerCase(Locale.ROOT);
        return lower.contains("utf-8") || lower.contains("utf8");
      }
    }
    return false;
  }
}
