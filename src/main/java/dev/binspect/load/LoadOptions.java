package dev.binspect.load;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The world a load is simulated in.
 *
 * @param sysroot folder that stands for {@code /}, or null
 * @param libraryPath folders of LD_LIBRARY_PATH (or PATH, DYLD_LIBRARY_PATH), before those of
 *     {@code environment}
 * @param environment environment variables that loaders read (LD_LIBRARY_PATH, LD_PRELOAD,
 *     LD_AUDIT, LD_BIND_NOW, PATH …)
 * @param bindNow all look-ups at start, whatever the objects say
 * @param bindings whether symbols are bound (the counters' look-ups); false stops after the search
 */
public record LoadOptions(
    @Nullable String sysroot,
    List<String> libraryPath,
    Map<String, String> environment,
    boolean bindNow,
    boolean bindings) {}
