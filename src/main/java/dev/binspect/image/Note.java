package dev.binspect.image;

import dev.binspect.bytes.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Something a reader of the report must know: damage found, a value that could not be had, a
 * suspicion.
 *
 * @param code a short stable word for scripts ("damaged", "truncated-table", "loader-unknown")
 * @param message one sentence without the file's name
 * @param offset file offset in bytes, or -1
 */
public record Note(Level level, String code, String message, long offset)
    implements Comparable<Note> {
  /** How much it matters. */
  public enum Level {
    WARNING("warning"),
    INFO("info");

    private final String key;

    Level(String key) {
      this.key = key;
    }

    /** {@return the word used in reports} */
    public String key() {
      return key;
    }
  }

  /**
   * {@return whether it tells of damage: what the file says of itself is cut off or makes no sense,
   * or is more than is listed, so that something in the report may be less than the file once held}
   */
  public boolean isDamage() {
    return level == Level.WARNING
        && (code.equals("damaged")
            || code.equals("truncated")
            || code.equals("truncated-section")
            || code.endsWith("-cut")
            || code.equals("no-dt-null"));
  }

  // Names in messages can be of one hash: a set finds its way among them by their order.
  @Override
  public int compareTo(Note other) {
    int order = message.compareTo(other.message);
    order = order != 0 ? order : code.compareTo(other.code);
    order = order != 0 ? order : Long.compare(offset, other.offset);
    return order != 0 ? order : level.compareTo(other.level);
  }

  // Written out, here and in the other records that reports put into sets: what the compiler makes
  // of
  // a record links method handles, which costs a start 15 ms.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Note note
        && level == note.level
        && code.equals(note.code)
        && message.equals(note.message)
        && offset == note.offset;
  }

  @Override
  public int hashCode() {
    return 31 * message.hashCode() + Long.hashCode(offset);
  }

  /** {@return a warning without an offset} */
  public static Note warning(String code, String message) {
    return new Note(Level.WARNING, code, message, -1);
  }

  /** {@return an information without an offset} */
  public static Note info(String code, String message) {
    return new Note(Level.INFO, code, message, -1);
  }

  /** {@return a warning that says what a malformed structure made unknown} */
  public static Note damaged(MalformedException e) {
    return new Note(Level.WARNING, "damaged", e.getMessage(), e.offset());
  }
}
