package dev.binspect.load.dyld;

import java.util.Map;
import java.util.Set;

/**
 * What a .tbd file says of one library for one machine.
 *
 * @param symbols exported, reexported ones among them
 * @param reexported install names of the libraries whose exports are its own as well
 * @param inlined stubs of other libraries in the same file, by install name
 */
record TextStub(
    String installName,
    Set<String> symbols,
    Set<String> reexported,
    Map<String, TextStub> inlined) {

  /** {@return whether it exports a symbol itself, or through a library in the same file} */
  boolean exports(String symbol) {
    if (symbols.contains(symbol)) {
      return true;
    }
    for (TextStub other : inlined.values()) {
      if (other.symbols.contains(symbol)) {
        return true;
      }
    }
    return false;
  }
}
