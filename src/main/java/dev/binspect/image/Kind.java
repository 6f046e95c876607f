package dev.binspect.image;

/** What a binary is for, as far as its headers tell. */
public enum Kind {
  EXECUTABLE("executable"),
  SHARED_LIBRARY("shared-library"),
  BUNDLE("bundle"),
  OBJECT("object"),
  CORE("core"),
  DEBUG_COMPANION("debug-companion"),
  OTHER("other");

  private final String key;

  Kind(String key) {
    this.key = key;
  }

  /** {@return the word used in reports} */
  public String key() {
    return key;
  }
}
