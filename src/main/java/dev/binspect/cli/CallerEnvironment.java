package dev.binspect.cli;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment that binspect was called in, for what it starts: its launcher sets a locale in
 * which Java can name every file, and hands the caller's on.
 */
final class CallerEnvironment {
  private static final String LOCALE = "LC_ALL";

  /** Holds the caller's LC_ALL, empty where there was none; absent where nothing was set. */
  private static final String PROPERTY = "binspect.lc_all";

  private CallerEnvironment() {}

  /** {@return the variables, in a map of the caller's own} */
  static Map<String, String> variables() {
    return of(System.getenv(), System.getProperty(PROPERTY));
  }

  static Map<String, String> of(Map<String, String> own, @Nullable String locale) {
    Map<String, String> variables = new HashMap<>(own);
    if (locale != null) {
      if (locale.isEmpty()) {
        variables.remove(LOCALE);
      } else {
        variables.put(LOCALE, locale);
      }
    }
    return variables;
  }
}
