package dev.binspect.report;

/**
 * How a report is to look.
 *
 * @param colour ANSI colours
 * @param unicode box drawing, marks and names beyond ASCII; without it everything is ASCII
 * @param width columns of the terminal; narrower than {@link #NARROWEST} counts as that
 * @param detail how much is shown
 */
public record View(boolean colour, boolean unicode, int width, Detail detail) {
  /** Columns that text always may use. */
  public static final int NARROWEST = 40;

  /** How much a text shows. */
  public enum Detail {
    /** The verdict and its fix. */
    BRIEF,
    NORMAL,
    /** Nothing left out. */
    FULL
  }

  /** For files and pipes. */
  public static final View PLAIN = new View(false, true, 100, Detail.NORMAL);

  public View {
    width = Math.max(width, NARROWEST);
  }
}
