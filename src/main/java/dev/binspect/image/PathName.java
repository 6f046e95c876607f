package dev.binspect.image;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Names of libraries and folders as they stand in a file. Reports and searches say each one many
 * times, so what is longer than any path ends early, and no loader finds it either way.
 */
public final class PathName {
  /** Bytes of a path that no system opens (PATH_MAX of Linux; macOS and Windows have less). */
  public static final int LONGEST = 4096;

  /** What a report says of a file with such names. */
  private static final Note CUT =
      Note.warning(
          "names-cut",
          "A library or folder has a name longer than any path: only its first "
              + LONGEST
              + " bytes are told.");

  private PathName() {}

  /**
   * {@return the name that stands in an array as UTF-8}
   *
   * @param notes told where it ends early
   */
  public static String of(byte[] bytes, int from, int to, List<Note> notes) {
    if (to - from < LONGEST) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
    if (!notes.contains(CUT)) {
      notes.add(CUT);
    }
    return new String(bytes, from, LONGEST, StandardCharsets.UTF_8) + "…";
  }
}
