package dev.binspect.linkage;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.image.Symbols;
import dev.binspect.rust.DylibFiles;
import dev.binspect.rust.RustSymbols;

/** Whether an image was made by rustc: by what it says of itself, needs, asks for or defines. */
final class RustOrigin {
  private RustOrigin() {}

  static boolean of(Image image) {
    for (String producer : image.producers()) {
      if (producer.startsWith("rustc") || producer.contains("Rust ")) {
        return true;
      }
    }
    for (Needed needed : image.needed()) {
      if (LibraryName.isStd(needed.name())) {
        return true;
      }
    }
    if (DylibFiles.kind(image) != DylibFiles.Kind.OTHER) {
      return true;
    }
    // A program that was stripped of .comment has no producers; its symbols may still be there.
    try {
      return mangled(image.contents().symbols())
          || (image.tables() instanceof ElfTables elf && mangled(elf.symbols()));
    } catch (MalformedException e) {
      return false;
    }
  }

  private static boolean mangled(Symbols symbols) {
    byte[] strings = symbols.strings();
    int count = symbols.count();
    boolean legacyKnown = false;
    boolean legacy = false;
    for (int i = 0; i < count; i++) {
      int from = symbols.nameOffset(i);
      if (from + 3 >= strings.length || strings[from] != '_') {
        continue;
      }
      byte next = strings[from + 1];
      byte scheme = next == '_' ? strings[from + 2] : next;
      if (scheme == 'Z') {
        // C++ begins its names so, too: only a hash tells, and most tables hold none.
        if (!legacyKnown) {
          legacy = RustSymbols.holdsLegacyHash(strings);
          legacyKnown = true;
        }
        if (!legacy) {
          continue;
        }
      } else if (scheme != 'R') {
        continue;
      }
      int to = from + symbols.nameLength(i);
      if (RustSymbols.isRust(strings, from, to)
          && RustSymbols.crate(strings, from, to) != RustSymbols.NONE) {
        return true;
      }
    }
    return false;
  }
}
