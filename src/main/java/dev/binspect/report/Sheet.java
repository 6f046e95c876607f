package dev.binspect.report;

import java.util.ArrayList;
import java.util.List;

/** Text for a terminal as it grows: colours, marks, indents and broken lines. */
final class Sheet {
  /** What a piece of text says, hence how it is coloured (ANSI SGR parameters). */
  enum Tone {
    PLAIN(""),
    STRONG("1"),
    DIM("2"),
    GOOD("1;32"),
    BAD("1;31"),
    DOUBTFUL("1;33"),
    TITLE("1;36"),
    BAR("36");

    private final String code;

    Tone(String code) {
      this.code = code;
    }
  }

  private final StringBuilder out = new StringBuilder(4096);
  private final View view;

  Sheet(View view) {
    this.view = view;
  }

  View view() {
    return view;
  }

  int width() {
    return view.width();
  }

  boolean unicode() {
    return view.unicode();
  }

  /** Text of our own, or made visible already. */
  Sheet put(String text) {
    out.append(text);
    return this;
  }

  Sheet put(Tone tone, String text) {
    if (view.colour() && tone != Tone.PLAIN && !text.isEmpty()) {
      out.append("\u001b[").append(tone.code).append('m').append(text).append("\u001b[0m");
    } else {
      out.append(text);
    }
    return this;
  }

  Sheet line() {
    out.append('\n');
    return this;
  }

  Sheet spaces(int n) {
    for (int i = 0; i < n; i++) {
      out.append(' ');
    }
    return this;
  }

  /** Right-aligned in so many columns. */
  Sheet right(Tone tone, String text, int columns) {
    return spaces(columns - Columns.width(text)).put(tone, text);
  }

  /** Left-aligned in so many columns. */
  Sheet left(Tone tone, String text, int columns) {
    return put(tone, text).spaces(columns - Columns.width(text));
  }

  /** {@return the name with nothing in it that could harm, as far as this sheet can show it} */
  String name(String fromFile) {
    return Escape.text(fromFile, view.unicode());
  }

  /** {@return the name, its middle left out where it is longer than that} */
  String name(String fromFile, int columns) {
    return Columns.shorten(name(fromFile), columns, view.unicode());
  }

  /** {@return one of two spellings} */
  String either(String unicode, String ascii) {
    return view.unicode() ? unicode : ascii;
  }

  /** A blank line and a section's title. */
  Sheet title(String text) {
    return line().put(Tone.TITLE, text);
  }

  /** A sentence, broken at blanks; the first line stands where the sheet stands now. */
  Sheet sentence(Tone tone, int column, String text) {
    List<String> lines = broken(name(text), Math.max(20, view.width() - column));
    for (int i = 0; i < lines.size(); i++) {
      if (i > 0) {
        line().spaces(column);
      }
      put(tone, lines.get(i));
    }
    return line();
  }

  /** A label and what it says, broken at blanks, in two columns. */
  Sheet entry(String label, int column, Tone tone, String text) {
    spaces(2).left(Tone.DIM, label, column - 2);
    return sentence(tone, column, text);
  }

  /** {@return lines of at most that width; words that are longer keep a line to themselves} */
  static List<String> broken(String text, int width) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    while (true) {
      int end = from;
      int blank = -1;
      int used = 0;
      while (end < text.length()) {
        int c = text.codePointAt(end);
        used += Columns.width(c);
        if (used > width) {
          break;
        }
        if (c == ' ') {
          blank = end;
        }
        end += Character.charCount(c);
      }
      if (end >= text.length()) {
        break; // the rest fits
      }
      if (text.charAt(end) == ' ') {
        blank = end;
      }
      if (blank <= from) {
        blank = text.indexOf(' ', end);
        if (blank < 0) {
          break;
        }
      }
      lines.add(text.substring(from, blank));
      from = blank + 1;
    }
    lines.add(text.substring(from));
    return lines;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
