package dev.binspect.linkage;

import dev.binspect.image.Attachments;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Symbols;
import dev.binspect.rust.LegacySymbols;
import dev.binspect.rust.RustSymbols;
import java.util.BitSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a library offers: its exported names without those of Rust's standard library, and the
 * crates they come from.
 */
final class Offered {
  private final Image image;
  private final NameSet names;
  private final BitSet standard;
  private final Set<String> crates = new TreeSet<>();
  private final long count;
  private @Nullable Symbols symbols;

  /** Filled before it is handed out: the threads of a scan share what a library offers. */
  private volatile @Nullable NameSet weak;

  private @Nullable Boolean rust;

  /** Whether a legacy symbol's hash stands among the names. */
  private @Nullable Boolean hashes;

  /** {@return what a library offers: made once for all programs that use it} */
  static Offered of(Image image) {
    Attachments kept = Attachments.of(image);
    Offered known = kept.attachment(Offered.class);
    if (known != null) {
      return known;
    }
    // Who comes while another thread makes it waits: it is the most that is found out of a library.
    synchronized (image) {
      known = kept.attachment(Offered.class);
      if (known != null) {
        return known;
      }
      Offered made = new Offered(image);
      kept.attach(made);
      return made;
    }
  }

  private Offered(Image image) {
    this.image = image;
    Symbols own = image.tables() instanceof ElfTables elf ? elf.symbols() : null;
    this.names = own == null ? SymbolNames.exports(image) : new NameSet(own.strings(), own.count());
    byte[] strings = names.strings();
    NameSet crateNames = new NameSet(strings, 16);
    BitSet others = new BitSet(own == null ? names.size() : own.count());
    if (own == null) {
      for (int i = 0; i < names.size(); i++) {
        others.set(i, isStandard(strings, names.from(i), names.to(i), crateNames));
      }
    } else {
      // In one go: what costs is the way to a name in a table that is larger than the caches.
      for (int i = 1; i < own.count(); i++) {
        if (SymbolNames.offered(own, i)) {
          int from = own.nameOffset(i);
          int to = names.addTerminated(from);
          if (to >= 0 && isStandard(strings, from, to, crateNames)) {
            others.set(names.size() - 1);
          }
        }
      }
    }
    this.standard = others;
    this.count = (long) names.size() - others.cardinality();
    for (int i = 0; i < crateNames.size(); i++) {
      long range = (long) crateNames.from(i) << 32 | crateNames.to(i);
      crates.add(String.valueOf(RustSymbols.text(strings, range)));
    }
  }

  /**
   * {@return whether a name is a toolchain's or the standard library's}
   *
   * @param crateNames takes the crate of one that is not
   */
  private boolean isStandard(byte[] strings, int from, int to, NameSet crateNames) {
    if (isToolchain(strings, from, to)) {
      return true;
    }
    if (!mayBeMangled(strings, from, to)) {
      return false;
    }
    long crate = RustSymbols.crate(strings, from, to);
    int start = (int) (crate >>> 32);
    if (crate == RustSymbols.NONE) {
      // Without a crate: an impl of a standard trait for a type that has none, anybody's.
      return RustSymbols.isRust(strings, from, to);
    }
    if (crateNames.contains(strings, start, (int) crate)) {
      return false;
    }
    if (RustSymbols.isStandard(strings, start, (int) crate)) {
      return true;
    }
    crateNames.add(start, (int) crate);
    return false;
  }

  /**
   * Whether a name may be Rust's: of a hundred thousand C++ names none is, and no table of them
   * holds a hash.
   */
  private boolean mayBeMangled(byte[] strings, int from, int to) {
    if (RustSymbols.isV0(strings, from, to)) {
      return true;
    }
    if (to - from < 4 || (strings[from] != '_' && strings[from] != 'Z')) {
      return false;
    }
    Boolean known = hashes;
    if (known == null) {
      known = LegacySymbols.holdsHash(strings);
      hashes = known;
    }
    return known;
  }

