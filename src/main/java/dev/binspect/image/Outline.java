package dev.binspect.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a loader's search needs of a file: read by itself in a moment, where the whole takes longer.
 *
 * @param interpreter the loader that the file names, or null
 * @param needed names of libraries, in order
 */
public record Outline(
    String machine,
    int bits,
    boolean littleEndian,
    @Nullable String interpreter,
    List<String> needed) {}
