package dev.binspect.image;

import java.util.Map;

/**
 * What makes an image harder to attack, as far as it changes what the loader does.
 *
 * @param bindNow all look-ups at start; always true for formats without lazy binding
 * @param textRelocations whether the loader writes to pages that are not writable
 * @param more the format's own flags by name ("execStack", "codeSignature", "dynamicBase")
 */
public record Hardening(
    boolean bindNow, Relro relro, boolean textRelocations, Map<String, Boolean> more) {
  /** How much of the relocated data is read-only afterwards. */
  public enum Relro {
    FULL("full"),
    PARTIAL("partial"),
    NONE("none");

    private final String key;

    Relro(String key) {
      this.key = key;
    }

    /** {@return the word used in reports} */
    public String key() {
      return key;
    }
  }
}
