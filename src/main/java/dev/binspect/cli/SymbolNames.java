package dev.binspect.cli;

import dev.binspect.rust.Demangler;
import dev.binspect.start.linux.CxxNames;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How symbols are shown: as in the file, or in clear (Rust's by us, C++'s by the system). */
final class SymbolNames implements UnaryOperator<String> {
  /** A name in clear is a few times the mangled one, unless it was made to fill a disk. */
  private static final int LONG = 1 << 12;

  private static final int TIMES = 64;

  private final boolean demangle;
  private boolean sought;
  private @Nullable CxxNames cxx;

  private SymbolNames(boolean demangle) {
    this.demangle = demangle;
  }

  static UnaryOperator<String> of(boolean demangle) {
    return new SymbolNames(demangle);
  }

  @Override
  public String apply(String symbol) {
    if (!demangle) {
      return symbol;
    }
    String rust = Demangler.demangle(symbol);
    if (rust != null) {
      return rust.length() > LONG + (long) TIMES * symbol.length() ? symbol : rust;
    }
    if (!symbol.startsWith("_Z")) {
      return symbol;
    }
    if (!sought) {
      // Only now: loading JNA costs as much as the rest of a short run.
      sought = true;
      cxx = CxxNames.find();
    }
    String clear = cxx == null ? null : cxx.demangle(symbol);
    return clear == null ? symbol : clear;
  }
}
