package dev.binspect.linkage;

import dev.binspect.rust.Demangler;
import dev.binspect.rust.RustSymbols;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Symbols that the program asks for and the library offers.
 *
 * @param count how many; -1 where the library is not at hand and the format names no libraries
 * @param examples some of them, readable
 */
record BoundImports(long count, List<String> examples) {
  private static final int EXAMPLES = 3;

  static final BoundImports UNKNOWN = new BoundImports(-1, List.of());

  static BoundImports of(Program program, Offered offered) {
    NameSet imports = program.imports();
    BitSet bound = offered.among(imports);
    List<String> examples = new ArrayList<>();
    for (int i = bound.nextSetBit(0);
        i >= 0 && examples.size() < EXAMPLES;
        i = bound.nextSetBit(i + 1)) {
      examples.add(readable(imports.strings(), imports.from(i), imports.to(i)));
    }
    return new BoundImports(bound.cardinality(), examples);
  }

  /**
   * {@return how many symbols of each crate the program asks for, the standard library's left out}
   */
  static Map<String, Integer> byCrate(Program program) {
    Map<String, Integer> crates = new TreeMap<>();
    NameSet imports = program.imports();
    byte[] strings = imports.strings();
    for (int i = 0; i < imports.size(); i++) {
      long crate = RustSymbols.crate(strings, imports.from(i), imports.to(i));
      if (crate != RustSymbols.NONE
          && !RustSymbols.isStandard(strings, (int) (crate >>> 32), (int) crate)) {
        String name = String.valueOf(RustSymbols.text(strings, crate));
        Integer before = crates.get(name);
        crates.put(name, before == null ? 1 : before + 1);
      }
    }
    return crates;
  }

  static String readable(byte[] strings, int from, int to) {
    String name = new String(strings, from, to - from, StandardCharsets.UTF_8);
    String readable = Demangler.demangle(name, false);
    return readable != null ? readable : name;
  }
}
