package dev.binspect.load.elf;

import dev.binspect.image.ElfTables.GnuHash;
import dev.binspect.image.ElfTables.SysvHash;
import dev.binspect.image.Symbols;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One look-up after the other as glibc makes them (dl-lookup.c: do_lookup_x, check_match,
 * do_lookup_unique). The answer stands in the fields until the next one: a start makes up to a
 * million, and none needs an object of its own.
 */
final class SymbolLookup {
  private static final int ALLOWED_TYPES =
      1 << Symbols.NOTYPE
          | 1 << Symbols.OBJECT
          | 1 << Symbols.FUNCTION
          | 1 << Symbols.COMMON
          | 1 << Symbols.TLS
          | 1 << Symbols.IFUNC;

  private record Unique(ScopeMember member, int symbol) {}

  private final ScopeMember[] scope;
  private final Map<String, Unique> unique = new HashMap<>();

  /** Probes after which an index costs less than it saves: as many as it has entries. */
  private long probesLeft;

  private @Nullable ScopeIndex index;

  /** Ends look-ups: those after it are answered by nobody. */
  final LookupBudget budget;

  /** Who answered; null where nobody did. */
  @Nullable ScopeMember answer;

  /** The symbol that answered, in its object's table. */
  int answerSymbol;

  /** Objects asked. */
  int probes;

  private ScopeMember asking;
  private int symbol;
  private int hash;
  private int oldHash;
  private boolean oldHashed;
  private int versionHash;
  private String version = "";
  private int type;
  private int versioned;
  private int versionedCount;

  SymbolLookup(List<ScopeMember> scope) {
    this.budget = new LookupBudget(scope);
    this.scope = scope.toArray(new ScopeMember[0]);
    this.probesLeft = ScopeIndex.symbols(this.scope);
    this.asking = this.scope[0];
  }

  /** {@return the version the last look-up asked for; empty for none} */
  String version() {
    return version;
  }

  /**
   * Looks a symbol up for a relocation of its object (_dl_lookup_symbol_x).
   *
   * @param symbolic the object is asked first (DT_SYMBOLIC)
   * @param lookupClass see {@link LookupClass}
   */
  void find(ScopeMember from, int wanted, int lookupClass, boolean symbolic) {
    int index = from.versionIndex(wanted);
    find(from, wanted, from.versionHash(index), from.versionName(index), lookupClass, symbolic);
    ScopeMember found = answer;
    if (found != null && found != from && from.symbols.visibility(wanted) == Symbols.PROTECTED) {
      protect(from, wanted, lookupClass, symbolic);
    }
  }

  /** The same for a version other than the symbol's own, and without regard to visibility. */
  void find(
      ScopeMember from,
      int wanted,
      int wantedVersionHash,
      String wantedVersion,
      int lookupClass,
      boolean symbolic) {
    asking = from;
    symbol = wanted;
    if (budget.exhausted()) {
      answer = null;
      probes = 0;
      return;
    }
    hash = from.symbols.gnuHash(wanted);
    oldHashed = false;
    versionHash = wantedVersionHash;
    version = wantedVersionHash == 0 ? "" : wantedVersion;
    probes = 0;
    search(lookupClass, symbolic);
  }

  private void search(int lookupClass, boolean symbolic) {
    type = lookupClass;
    answer = null;
    if (budget.exhausted()) {
      return;
    }
    budget.spend(asking.symbols.hashedLength(symbol) + 1L);
    if (symbolic && probe(asking)) {
      return;
    }
    ScopeIndex known = index;
    if (known == null) {
      ask();
    } else {
      ask(known);
    }
    budget.spend(probes);
  }

  /** Asks one object after the other. */
  private void ask() {
    // The filters are asked here, without a call for each.
    boolean copy = (type & LookupClass.COPY) != 0;
    int h = hash;
    for (ScopeMember member : scope) {
      long[] bloom = member.bloom;
      if (bloom.length != 0) {
        long word = bloom[(h >>> member.bloomWord) & (bloom.length - 1)];
        int bits = member.bloomBits;
        if ((word >>> (h & bits) & word >>> (h >>> member.bloomShift & bits) & 1) == 0) {
          if (!copy || !member.program) {
            probes++;
          }
          continue;
        }
      }
      if (probe(member)) {
        break;
      }
    }
    probesLeft -= probes;
    if (probesLeft < 0) {
      useIndex();
    }
  }

  /** From now on objects that cannot answer are counted and not asked. */
  void useIndex() {
    index = ScopeIndex.of(scope);
    probesLeft = Long.MAX_VALUE;
  }

  /** The same, and asks those only that have a symbol of the hash; the others are counted. */
  private void ask(ScopeIndex known) {
    boolean copy = (type & LookupClass.COPY) != 0;
    int before = probes;
    known.begin(hash);
    for (int place = known.next(); place >= 0; place = known.next()) {
      probes = before + asked(place, copy);
      if (probe(scope[place])) {
        return;
      }
    }
    probes = before + asked(scope.length, copy);
  }

  /** {@return how many objects are asked before the one at a place} */
  private int asked(int place, boolean copy) {
    // The program is the first of the scope.
    return copy && place > 0 && scope[0].program ? place - 1 : place;
  }

