package dev.binspect.tradeoff;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Text put into a file of the user's, and what is needed to take exactly that out again.
 *
 * @param file relative to the workspace
 * @param before SHA-256 of the file as it was
 * @param text what is inserted
 * @param at offset in bytes
 */
record Insertion(Path file, String before, byte[] text, int at) {

  static Insertion of(Path file, byte[] now, String text, int at) {
    return new Insertion(file, sha256(now), text.getBytes(StandardCharsets.UTF_8), at);
  }

  /** {@return the file with the text in it} */
  byte[] into(byte[] content) {
    byte[] after = new byte[content.length + text.length];
    System.arraycopy(content, 0, after, 0, at);
    System.arraycopy(text, 0, after, at, text.length);
    System.arraycopy(content, at, after, at + text.length, content.length - at);
    return after;
  }

  /** {@return the file as it was, or null if the text is not found in one place} */
  byte @Nullable [] outOf(byte[] content) {
    if (sha256(content).equals(before)) {
      // never inserted: an interrupt came first
      return content;
    }
    int found = standsAt(content, at) ? at : -1;
    for (int i = 0; found != at && i + text.length <= content.length; i++) {
      if (standsAt(content, i)) {
        if (found >= 0) {
          return null;
        }
        found = i;
      }
    }
    if (found < 0) {
      return null;
    }
    byte[] without = new byte[content.length - text.length];
    System.arraycopy(content, 0, without, 0, found);
    System.arraycopy(content, found + text.length, without, found, without.length - found);
    return without;
  }

  private boolean standsAt(byte[] content, int place) {
    return place >= 0
        && place + text.length <= content.length
        && Arrays.equals(content, place, place + text.length, text, 0, text.length);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
