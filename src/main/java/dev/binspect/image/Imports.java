package dev.binspect.image;

import java.util.Map;

/**
 * How many symbols an image asks of others: ELF undefined symbols of the dynamic table (global,
 * weak or unique); Mach-O symbols bound; PE functions imported, delayed ones too.
 *
 * @param byLibrary where the format says from which library; empty for ELF, whose symbols name none
 */
public record Imports(long count, Map<String, Long> byLibrary) {
  public static final Imports NONE = new Imports(0, Map.of());
}