  /**
   * {@return what one object answers of a library's look-ups, whoever else would answer them}
   *
   * @param among the look-ups to make
   */
  Requests.Answers answers(ScopeMember from, Requests requests, ScopeMember member, long[] among) {
    long[] plain = requests.bits();
    long[] special = requests.bits();
    asking = from;
    int[] hashes = requests.hash;
    int count = requests.count;
    // The filter is asked here, without a call for each: most end there.
    long[] bloom = member.bloom;
    boolean filtered = bloom.length != 0;
    int mask = bloom.length - 1;
    int words = member.bloomWord;
    int bits = member.bloomBits;
    int shift = member.bloomShift;
    for (int i = 0; i < count; i++) {
      int h = hashes[i];
      if (filtered) {
        long word = bloom[h >>> words & mask];
        if ((word >>> (h & bits) & word >>> (h >>> shift & bits) & 1) == 0) {
          continue;
        }
      }
      if ((among[i >>> 6] >>> i & 1) == 0) {
        continue;
      }
      if (budget.exhausted()) {
        break;
      }
      hash = h;
      symbol = requests.symbol[i];
      oldHashed = false;
      int index = from.versionIndex(symbol);
      versionHash = from.versionHash(index);
      version = versionHash == 0 ? "" : from.versionName(index);
      type = requests.lookupClass[i];
      budget.spend(from.symbols.hashedLength(symbol) + 1L);
      int found = defined(member);
      if (found < 0) {
        continue;
      }
      int binding = member.symbols.binding(found);
      if (binding == Symbols.UNIQUE || OwnLookups.asks(member, found)) {
        Requests.set(special, i);
      } else if (binding == Symbols.GLOBAL || binding == Symbols.WEAK) {
        Requests.set(plain, i);
      }
    }
    return new Requests.Answers(plain, special);
  }

  /** A protected symbol is its own answer wherever another object would have answered. */
  private void protect(ScopeMember from, int wanted, int lookupClass, boolean symbolic) {
    if (lookupClass != LookupClass.PLT) {
      ScopeMember first = answer;
      int firstSymbol = answerSymbol;
      search(LookupClass.PLT, symbolic);
      ScopeMember second = answer;
      if (second == null || second == from) {
        answer = first;
        answerSymbol = firstSymbol;
        return;
      }
    }
    answer = from;
    answerSymbol = wanted;
  }

  private boolean probe(ScopeMember member) {
    if ((type & LookupClass.COPY) != 0 && member.program) {
      return false;
    }
    probes++;
    int found = defined(member);
    return found >= 0 && accept(member, found);
  }

  private boolean passes(ScopeMember member) {
    long[] bloom = member.bloom;
    long word = bloom[(hash >>> member.bloomWord) & (bloom.length - 1)];
    int bits = member.bloomBits;
    return (word >>> (hash & bits) & word >>> (hash >>> member.bloomShift & bits) & 1) != 0;
  }

  /** {@return the symbol of an object that is what is asked for and that others may see, or -1} */
  private int defined(ScopeMember member) {
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
    if (!oldHashed) {
      oldHash = sysvHash(asking.symbols, symbol);
      oldHashed = true;
    }
    int[] buckets = sysv.buckets();
    int[] chain = sysv.chain();
    int i = buckets[Integer.remainderUnsigned(oldHash, buckets.length)];
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

  /** {@return the hash of a name that DT_HASH uses (gABI, chapter 5)} */
  static int sysvHash(Symbols symbols, int symbol) {
    byte[] strings = symbols.strings();
    int h = 0;
    for (int i = Math.max(0, symbols.nameOffset(symbol));
        i < strings.length && strings[i] != 0;
        i++) {
      h = (h << 4) + (strings[i] & 0xff);
      int high = h & 0xf0000000;
      h = (h ^ high >>> 24) & ~high;
    }
    return h;
  }

  /** check_match: whether a symbol of the right hash is what is asked for. */
  private boolean matches(ScopeMember member, int candidate) {
    Symbols symbols = member.symbols;
    if (candidate >= symbols.count()) {
      return false;
    }
    int kind = symbols.type(candidate);
    boolean undefined = !symbols.defined(candidate);
    if ((symbols.value(candidate) == 0
            && symbols.section(candidate) != Symbols.ABSOLUTE
            && kind != Symbols.TLS)
        || ((type & LookupClass.PLT) != 0 && undefined)
        || (1 << kind & ALLOWED_TYPES) == 0
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

  private boolean accept(ScopeMember member, int found) {
    switch (member.symbols.binding(found)) {
      case Symbols.GLOBAL, Symbols.WEAK -> {
        answer = member;
        answerSymbol = found;
        return true;
      }
      case Symbols.UNIQUE -> {
        unique(member, found);
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  /** The first object that is found to define a unique symbol defines it for all. */
  private void unique(ScopeMember member, int found) {
    boolean copy = (type & LookupClass.COPY) != 0;
    budget.spend(8L * member.symbols.nameLength(found));
    String name = member.symbols.name(found);
    Unique first = unique.get(name);
    if (first == null) {
      first = new Unique(member, found);
      unique.put(name, copy ? new Unique(asking, symbol) : first);
    } else if (copy) {
      first = new Unique(member, found);
    }
    answer = first.member();
    answerSymbol = first.symbol();
  }

  boolean answeredUnique() {
    ScopeMember by = answer;
    return by != null && by.symbols.binding(answerSymbol) == Symbols.UNIQUE;
  }
}
