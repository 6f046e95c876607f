package dev.binspect.rust;

import java.util.ArrayList;
import java.util.List;

/**
 * The lines of Cargo's files and of sources. As {@link String#lines()} gives them, but without a
 * stream: to link its first costs a start more than all these files do.
 */
final class Lines {
  private Lines() {}

  /** {@return a text's lines, which end with {@code \n}, {@code \r} or both} */
  static List<String> of(String text) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\n' || c == '\r') {
        lines.add(text.substring(from, at));
        if (c == '\r' && at + 1 < text.length() && text.charAt(at + 1) == '\n') {
          at++;
        }
        from = at + 1;
      }
    }
    if (from < text.length()) {
      lines.add(text.substring(from));
    }
    return lines;
  }
}
