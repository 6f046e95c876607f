package dev.binspect.rust;

import dev.binspect.rust.V0Parser.Identifier;
import java.util.Arrays;

/** Identifiers that are not ASCII (RFC 3492, with {@code _} for its hyphen). */
final class Punycode {
  /** Longer identifiers are shown encoded: insertion costs the square of the length. */
  private static final int MAX_LENGTH = 128;

  private static final int BASE = 36;
  private static final int T_MIN = 1;
  private static final int T_MAX = 26;
  private static final int SKEW = 38;

  private Punycode() {}

  /** {@return the identifier's text; what cannot be decoded is shown as {@code punycode{…}}} */
  static String text(Identifier identifier) {
    if (identifier.punycode().isEmpty()) {
      return identifier.ascii();
    }
    String decoded = decode(identifier.ascii(), identifier.punycode());
    if (!decoded.isEmpty()) {
      return decoded;
    }
    String dash = identifier.ascii().isEmpty() ? "" : "-";
    return "punycode{" + identifier.ascii() + dash + identifier.punycode() + "}";
  }

  /** {@return the text, or an empty one where it cannot be decoded} */
  private static String decode(String ascii, String deltas) {
    if (ascii.length() > MAX_LENGTH) {
      return "";
    }
    int[] points = Arrays.copyOf(ascii.codePoints().toArray(), MAX_LENGTH);
    int length = ascii.length();
    long n = 0x80;
    long i = 0;
    long bias = 72;
    int damp = 700;
    int at = 0;
    while (at < deltas.length()) {
      long delta = 0;
      long weight = 1;
      long k = 0;
      while (true) {
        k += BASE;
        if (at >= deltas.length()) {
          return "";
        }
        char c = deltas.charAt(at++);
        int digit = c >= 'a' && c <= 'z' ? c - 'a' : c >= '0' && c <= '9' ? 26 + (c - '0') : -1;
        if (digit < 0) {
          return "";
        }
        long t = Math.min(T_MAX, Math.max(T_MIN, k - bias));
        delta += digit * weight;
        if (delta > Integer.MAX_VALUE) {
          return "";
        }
        if (digit < t) {
          break;
        }
        weight *= BASE - t;
        if (weight > Integer.MAX_VALUE) {
          return "";
        }
      }
      if (length >= MAX_LENGTH) {
        return "";
      }
      length++;
      i += delta;
      n += i / length;
      i %= length;
      if (n > 0x10ffff || n >= 0xd800 && n <= 0xdfff) {
        return "";
      }
      System.arraycopy(points, (int) i, points, (int) i + 1, length - 1 - (int) i);
      points[(int) i] = (int) n;
      i++;
      delta = delta / damp;
      damp = 2;
      delta += delta / length;
      long steps = 0;
      while (delta > (long) (BASE - T_MIN) * T_MAX / 2) {
        delta /= BASE - T_MIN;
        steps += BASE;
      }
      bias = steps + (BASE - T_MIN + 1) * delta / (delta + SKEW);
    }
    return new String(points, 0, length);
  }
}
