package dev.binspect.linkage;

/**
 * What became of a dylib, from worst to best in the order in which a program's verdict is formed.
 */
public enum Verdict {
  UNRESOLVABLE("unresolvable"),
  STALE("stale"),
  IGNORED("ignored"),
  PARTIAL("partial"),
  LINKED_UNUSED("linked-unused"),
  UNKNOWN("unknown"),
  DROPPED("dropped"),
  USED("used"),
  /** Nothing was meant to be dynamic. */
  STATIC("static");

  private final String key;

  Verdict(String key) {
    this.key = key;
  }

  /** {@return the word used in reports} */
  public String key() {
    return key;
  }
}
