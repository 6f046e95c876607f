package dev.binspect.check;

import org.jspecify.annotations.Nullable;

/**
 * A rule that was looked at.
 *
 * @param id "BS001"
 * @param fix what to change, or null
 */
public record Check(String id, boolean holds, String message, @Nullable String fix) {}
