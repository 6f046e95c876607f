package dev.binspect.rust;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a Rust symbol says of crates, read in place: hundreds of thousands of names are asked, and
 * no text is made of them.
 *
 * <p>Names are ranges of a string table. Ranges are answered as one {@code long}: start in the high
 * half, end in the low half, {@link #NONE} for none.
 */
public final class RustSymbols {
  public static final long NONE = -1;

  /**
   * The standard library's crates and those it carries within: their code is in every program and
   * says nothing about a dylib.
   */
  private static final String[] STANDARD = {
    "std",
    "core",
    "alloc",
    "proc_macro",
    "test",
    "panic_unwind",
    "panic_abort",
    "compiler_builtins",
    "std_detect",
    "unwind",
    "sysroot",
    "profiler_builtins",
    "rustc_demangle",
    "rustc_literal_escaper",
    "rustc_std_workspace_core",
    "rustc_std_workspace_alloc",
    "rustc_std_workspace_std",
    "__rustc",
    "rustc_rust_allocator",
    "hashbrown",
    "memchr",
    "libc",
    "gimli",
    "object",
    "addr2line",
    "miniz_oxide",
    "adler2",
    "cfg_if",
    "windows_targets",
    "windows_link",
  };

  private static final byte[][] STANDARD_BYTES = new byte[STANDARD.length][];

  static {
    for (int i = 0; i < STANDARD.length; i++) {
      STANDARD_BYTES[i] = STANDARD[i].getBytes(StandardCharsets.US_ASCII);
    }
  }

  private RustSymbols() {}

  /** {@return whether a name is mangled after v0} */
  public static boolean isV0(byte[] strings, int from, int to) {
    return V0Symbols.start(strings, from, to) >= 0;
  }

  /** {@return whether a name is mangled after the legacy scheme: it ends with a hash} */
  public static boolean isLegacy(byte[] strings, int from, int to) {
    return LegacySymbols.hash(strings, from, to) != NONE;
  }

  /** {@return whether the name is a Rust symbol of either scheme} */
  public static boolean isRust(byte[] strings, int from, int to) {
    return isV0(strings, from, to) || isLegacy(strings, from, to);
  }

  /** {@return whether a crate is the standard library's or carried within it} */
  public static boolean isStandard(byte[] strings, int from, int to) {
    int length = to - from;
    for (byte[] name : STANDARD_BYTES) {
      if (name.length == length && equal(strings, from, name)) {
        return true;
      }
    }
    return false;
  }

  /** {@return whether a crate is the standard library's or carried within it} */
  public static boolean isStandard(String crate) {
    for (String name : STANDARD) {
      if (name.equals(crate)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The crate that an item belongs to: for an impl block the crate it stands in (v0) or, as the
   * legacy scheme does not say that, the crate of the type.
   *
   * @return the range of the crate's name, or {@link #NONE}
   */
  public static long crate(byte[] strings, int from, int to) {
    int start = V0Symbols.start(strings, from, to);
    if (start >= 0) {
      return V0Symbols.crate(strings, start, to);
    }
    return isLegacy(strings, from, to) ? LegacySymbols.crate(strings, from, to) : NONE;
  }

  /** {@return whether a name stands there} */
  static boolean equal(byte[] strings, int from, byte[] name) {
    if (from + name.length > strings.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (strings[from + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** {@return the text of a range, or null for {@link #NONE}} */
  public static @Nullable String text(byte[] strings, long range) {
    if (range == NONE) {
      return null;
    }
    int from = (int) (range >>> 32);
    return new String(strings, from, (int) range - from, StandardCharsets.UTF_8);
  }
}
