package dev.binspect.check;

import dev.binspect.rust.Demangler;

/** Symbols as people read them. */
public final class ClearName {
  /** A name in clear is a few times the mangled one, unless it was made to fill a disk. */
  private static final int LONG = 1 << 12;

  private ClearName() {}

  /** {@return a Rust symbol in clear, any other as it is} */
  public static String of(String symbol) {
    String clear = Demangler.demangle(symbol, false);
    return clear == null || clear.length() > LONG ? symbol : clear;
  }
}
