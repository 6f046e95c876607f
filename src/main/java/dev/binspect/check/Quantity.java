package dev.binspect.check;

import dev.binspect.image.GlibcVersion;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Amounts as users write them. Each method gives -1 for what is none. */
public final class Quantity {
  private Quantity() {}

  /** {@return nanoseconds of "5ms", "800us", "1.5 s", "900ns"} */
  public static long nanos(String text) {
    String t = text.strip();
    int unit = t.length();
    while (unit > 0 && Character.isLetter(t.charAt(unit - 1))) {
      unit--;
    }
    long scale =
        switch (t.substring(unit)) {
          case "ns" -> 1;
          case "us", "µs", "μs" -> 1_000;
          case "ms" -> 1_000_000;
          case "s" -> 1_000_000_000;
          default -> -1;
        };
    return scale < 0 ? -1 : scaled(t.substring(0, unit).strip(), scale);
  }

  /** {@return the number in "5%", "2.5 %" or "5"} */
  public static double percent(String text) {
    String t = text.strip();
    if (t.endsWith("%")) {
      t = t.substring(0, t.length() - 1).strip();
    }
    long hundredths = scaled(t, 100);
    return hundredths < 0 ? -1 : hundredths / 100.0;
  }

  /** {@return a count: "12000", "12_000", "12,000", "12k"} */
  public static long count(String text) {
    String t = text.strip().replace("_", "").replace(",", "");
    if (t.endsWith("k") || t.endsWith("K")) {
      return scaled(t.substring(0, t.length() - 1), 1000);
    }
    return t.contains(".") ? -1 : scaled(t, 1);
  }

  /** {@return whether the text is a version, as "2.31" or "2.2.5"} */
  public static boolean isVersion(String text) {
    return GlibcVersion.numbers(text) != null;
  }

  /** {@return a count as people read it: 12,345} */
  static String said(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** {@return a time in the unit that a limit would be written in: 5.25 ms, 800 us} */
  static String time(long nanos) {
    return nanos < 1_000_000
        ? String.format(Locale.ROOT, "%.1f us", nanos / 1e3)
        : String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }

  private static long scaled(String number, long scale) {
    if (number.isEmpty() || number.length() > 18) {
      return -1;
    }
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt(i);
      if ((c < '0' || c > '9') && c != '.') {
        return -1;
      }
    }
    try {
      BigDecimal value = new BigDecimal(number).multiply(BigDecimal.valueOf(scale));
      return value.setScale(0, RoundingMode.HALF_UP).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      return -1;
    }
  }
}
