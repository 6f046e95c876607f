package dev.binspect.load.elf;

import dev.binspect.image.ElfTables.GnuHash;
import dev.binspect.image.ElfTables.SysvHash;
import dev.binspect.image.Symbols;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One look-up after the other as musl makes them (dynlink.c, find_sym): the first object that
 * defines the name answers; of versions only the hidden bit counts.
 */
final class MuslLookup {
  private static final int TYPES =
      1 << Symbols.NOTYPE
          | 1 << Symbols.OBJECT
          | 1 << Symbols.FUNCTION
          | 1 << Symbols.COMMON
          | 1 << Symbols.TLS;
  private static final int BINDINGS = 1 << Symbols.GLOBAL | 1 << Symbols.WEAK | 1 << Symbols.UNIQUE;

  private final List<ScopeMember> scope;

  @Nullable ScopeMember answer;
  int answerSymbol;
  int probes;

  /** Ends look-ups: those after it are answered by nobody. */
  final LookupBudget budget;

  MuslLookup(List<ScopeMember> scope) {
    this.budget = new LookupBudget(scope);
    this.scope = scope;
  }

  void find(ScopeMember from, int wanted, int lookupClass, boolean definitionsOnly) {
    probes = 0;
    answer = null;
    if (budget.exhausted()) {
      return;
    }
    budget.spend(from.symbols.nameLength(wanted) + 1L);
    for (ScopeMember member : scope) {
      if (lookupClass == LookupClass.COPY && member.program) {
        continue;
      }
      probes++;
      int found = find(member, from.symbols, wanted, budget);
      if (found >= 0 && accepts(member.symbols, found, definitionsOnly)) {
        answer = member;
        answerSymbol = found;
        return;
      }
    }
  }

  private static boolean accepts(Symbols symbols, int i, boolean definitionsOnly) {
    int type = symbols.type(i);
    if (!symbols.defined(i) && (definitionsOnly || type == Symbols.TLS)) {
      return false;
    }
    return (symbols.value(i) != 0 || type == Symbols.TLS)
        && (1 << type & TYPES) != 0
        && (1 << symbols.binding(i) & BINDINGS) != 0;
  }

  /** {@return the entry of that name in an object's hash table, or -1} */
  static int find(ScopeMember member, Symbols asking, int wanted, LookupBudget budget) {
    GnuHash gnu = member.gnu;
    if (gnu != null) {
      return gnu(member, gnu, asking, wanted, budget);
    }
    SysvHash sysv = member.sysv;
    return sysv == null ? -1 : sysv(member, sysv, asking, wanted, budget);
  }

  private static int gnu(
      ScopeMember member, GnuHash gnu, Symbols asking, int wanted, LookupBudget budget) {
    int hash = asking.gnuHash(wanted);
    int bits = gnu.wordBits();
    long word = gnu.bloom()[(hash >>> (bits == 64 ? 6 : 5)) & (gnu.bloom().length - 1)];
    if ((word >>> (hash & (bits - 1)) & word >>> (hash >>> gnu.bloomShift() & (bits - 1)) & 1)
        == 0) {
      return -1;
    }
    int base = gnu.symbolBase();
    int[] chain = gnu.chain();
    int i = gnu.buckets()[Integer.remainderUnsigned(hash, gnu.buckets().length)];
    for (; i > 0 && i >= base && i - base < chain.length; i++) {
      int link = chain[i - base];
      budget.spend(1);
      if ((link | 1) == (hash | 1) && fits(member, i, asking, wanted)) {
        return i;
      }
      if ((link & 1) != 0) {
        break;
      }
    }
    return -1;
  }

  private static int sysv(
      ScopeMember member, SysvHash sysv, Symbols asking, int wanted, LookupBudget budget) {
    int hash = asking.sysvHash(wanted);
    int length = asking.nameLength(wanted);
    budget.spend(length);
    int[] chain = sysv.chain();
    int i = sysv.buckets()[Integer.remainderUnsigned(hash, sysv.buckets().length)];
    for (int steps = 0; i > 0 && i < chain.length && steps < chain.length; steps++) {
      budget.spend(3L + length / 64);
      if (fits(member, i, asking, wanted)) {
        return i;
      }
      i = chain[i];
    }
    return -1;
  }

  private static boolean fits(ScopeMember member, int i, Symbols asking, int wanted) {
    return i < member.symbols.count()
        && !member.versionHidden(i)
        && member.symbols.named(i, asking, wanted);
  }
}
