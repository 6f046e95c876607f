package dev.binspect.load.elf;

import dev.binspect.image.Image;
import dev.binspect.load.FoundBy;

/**
 * A file that the search for a library settled on.
 *
 * @param guest its path as the loader sees it
 * @param path where it is opened
 */
record Candidate(String guest, String path, Image image, FoundBy foundBy) {}
