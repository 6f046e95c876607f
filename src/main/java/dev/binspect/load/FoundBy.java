package dev.binspect.load;

/** Why a library was found where it was found. */
public enum FoundBy {
  PROGRAM("program"),
  RPATH("rpath"),
  RUNPATH("runpath"),
  LIBRARY_PATH("library-path"),
  CACHE("cache"),
  DEFAULT("default"),
  PRELOAD("preload"),
  /** The name has a slash, or is an install path. */
  ABSOLUTE("absolute"),
  /** The loader itself. */
  LOADER("loader"),
  /** Provided by the system without a file of its own (dyld's shared cache, API sets). */
  SYSTEM("system");

  private final String key;

  FoundBy(String key) {
    this.key = key;
  }

  /** {@return the word used in reports} */
  public String key() {
    return key;
  }
}
