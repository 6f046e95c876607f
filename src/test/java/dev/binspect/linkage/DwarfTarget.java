package dev.binspect.linkage;

import dev.binspect.fuzz.SectionsImage;
import java.util.Arrays;
import java.util.Map;

/**
 * The names of DWARF's units. The first two bytes say how much of the rest is .debug_abbrev and how
 * much .debug_str, in units of 16 bytes; what is left is .debug_info.
 */
public final class DwarfTarget {
  private DwarfTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < 2) {
      return;
    }
    int first = Math.min(data.length, 2 + 16 * (data[0] & 0xff));
    int second = Math.min(data.length, first + 16 * (data[1] & 0xff));
    UnitNames.of(
        SectionsImage.of(
            Map.of(
                ".debug_abbrev",
                Arrays.copyOfRange(data, 2, first),
                ".debug_str",
                Arrays.copyOfRange(data, first, second),
                ".debug_info",
                Arrays.copyOfRange(data, second, data.length))));
  }
}
