package dev.binspect.load;

/** Patterns of file and symbol names: {@code *}, {@code ?} and {@code [set]}. */
public final class Glob {
  private Glob() {}

  /** {@return whether the whole text fits the pattern} */
  public static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int again = 0;
    // One star to fall back to is enough: an earlier one can take nothing a later one cannot.
    while (t < text.length()) {
      int next = p < pattern.length() ? step(pattern, p, text.charAt(t)) : -1;
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        again = t;
      } else if (next >= 0) {
        p = next;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++again;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** {@return where the pattern goes on after it took one character, or -1 if it does not fit} */
  private static int step(String pattern, int p, char c) {
    char first = pattern.charAt(p);
    if (first == '?') {
      return p + 1;
    }
    int close = first == '[' ? pattern.indexOf(']', p + 2) : -1;
    if (close < 0) {
      return first == c && first != '*' ? p + 1 : -1;
    }
    int i = p + 1;
    boolean negated = pattern.charAt(i) == '!' || pattern.charAt(i) == '^';
    boolean in = false;
    for (i += negated ? 1 : 0; i < close; i++) {
      char from = pattern.charAt(i);
      char to = from;
      if (i + 2 < close && pattern.charAt(i + 1) == '-') {
        to = pattern.charAt(i + 2);
        i += 2;
      }
      in |= from <= c && c <= to;
    }
    return in != negated ? close + 1 : -1;
  }
}
