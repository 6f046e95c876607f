package dev.binspect.image;

import java.util.Arrays;

/**
 * The pages of an image that its loader writes to. A reader hands its page numbers over as it found
 * them; they are put in order only for those who ask.
 */
public final class WrittenPages {
  public static final WrittenPages NONE = new WrittenPages(12, new long[0]);

  private final int shift;
  private final long[] numbers;

  /**
   * Takes the array as it is: nobody else may write to it any more.
   *
   * @param shift log2 of the page size in bytes
   * @param numbers addresses divided by the page size, each once, in any order; the addresses are
   *     of the kind that {@link Section#address} is
   */
  public WrittenPages(int shift, long[] numbers) {
    this.shift = shift;
    this.numbers = numbers;
  }

  /** {@return how many pages} */
  public int count() {
    return numbers.length;
  }

  /** {@return bytes of a page} */
  public long pageSize() {
    return 1L << shift;
  }

  /** {@return the page numbers in ascending order, a new array} */
  public long[] ascending() {
    long[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Two are equal that hold the same pages of one size, in whatever order they were found. */
  @Override
  public boolean equals(Object other) {
    return other instanceof WrittenPages pages
        && shift == pages.shift
        && Arrays.equals(ascending(), pages.ascending());
  }

  @Override
  public int hashCode() {
    return 31 * shift + Arrays.hashCode(ascending());
  }

  @Override
  public String toString() {
    return count() + " pages of " + pageSize() + " bytes";
  }
}
