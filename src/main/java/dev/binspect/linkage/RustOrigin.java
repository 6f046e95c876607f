package dev.binspect.linkage;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Attachments;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.image.Symbols;
import dev.binspect.rust.DylibFiles;
import dev.binspect.rust.LegacySymbols;
import dev.binspect.rust.RustSymbols;

/** Whether an image was made by rustc: by what it says of itself, needs, asks for or defines. */
public final class RustOrigin {
  private static final int FIRST_WINDOW = 1 << 14;
  private static final int WINDOW = 1 << 18;

  private RustOrigin() {}

  /** What was found out of an image, for all who ask again. */
  private record Known(boolean rust) {}

  /** {@return whether it was} */
  public static boolean of(Image image) {
    Attachments kept = Attachments.of(image);
    Known known = kept.attachment(Known.class);
    if (known == null) {
      known = new Known(found(image));
      kept.attach(known);
    }
    return known.rust();
  }

  private static boolean found(Image image) {
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
      Bytes names = image.contents().symbolNames();
      return (names != null ? mangled(names) : mangled(image.contents().symbols()))
          || (image.tables() instanceof ElfTables elf && mangled(elf.symbols()));
    } catch (MalformedException e) {
      return false;
    }
  }

  /** Whether a Rust name stands among texts that end with a NUL. */
  static boolean mangled(Bytes names) throws MalformedException {
    // Most tables that hold a Rust name hold one soon.
    byte[] window = new byte[(int) Math.min(FIRST_WINDOW, names.length())];
    for (long at = 0; at < names.length(); ) {
      int size = names.copyInto(at, window, "symbol names");
      // C++ begins its names as the legacy scheme does: only a hash tells.
      int end = lastEnd(window, size);
      if (LegacySymbols.holdsHash(window) ? anyMangled(window, end) : anyV0(window, end)) {
        return true;
      }
      // The name that the window cuts is the first one of the next; none is as long as a window.
      at += end == 0 ? size : end;
      if (window.length < WINDOW) {
        window = new byte[(int) Math.min(WINDOW, 4L * window.length)];
      }
    }
    return false;
  }

  /** {@return where the name behind the last NUL begins; 0 where there is none} */
  private static int lastEnd(byte[] window, int size) {
    int end = size;
    while (end > 0 && window[end - 1] != 0) {
      end--;
    }
    return end;
  }

  private static boolean anyMangled(byte[] window, int end) {
    int from = 0;
    for (int i = 0; i < end; i++) {
      if (window[i] == 0) {
        if (i - from > 3 && window[from] == '_') {
          byte scheme = window[from + 1] == '_' ? window[from + 2] : window[from + 1];
          if ((scheme == 'R' || scheme == 'Z') && mangled(window, from, i)) {
            return true;
          }
        }
        from = i + 1;
      }
    }
    return false;
  }

  /**
   * The same where no name of the legacy scheme can be: of "_R" one byte stands at an even place,
   * so that half of the bytes tell.
   */
  private static boolean anyV0(byte[] window, int end) {
    for (int i = 0; i < end; i += 2) {
      byte b = window[i];
      int bar;
      if (b == '_') {
        bar = i;
      } else if (b == 'R') {
        bar = i - 1;
      } else {
        continue;
      }
      if (bar < 0 || window[bar] != '_' || bar + 1 >= end || window[bar + 1] != 'R') {
        continue;
      }
      int from = bar > 0 && window[bar - 1] == '_' ? bar - 1 : bar;
      if (from > 0 && window[from - 1] != 0) {
        continue;
      }
      int to = bar;
      while (window[to] != 0) {
        to++;
      }
      if (to - from > 3 && mangled(window, from, to)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mangled(byte[] strings, int from, int to) {
    return RustSymbols.isRust(strings, from, to)
        && RustSymbols.crate(strings, from, to) != RustSymbols.NONE;
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
          legacy = LegacySymbols.holdsHash(strings);
          legacyKnown = true;
        }
        if (!legacy) {
          continue;
        }
      } else if (scheme != 'R') {
        continue;
      }
      if (mangled(strings, from, from + symbols.nameLength(i))) {
        return true;
      }
    }
    return false;
  }
}
