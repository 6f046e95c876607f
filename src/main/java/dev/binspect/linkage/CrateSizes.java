package dev.binspect.linkage;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.image.Symbols;
import dev.binspect.rust.RustSymbols;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The Rust crates whose functions and statics stand in an image, with their sizes, by its symbols.
 * Whatever a symbol's name says it belongs to gets it: an instance of a generic function counts for
 * the crate that wrote it (under the legacy scheme an impl's function for the type's crate).
 */
public final class CrateSizes {
  private CrateSizes() {}

  /**
   * {@return bytes by crate, -1 in formats whose symbols have no sizes; null where the symbols are
   * gone}
   */
  public static @Nullable Map<String, Long> of(Image image) {
    Symbols symbols;
    try {
      symbols = image.contents().symbols();
    } catch (MalformedException e) {
      return null; // a note tells of it
    }
    if (symbols.count() == 0) {
      return null;
    }
    byte[] strings = symbols.strings();
    NameSet crates = new NameSet(strings, 64);
    long[] bytes = new long[64];
    for (int i = 0; i < symbols.count(); i++) {
      int type = symbols.type(i);
      if (!symbols.defined(i) || type == Symbols.FILE || type == Symbols.SECTION) {
        continue;
      }
      int from = symbols.nameOffset(i);
      long crate = RustSymbols.crate(strings, from, from + symbols.nameLength(i));
      if (crate == RustSymbols.NONE) {
        continue;
      }
      int start = (int) (crate >>> 32);
      crates.add(start, (int) crate);
      int at = crates.indexOf(strings, start, (int) crate);
      if (at >= bytes.length) {
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
      bytes[at] += Math.max(0, symbols.size(i));
    }
    Map<String, Long> sizes = new TreeMap<>();
    for (int i = 0; i < crates.size(); i++) {
      long name = (long) crates.from(i) << 32 | crates.to(i);
      sizes.put(
          String.valueOf(RustSymbols.text(strings, name)),
          image.format() == Format.ELF ? bytes[i] : -1L);
    }
    return sizes;
  }
}
