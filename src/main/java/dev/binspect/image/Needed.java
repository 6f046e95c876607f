package dev.binspect.image;

import org.jspecify.annotations.Nullable;

/**
 * A library that an image names.
 *
 * @param delayedInit whether dyld runs its initialisers only at first use (Mach-O's delayed-init
 *     flag), which it may be asked beside any other way
 */
public record Needed(String name, How how, boolean delayedInit) {
  public Needed(String name, How how) {
    this(name, how, false);
  }

  @Override
  public boolean equals(@Nullable Object other) { // see Note
    return other instanceof Needed needed
        && name.equals(needed.name)
        && how == needed.how
        && delayedInit == needed.delayedInit;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

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
