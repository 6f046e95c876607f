package dev.binspect.rust;

import org.jspecify.annotations.Nullable;

/**
 * Readable names of Rust symbols, after the legacy scheme ({@code _ZN…17h…E}) and after v0 ({@code
 * _R…}, <a href="https://doc.rust-lang.org/rustc/symbol-mangling/v0.html">v0 Symbol Format</a>).
 *
 * <p>Total: any text gives an answer, in time linear in the text and in the answer, and the answer
 * is bounded. v0's back references can announce names of exponential length; such a name ends with
 * {@code {size limit reached}}, and one that nests too deeply with {@code {recursion limit
 * reached}}.
 */
public final class Demangler {
  /** Characters of an answer; longer ones are cut. */
  static final int MAX_OUTPUT = 1_000_000;

  private Demangler() {}

  /**
   * {@return the readable name with the legacy hash and v0's crate disambiguators, which tell two
   * versions of a crate apart; null if the text is not a Rust symbol}
   */
  public static @Nullable String demangle(String symbol) {
    return demangle(symbol, true);
  }

  /**
   * {@return the readable name, or null if the text is not a Rust symbol}
   *
   * @param exact whether hashes, disambiguators and the types of constants are shown
   */
  public static @Nullable String demangle(String symbol, boolean exact) {
    String text = withoutThinLtoSuffix(symbol);
    StringBuilder out = new StringBuilder();
    int end = LegacyName.demangle(text, exact, out);
    if (end < 0) {
      out.setLength(0);
      end = V0Name.demangle(text, exact, out);
    }
    if (end < 0) {
      return null;
    }
    if (end < text.length()) {
      if (text.charAt(end) != '.' || !printableAscii(text, end)) {
        return null;
      }
      // What LLVM appends to its copies of a function (.cold, .exit.i) is kept: it tells them
      // apart.
      out.append(text, end, text.length());
    }
    return out.toString();
  }

  /** ThinLTO renames private symbols that it moves between modules; the addition says nothing. */
  private static String withoutThinLtoSuffix(String symbol) {
    String mark = ".llvm.";
    int at = symbol.indexOf(mark);
    if (at < 0) {
      return symbol;
    }
    for (int i = at + mark.length(); i < symbol.length(); i++) {
      char c = symbol.charAt(i);
      if (!(c >= 'A' && c <= 'F' || c >= '0' && c <= '9' || c == '@')) {
        return symbol;
      }
    }
    return symbol.substring(0, at);
  }

  private static boolean printableAscii(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }
}
