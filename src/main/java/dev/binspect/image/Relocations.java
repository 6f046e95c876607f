package dev.binspect.image;

import java.util.Map;

/**
 * Tallies of an image's dynamic relocations: every place the loader may write counts once.
 *
 * <p>Keys in maps are those of the report; entries that are zero are left out; iteration order is
 * the order shown.
 *
 * @param total the sum of {@code byTable}
 * @param byTable ELF: rela rel relr plt android mipsGot; Mach-O: rebase bind weakBind lazyBind
 *     chainedRebase chainedBind external local; PE: base import delayImport
 * @param byType the format's own names
 * @param byKind relative symbolic got plt copy tls irelative none
 * @param byPlace got data relro text other: where the loader writes
 * @param byTarget self other: points into this file, or needs another
 * @param written the pages the loader writes to
 */
public record Relocations(
    long total,
    Map<String, Long> byTable,
    Map<String, Long> byType,
    Map<String, Long> byKind,
    Map<String, Long> byPlace,
    Map<String, Long> byTarget,
    WrittenPages written) {
  public static final Relocations NONE =
      new Relocations(0, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), WrittenPages.NONE);

  /** {@return how many distinct pages the loader writes to} */
  public long pages() {
    return written.count();
  }
}
