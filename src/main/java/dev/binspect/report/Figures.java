package dev.binspect.report;

/** Numbers as people read them. Negative ones are unknown. */
final class Figures {
  static final String UNKNOWN = "?";

  private Figures() {}

  /** {@return 1,234,567} */
  static String count(long n) {
    if (n < 0) {
      return UNKNOWN;
    }
    String digits = Long.toString(n);
    int first = digits.length() % 3;
    if (digits.length() <= 3) {
      return digits;
    }
    StringBuilder out = new StringBuilder(digits.length() + 6).append(digits, 0, first);
    for (int i = first; i < digits.length(); i += 3) {
      if (i > 0) {
        out.append(',');
      }
      out.append(digits, i, i + 3);
    }
    return out.toString();
  }

  /** {@return "1 page", "2 pages", "1,234 pages"} */
  static String counted(long n, String one, String many) {
    return count(n) + " " + (n == 1 ? one : many);
  }

  /** {@return bytes in KiB, MiB or GiB with one decimal} */
  static String bytes(long n) {
    if (n < 0) {
      return UNKNOWN;
    }
    if (n < 1024) {
      return n + " B";
    }
    if (n < 1024L * 1024) {
      return decimal(n, 1024, 1) + " KiB";
    }
    if (n < 1024L * 1024 * 1024) {
      return decimal(n, 1024L * 1024, 1) + " MiB";
    }
    return decimal(n, 1024L * 1024 * 1024, 1) + " GiB";
  }

  /** {@return a time in the unit that leaves one to three digits before the point} */
  static String nanos(long n) {
    if (n < 0) {
      return UNKNOWN;
    }
    if (n < 1000) {
      return n + " ns";
    }
    if (n < 1_000_000) {
      return decimal(n, 1000, 1) + " us";
    }
    if (n < 1_000_000_000) {
      return millis(n);
    }
    return decimal(n, 1_000_000_000, 2) + " s";
  }

  /** {@return milliseconds with two decimals} */
  static String millis(long nanos) {
    return nanos < 0 ? UNKNOWN : decimal(nanos, 1_000_000, 2) + " ms";
  }

  /** {@return "12.3 %" of a whole, or "0.0 %" of nothing} */
  static String percent(long part, long whole) {
    return whole <= 0 || part < 0 ? UNKNOWN : decimal(percentTenths(part, whole), 10, 1) + " %";
  }

  /** {@return "+120 (+5.0 %)", "-3 (-0.1 %)" or "0"} */
  static String change(long then, long now) {
    long delta = now - then;
    if (delta == 0) {
      return "0";
    }
    String sign = delta > 0 ? "+" : "-";
    String text = sign + count(Math.abs(delta));
    return then == 0 ? text : text + " (" + sign + percent(Math.abs(delta), then) + ")";
  }

  private static long percentTenths(long part, long whole) {
    return Math.round(1000.0 * part / whole);
  }

  /** {@return n/unit with so many decimals (1 or 2), rounded half up} */
  static String decimal(long n, long unit, int decimals) {
    long scale = decimals == 1 ? 10 : 100;
    long whole = n / unit;
    long rest = (n % unit * scale + unit / 2) / unit;
    if (rest >= scale) {
      whole++;
      rest = 0;
    }
    String text = count(whole) + "." + (decimals == 2 && rest < 10 ? "0" : "") + rest;
    return text;
  }
}
