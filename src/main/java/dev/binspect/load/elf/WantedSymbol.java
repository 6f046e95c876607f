package dev.binspect.load.elf;

import dev.binspect.image.ElfTables.GnuHash;
import dev.binspect.image.ElfTables.SysvHash;
import dev.binspect.image.Symbols;

/**
 * What a look-up asks for, and which symbol of an object is that (dl-lookup.c: what do_lookup_x
 * does with one object, check_match). There is one for all look-ups of a start, set anew for each:
 * a start makes up to a million, and none needs an object of its own.
 */
final class WantedSymbol {
  private static final int ALLOWED_TYPES =
      1 << Symbols.NOTYPE
          | 1 << Symbols.OBJECT
          | 1 << Symbols.FUNCTION
          | 1 << Symbols.COMMON
          | 1 << Symbols.TLS
          | 1 << Symbols.IFUNC;

  /** Ends look-ups: those after it are answered by nobody. */
  final LookupBudget budget;

  /** Who asks. */
  ScopeMember asking;

  /** What for, in the asking object's table. */
  int symbol;

  /** {@link Symbols#gnuHash} of the name. */
  int hash;

  /** The version asked for; empty for none. */
  String version = "";

  /** See {@link LookupClass}. */
  int lookupClass;

  private int versionHash;
  private int sysvHash;
  private boolean sysvHashed;

  /** A default version's symbol, and how many there are: it answers who asks for no version. */
  private int versioned;

  private int versionedCount;

  WantedSymbol(ScopeMember asking, LookupBudget budget) {
    this.asking = asking;
    this.budget = budget;
  }

  /**
   * Asks for a symbol.
   *
   * @param gnuHash of its name
   * @param hashOfVersion 0 where no version is asked for
   */
  void set(ScopeMember from, int wanted, int gnuHash, int hashOfVersion, String wantedVersion) {
    asking = from;
    symbol = wanted;
    hash = gnuHash;
    sysvHashed = false;
    versionHash = hashOfVersion;
    version = hashOfVersion == 0 ? "" : wantedVersion;
  }

  /** Pays for asking at all: the name was hashed. */
  void spend() {
    budget.spend(asking.symbols.hashedLength(symbol) + 1L);
  }

  /** {@return the symbol of an object that is what is asked for and that others may see, or -1} */
  int in(ScopeMember member) {
    versionedCount = 0;
    versioned = -1;
    GnuHash gnu = member.gnu;
    int found = -1;
    if (gnu != null) {
      if (!passes(member)) {
        return -1;
      }
      found = chained(member, gnu);
    } else {
      SysvHash sysv = member.sysv;
      if (sysv == null) {
        return -1;
      }
      found = chained(member, sysv);
    }
    if (found < 0 && versionedCount == 1) {
      found = versioned;
    }
    if (found < 0) {
      return -1;
    }
    int visibility = member.symbols.visibility(found);
    return visibility == Symbols.HIDDEN || visibility == Symbols.INTERNAL ? -1 : found;
  }

  private boolean passes(ScopeMember member) {
    long[] bloom = member.bloom;
    long word = bloom[(hash >>> member.bloomWord) & (bloom.length - 1)];
    int bits = member.bloomBits;
    return (word >>> (hash & bits) & word >>> (hash >>> member.bloomShift & bits) & 1) != 0;
  }

  private int chained(ScopeMember member, GnuHash gnu) {
    int[] buckets = gnu.buckets();
    int[] chain = gnu.chain();
    int bucket = buckets[Integer.remainderUnsigned(hash, buckets.length)];
    int base = gnu.symbolBase();
    if (bucket == 0) {
      return -1;
    }
    int found = -1;
    int i = bucket;
    for (; i >= base && i - base < chain.length; i++) {
      int link = chain[i - base];
      if ((link ^ hash) >>> 1 == 0) {
        if (matches(member, i)) {
          found = i;
          break;
        }
        budget.spend(asking.symbols.hashedLength(symbol));
      }
      if ((link & 1) != 0) {
        break;
      }
    }
    budget.spend(i - (long) bucket);
    return found;
  }

  private int chained(ScopeMember member, SysvHash sysv) {
    if (!sysvHashed) {
      sysvHash = asking.symbols.sysvHash(symbol);
      sysvHashed = true;
    }
    int[] buckets = sysv.buckets();
    int[] chain = sysv.chain();
    int i = buckets[Integer.remainderUnsigned(sysvHash, buckets.length)];
    // A chain that runs in circles ends after as many steps as there are links.
    int steps = 0;
    int found = -1;
    for (; i > 0 && i < chain.length && steps < chain.length; steps++) {
      if (matches(member, i)) {
        found = i;
        break;
      }
      i = chain[i];
    }
    budget.spend(steps * (3L + asking.symbols.hashedLength(symbol) / 64));
    return found;
  }

  /** check_match: whether a symbol of the right hash is what is asked for. */
  private boolean matches(ScopeMember member, int candidate) {
    Symbols symbols = member.symbols;
    if (candidate >= symbols.count()) {
      return false;
    }
    int type = symbols.type(candidate);
    boolean undefined = !symbols.defined(candidate);
    if ((symbols.value(candidate) == 0
            && symbols.section(candidate) != Symbols.ABSOLUTE
            && type != Symbols.TLS)
        || ((lookupClass & LookupClass.PLT) != 0 && undefined)
        || (1 << type & ALLOWED_TYPES) == 0
        || !((member == asking && candidate == symbol)
            || symbols.named(candidate, asking.symbols, symbol))) {
      return false;
    }
    if (member.versym == null) {
      return true;
    }
    int index = member.versionIndex(candidate);
    boolean hidden = member.versionHidden(candidate);
    if (versionHash != 0) {
      int own = member.versionHash(index);
      return (own == versionHash && member.versionName(index).equals(version))
          || (own == 0 && !hidden);
    }
    if (index >= 3) {
      if (!hidden && versionedCount++ == 0) {
        versioned = candidate;
      }
      return false;
    }
    return true;
  }
}
