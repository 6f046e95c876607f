package dev.binspect.check;

import dev.binspect.linkage.Linkage.SourceLine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A rule that was looked at.
 *
 * @param id "BS001"
 * @param subject what it is about: a library, a symbol, a folder, a count's name; stable between
 *     builds
 * @param fix what to change, or null
 * @param at the line of a source that the fix is about, where that is known
 */
public record Check(
    String id,
    Outcome outcome,
    String subject,
    String message,
    @Nullable String fix,
    @Nullable SourceLine at) {

  /** What came of it. */
  public enum Outcome {
    HOLDS,
    FAILS,
    /** Fails, and was known to when the baseline was written. */
    ACCEPTED,
    /** Nobody asked for it in particular, and it cannot be told; the message says why. */
    NOT_JUDGED
  }

  public static Check holds(Rule rule, String subject, String message) {
    return new Check(rule.id(), Outcome.HOLDS, subject, message, null, null);
  }

  public static Check fails(Rule rule, String subject, String message, @Nullable String fix) {
    return new Check(rule.id(), Outcome.FAILS, subject, message, fix, null);
  }

  public static Check notJudged(Rule rule, String subject, String message) {
    return new Check(rule.id(), Outcome.NOT_JUDGED, subject, message, null, null);
  }

  /** {@return whether a gate must close} */
  public boolean failed() {
    return outcome == Outcome.FAILS;
  }

  /** {@return the same as known before} */
  public Check accepted() {
    return new Check(
        id, Outcome.ACCEPTED, subject, message + " (accepted by the baseline)", fix, at);
  }

  /** {@return the same, about a line of a source} */
  public Check at(@Nullable SourceLine line) {
    return new Check(id, outcome, subject, message, fix, line);
  }

  /**
   * {@return 32 hex digits that stay the same while the rule, the file's name and what it is about
   * do: numbers in the message and the hashes that Cargo puts into file names do not count}
   *
   * @param path of the file the report is about
   */
  public String fingerprint(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    String identity = id + "\n" + withoutHash(name) + "\n" + withoutHash(subject);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** {@return the name without {@code -0123456789abcdef}, the hash of a Cargo unit} */
  public static String withoutHash(String name) {
    int dash = name.indexOf('-');
    while (dash >= 0) {
      int end = dash + 1;
      while (end < name.length() && Character.digit(name.charAt(end), 16) >= 0) {
        end++;
      }
      if (end == dash + 17 && (end == name.length() || name.charAt(end) == '.')) {
        return name.substring(0, dash) + name.substring(end);
      }
      dash = name.indexOf('-', dash + 1);
    }
    return name;
  }
}
