package dev.binspect.tradeoff;

/**
 * A figure and how far it can be trusted, in nanoseconds; differences may be negative.
 *
 * @param value a median, or the difference of two
 * @param low lower end of the 95 % interval
 * @param high upper end
 */
public record Interval(long value, long low, long high) {
  /** {@return a figure that is given and not measured} */
  public static Interval exactly(long value) {
    return new Interval(value, value, value);
  }

  /** {@return whether the ends say anything: of one sample, or none, there is no interval} */
  public boolean isKnown() {
    return low != high;
  }

  /** {@return whether zero lies outside, on the side of more} */
  public boolean positive() {
    return low > 0;
  }

  /** {@return whether zero lies outside, on the side of less} */
  public boolean negative() {
    return high < 0;
  }

  /** {@return whether the two share a value, so that which is less cannot be told} */
  public boolean overlaps(Interval other) {
    return low <= other.high && other.low <= high;
  }
}