  /** Names that compilers and linkers put into every file. */
  static boolean isToolchain(byte[] strings, int from, int to) {
    int at = from;
    while (at < to && strings[at] == '_') {
      at++;
    }
    if (at == to) {
      return false;
    }
    switch (strings[at]) {
      case 'i', 'f', 'e', 's', 'm', 'b', 'd', 'D', 'I', 'r', 'l':
        break;
      default:
        return false;
    }
    int length = to - at;
    return is(strings, at, length, "init")
        || is(strings, at, length, "fini")
        || is(strings, at, length, "end")
        || is(strings, at, length, "edata")
        || is(strings, at, length, "etext")
        || is(strings, at, length, "start")
        || is(strings, at, length, "main")
        || is(strings, at, length, "bss_start")
        || is(strings, at, length, "data_start")
        || is(strings, at, length, "dso_handle")
        || is(strings, at, length, "DYNAMIC")
        || is(strings, at, length, "environ")
        || is(strings, at, length, "IO_stdin_used")
        || startsWith(strings, at, to, "rust_metadata_")
        || startsWith(strings, at, to, "rustc_proc_macro_decls_")
        || startsWith(strings, at, to, "rust_eh_personality")
        || startsWith(strings, at, to, "rust_alloc")
        || startsWith(strings, at, to, "rust_dealloc")
        || startsWith(strings, at, to, "rust_realloc")
        || startsWith(strings, at, to, "rust_no_alloc_shim")
        || startsWith(strings, at, to, "rdl_")
        || startsWith(strings, at, to, "rg_")
        || startsWith(strings, at, to, "libc_csu_");
  }

  private static boolean is(byte[] strings, int at, int length, String word) {
    return length == word.length() && startsWith(strings, at, at + length, word);
  }

  private static boolean startsWith(byte[] strings, int at, int to, String word) {
    if (to - at < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (strings[at + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  Image image() {
    return image;
  }

  /** {@return whether rustc made the library} */
  boolean rust() {
    Boolean known = rust;
    if (known == null) {
      known = RustOrigin.of(image);
      rust = known;
    }
    return known;
  }

  /**
   * {@return whether it exports copies of templates or inline functions (C++), which every user has
   * as well}
   */
  boolean hasInlines() {
    return !rust() && weak().size() > 0;
  }

  /** {@return whether a function of this name is offered, and offered weakly} */
  boolean offersWeak(byte[] strings, int from, int to) {
    return weak().contains(strings, from, to);
  }

  private NameSet weak() {
    NameSet known = weak;
    if (known == null) {
      known = new NameSet(names.strings(), 16);
      if (image.tables() instanceof ElfTables elf) {
        Symbols own = elf.symbols();
        for (int i = 1; i < own.count(); i++) {
          if (own.binding(i) == Symbols.WEAK
              && own.type(i) == Symbols.FUNCTION
              && SymbolNames.offered(own, i)) {
            known.addTerminated(own.nameOffset(i));
          }
        }
      }
      weak = known;
    }
    return known;
  }

  /** {@return how many names, without the standard library's} */
  long count() {
    return count;
  }

  /** {@return crates whose items are exported, without the standard library's} */
  Set<String> crates() {
    return crates;
  }

  /** {@return whether its own items are mangled after v0} */
  boolean usesV0() {
    byte[] strings = names.strings();
    for (int i = 0; i < names.size(); i++) {
      if (!standard.get(i)) {
        if (RustSymbols.isV0(strings, names.from(i), names.to(i))) {
          return true;
        }
        if (RustSymbols.isLegacy(strings, names.from(i), names.to(i))) {
          return false;
        }
      }
    }
    return false;
  }

  /** {@return whether this very name is offered and is not the standard library's} */
  boolean offers(byte[] strings, int from, int to) {
    int i = names.indexOf(strings, from, to);
    return i >= 0 && !standard.get(i);
  }

  /** {@return the same of a name of a set} */
  boolean offers(NameSet others, int i) {
    int own = names.indexOf(others, i);
    return own >= 0 && !standard.get(own);
  }

  /** {@return indices of the names of a set that are offered} */
  BitSet among(NameSet others) {
    BitSet found = new BitSet(others.size());
    if (names.size() < others.size()) {
      // A program asks many libraries, each of which has few of its names: the smaller set asks.
      for (int i = 0; i < names.size(); i++) {
        int other = standard.get(i) ? -1 : others.indexOf(names, i);
        if (other >= 0) {
          found.set(other);
        }
      }
    } else {
      for (int i = 0; i < others.size(); i++) {
        if (offers(others, i)) {
          found.set(i);
        }
      }
    }
    return found;
  }

  /** {@return whether this very name is offered, whosever it is} */
  boolean offersAny(byte[] strings, int from, int to) {
    return names.contains(strings, from, to);
  }

  /** {@return the library's full symbol table, empty where it was stripped} */
  Symbols symbols() {
    Symbols known = symbols;
    if (known == null) {
      known = Program.symbols(image);
      symbols = known;
    }
    return known;
  }
}
