package dev.binspect.tradeoff;

import dev.binspect.tradeoff.Workbench.Variant;
import java.nio.file.Path;
import java.util.List;

/**
 * A program put aside, with its libraries, so that later builds do not change it.
 *
 * @param side "static", "dylib" or "symbolic"
 */
record KeptProgram(Variant variant, String side, Path file, List<Path> libraryPath) {
  static final String SYMBOLIC = "symbolic";

  String name() {
    return Series.program(variant.name(), side);
  }

  boolean isSymbolic() {
    return side.equals(SYMBOLIC);
  }
}
