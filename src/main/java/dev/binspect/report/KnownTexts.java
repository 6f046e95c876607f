package dev.binspect.report;

import com.fasterxml.jackson.core.io.SerializedString;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Texts that stand in most lines of a scan, encoded once: the report's keys, and the libraries that
 * many programs load. They are half of what a line consists of.
 */
final class KnownTexts {
  /** A machine's libraries are some thousand; of more, the rest is encoded each time. */
  private static final int MOST = 8192;

  private static final int LONGEST = 256;

  private final int[] escapes;
  private final ConcurrentHashMap<String, SerializedString> known = new ConcurrentHashMap<>();

  /**
   * @param escapes of the ASCII characters, 0 for those that stand as they are
   */
  KnownTexts(int[] escapes) {
    this.escapes = escapes;
  }

  /**
   * {@return the encoded text, or null where it must be written the plain way: something in it is
   * escaped, or enough are kept}
   */
  @Nullable SerializedString of(String text) {
    SerializedString there = known.get(text);
    if (there != null || text.length() > LONGEST || known.size() >= MOST) {
      return there;
    }
    SerializedString made = encode(text);
    if (made != null) {
      known.put(text, made);
    }
    return made;
  }

  /** {@return the same, and keeps nothing} */
  @Nullable SerializedString encode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= escapes.length || escapes[c] != 0) {
        return null;
      }
    }
    return new SerializedString(text);
  }
}
