package dev.binspect.rust;

import org.jspecify.annotations.Nullable;

/**
 * Texts in the TOML files of users: a key a line, its value in quotes behind it, as Cargo's own
 * documentation writes them. What is written otherwise reads as nothing.
 */
final class TomlText {
  private TomlText() {}

  /**
   * {@return the value of a key, or null}
   *
   * @param table its name without brackets; the key may also stand before all tables, behind the
   *     table's name and a dot
   */
  static @Nullable String of(String toml, String table, String name) {
    String head = "[" + table + "]";
    String dotted = table + "." + name;
    boolean inside = false;
    for (String raw : Lines.of(toml)) {
      String line = raw.strip();
      if (line.startsWith("[")) {
        inside = line.startsWith(head);
        continue;
      }
      int equals = line.indexOf('=');
      if (equals < 0) {
        continue;
      }
      String key = line.substring(0, equals).strip();
      if (key.equals(dotted) || inside && key.equals(name)) {
        String value = line.substring(equals + 1).strip();
        char quote = value.isEmpty() ? ' ' : value.charAt(0);
        int end = quote == '"' || quote == '\'' ? value.indexOf(quote, 1) : -1;
        // TOML has no NUL, and no path can have one.
        return end > 0 && value.indexOf('\0') < 0 ? value.substring(1, end) : null;
      }
    }
    return null;
  }
}
