package dev.binspect.load;

import dev.binspect.image.Image;
import org.jspecify.annotations.Nullable;

/**
 * One object of a closure.
 *
 * @param name as it was asked for (the file name for the program)
 * @param path where it was found
 * @param requiredBy path of the object that asked first; null for the program and preloaded objects
 * @param depth 0 for the program
 * @param image null where the loader finds it and binspect cannot read it (Mach-O's shared cache,
 *     Windows' API sets)
 * @param lookups symbol look-ups made for its relocations; {@link Counters#UNKNOWN} where not
 *     simulated
 * @param cachedLookups look-ups answered by the one-entry cache
 * @param probes objects asked during its look-ups
 * @param deferred PLT slots left for the first call
 * @param pages distinct pages the loader writes to
 */
public record LoadedObject(
    String name,
    String path,
    @Nullable String requiredBy,
    FoundBy foundBy,
    int depth,
    @Nullable Image image,
    long lookups,
    long cachedLookups,
    long probes,
    long deferred,
    long pages) {}
