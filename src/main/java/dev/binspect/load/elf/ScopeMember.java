package dev.binspect.load.elf;

import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.ElfVersions;
import dev.binspect.image.ElfTables.GnuHash;
import dev.binspect.image.ElfTables.SysvHash;
import dev.binspect.image.Symbols;
import org.jspecify.annotations.Nullable;

/** What a look-up touches of an object, at hand without further steps. */
final class ScopeMember {
  private static final long[] NO_BLOOM = {};

  final LinkMap object;
  final Symbols symbols;
  final @Nullable ElfVersions versions;

  /** DT_VERSYM, or null where no version counts (ld.so's l_versyms). */
  final short @Nullable [] versym;

  final @Nullable GnuHash gnu;

  /** The filter of {@link #gnu}, at hand: most probes end there. Empty where there is none. */
  final long[] bloom;

  final int bloomWord;
  final int bloomBits;
  final int bloomShift;
  final @Nullable SysvHash sysv;
  final boolean program;

  /** Look-ups and probes by the place in the scope of the object that answered. */
  final long[] answeredLookups;

  final long[] answeredProbes;

  /** Whether an object answers a deferred slot, by its place in the scope. */
  final boolean[] answeredLater;

  /** What the library asks for, where other programs have asked it before; else null. */
  @Nullable LibraryRequests requests;

  ScopeMember(LinkMap object, int scopeSize) {
    this.object = object;
    this.program = object.program;
    this.answeredLookups = new long[scopeSize];
    this.answeredProbes = new long[scopeSize];
    this.answeredLater = new boolean[scopeSize];
    ElfTables tables = object.tables;
    this.symbols = tables == null ? Symbols.NONE : tables.symbols();
    this.versions = tables == null ? null : tables.versions();
    this.versym = versions == null ? null : versions.versym();
    GnuHash hash = tables == null ? null : tables.gnuHash();
    boolean usable =
        hash != null
            && hash.buckets().length > 0
            && hash.bloom().length > 0
            && Integer.bitCount(hash.bloom().length) == 1;
    this.gnu = usable ? hash : null;
    this.bloom = hash != null && usable ? hash.bloom() : NO_BLOOM;
    this.bloomWord = hash != null && hash.wordBits() == 64 ? 6 : 5;
    this.bloomBits = hash == null ? 0 : hash.wordBits() - 1;
    this.bloomShift = hash == null ? 0 : hash.bloomShift();
    SysvHash old = tables == null || hash != null ? null : tables.sysvHash();
    this.sysv = old != null && old.buckets().length > 0 ? old : null;
  }

  /** Asks for the symbols of another table on behalf of an object; answers nothing. */
  ScopeMember(LinkMap object, Symbols symbols) {
    this.object = object;
    this.program = object.program;
    this.answeredLookups = new long[0];
    this.answeredProbes = new long[0];
    this.answeredLater = new boolean[0];
    this.symbols = symbols;
    this.versions = null;
    this.versym = null;
    this.gnu = null;
    this.sysv = null;
    this.bloom = NO_BLOOM;
    this.bloomWord = 0;
    this.bloomBits = 0;
    this.bloomShift = 0;
  }

  /** {@return the version index of a symbol, 0 or 1 where it has none} */
  int versionIndex(int symbol) {
    short[] table = versym;
    return table == null || symbol >= table.length ? 0 : table[symbol] & 0x7fff;
  }

  boolean versionHidden(int symbol) {
    short[] table = versym;
    return table != null && symbol < table.length && table[symbol] < 0;
  }

  /** {@return the hash of a version, 0 for none (the base definition counts as none)} */
  int versionHash(int index) {
    ElfVersions v = versions;
    return v == null || index < 2 || index >= v.hash().length ? 0 : v.hash()[index];
  }

  /** {@return the name of a version, or an empty text} */
  String versionName(int index) {
    ElfVersions v = versions;
    String name = v == null || index < 2 || index >= v.name().length ? null : v.name()[index];
    return name == null ? "" : name;
  }
}
