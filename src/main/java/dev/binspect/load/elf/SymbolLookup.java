package dev.binspect.load.elf;

import dev.binspect.image.Symbols;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One look-up after the other as glibc makes them (dl-lookup.c: _dl_lookup_symbol_x, do_lookup_x):
 * which objects are asked, and whose answer counts. The answer stands in the fields until the next
 * one.
 */
final class SymbolLookup {
  private final ScopeMember[] scope;
  private final UniqueSymbols unique = new UniqueSymbols();

  /** Probes after which an index costs less than it saves: as many as it has entries. */
  private long probesLeft;

  private @Nullable ScopeIndex index;

  /** Ends look-ups: those after it are answered by nobody. */
  final LookupBudget budget;

  /** What is asked for. */
  final WantedSymbol wanted;

  /** Who answered; null where nobody did. */
  @Nullable ScopeMember answer;

  /** The symbol that answered, in its object's table. */
  int answerSymbol;

  /** Objects asked. */
  int probes;

  SymbolLookup(List<ScopeMember> scope) {
    this.budget = new LookupBudget(scope);
    this.scope = scope.toArray(new ScopeMember[0]);
    this.probesLeft = ScopeIndex.symbols(this.scope);
    this.wanted = new WantedSymbol(this.scope[0], budget);
  }

  /** {@return the version the last look-up asked for; empty for none} */
  String version() {
    return wanted.version;
  }

  /**
   * Looks a symbol up for a relocation of its object.
   *
   * @param symbolic the object is asked first (DT_SYMBOLIC)
   * @param lookupClass see {@link LookupClass}
   */
  void find(ScopeMember from, int symbol, int lookupClass, boolean symbolic) {
    int version = from.versionIndex(symbol);
    find(from, symbol, from.versionHash(version), from.versionName(version), lookupClass, symbolic);
    ScopeMember found = answer;
    if (found != null && found != from && from.symbols.visibility(symbol) == Symbols.PROTECTED) {
      protect(from, symbol, lookupClass, symbolic);
    }
  }

  /** The same for a version other than the symbol's own, and without regard to visibility. */
  void find(
      ScopeMember from,
      int symbol,
      int versionHash,
      String version,
      int lookupClass,
      boolean symbolic) {
    probes = 0;
    if (budget.exhausted()) {
      answer = null;
      return;
    }
    wanted.set(from, symbol, from.symbols.gnuHash(symbol), versionHash, version);
    search(lookupClass, symbolic);
  }

  private void search(int lookupClass, boolean symbolic) {
    wanted.lookupClass = lookupClass;
    answer = null;
    if (budget.exhausted()) {
      return;
    }
    wanted.spend();
    if (symbolic && probe(wanted.asking)) {
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
    boolean copy = (wanted.lookupClass & LookupClass.COPY) != 0;
    int h = wanted.hash;
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
    boolean copy = (wanted.lookupClass & LookupClass.COPY) != 0;
    int before = probes;
    known.begin(wanted.hash);
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

  /** A protected symbol is its own answer wherever another object would have answered. */
  private void protect(ScopeMember from, int symbol, int lookupClass, boolean symbolic) {
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
    answerSymbol = symbol;
  }

  private boolean probe(ScopeMember member) {
    if ((wanted.lookupClass & LookupClass.COPY) != 0 && member.program) {
      return false;
    }
    probes++;
    int found = wanted.in(member);
    return found >= 0 && accept(member, found);
  }

  private boolean accept(ScopeMember member, int found) {
    switch (member.symbols.binding(found)) {
      case Symbols.GLOBAL, Symbols.WEAK -> {
        answer = member;
        answerSymbol = found;
        return true;
      }
      case Symbols.UNIQUE -> {
        UniqueSymbols.Definition first = unique.of(wanted, member, found);
        answer = first.member();
        answerSymbol = first.symbol();
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  boolean answeredUnique() {
    ScopeMember by = answer;
    return by != null && by.symbols.binding(answerSymbol) == Symbols.UNIQUE;
  }
}
