package dev.binspect.linkage;

/** How sure a verdict is. */
public enum Confidence {
  CERTAIN("certain"),
  HIGH("high"),
  MEDIUM("medium"),
  LOW("low");

  private final String key;

  Confidence(String key) {
    this.key = key;
  }

  /** {@return the word used in reports} */
  public String key() {
    return key;
  }
}
