package dev.binspect.image;

/** A library that an image names. */
public record Needed(String name, How how) {
  /** In which way it is needed. */
  public enum How {
    LOAD("load"),
    WEAK("weak"),
    REEXPORT("reexport"),
    LAZY("lazy"),
    UPWARD("upward"),
    DELAY("delay");

    private final String key;

    How(String key) {
      this.key = key;
    }

    /** {@return the word used in reports} */
    public String key() {
      return key;
    }
  }
}
