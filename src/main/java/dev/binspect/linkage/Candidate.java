package dev.binspect.linkage;

import dev.binspect.image.Image;
import org.jspecify.annotations.Nullable;

/**
 * A library that was meant to be used.
 *
 * @param name as it is shown: the needed name, else the file's, else as it was asked for
 * @param key what all spellings of its name have in common
 * @param expectedBy "option", "cargo", "needed" or "policy"
 * @param neededName name under which the program needs it, or null
 * @param file where it stands, or null where it is not at hand
 * @param image what is in that file, or null
 * @param loaded whether the loader maps it, asked for by the program or by another library
 * @param missing whether the loader searches for it and finds it nowhere
 */
record Candidate(
    String name,
    String key,
    String expectedBy,
    @Nullable String neededName,
    @Nullable String file,
    @Nullable Image image,
    boolean loaded,
    boolean missing) {

  boolean needed() {
    return neededName != null;
  }
}
