package dev.binspect.rust;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A symbol's name: in clear, and walked in place. */
public final class DemanglerTarget {
  private DemanglerTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    String text = new String(data, StandardCharsets.ISO_8859_1);
    for (boolean exact : new boolean[] {true, false}) {
      String clear = Demangler.demangle(text, exact);
      if (clear != null && clear.length() > Demangler.MAX_OUTPUT + data.length + 100) {
        throw new AssertionError("a name of " + clear.length() + " characters");
      }
    }
    byte[] strings = Arrays.copyOf(data, data.length + 1);
    int end = data.length;
    RustSymbols.isV0(strings, 0, end);
    RustSymbols.isLegacy(strings, 0, end);
    RustSymbols.isRust(strings, 0, end);
    RustSymbols.isStandard(strings, 0, end);
    V0Symbols.isTopLevelValue(strings, 0, end);
    V0Symbols.isGenericInstance(strings, 0, end);
    RustSymbols.text(strings, RustSymbols.crate(strings, 0, end));
    V0Symbols.disambiguator(strings, 0, end);
    RustSymbols.text(strings, V0Symbols.instantiatingCrate(strings, 0, end));
    LegacySymbols.hash(strings, 0, end);
  }
}
