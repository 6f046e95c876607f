package dev.binspect.image;

/** Whether a loader runs, and what for. */
public enum Linking {
  /** Asks for a loader or for libraries. */
  DYNAMIC("dynamic"),
  /** Runs by itself at the addresses it was linked for. */
  STATIC("static"),
  /** Runs by itself and relocates itself. */
  STATIC_PIE("static-pie");

  private final String key;

  Linking(String key) {
    this.key = key;
  }

  /** {@return the word used in reports} */
  public String key() {
    return key;
  }
}
