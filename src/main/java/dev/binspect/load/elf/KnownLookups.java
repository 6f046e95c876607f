package dev.binspect.load.elf;

import dev.binspect.image.Symbols;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The look-ups of libraries that were met before: what they ask is known ({@link Requests}), and
 * only who answers depends on the scope; where another program had the same libraries and this one
 * answers nothing, that is known as well.
 */
final class KnownLookups {
  private final GlibcBinding binding;
  private final List<ScopeMember> members;
  private final SymbolLookup lookup;
  private @Nullable LibraryScope scope;
  private boolean scopeKnown;

  KnownLookups(GlibcBinding binding, List<ScopeMember> members, SymbolLookup lookup) {
    this.binding = binding;
    this.members = members;
    this.lookup = lookup;
  }

  /** Relocates a library. */
  void relocate(ScopeMember from, Requests requests) {
    LinkMap object = from.object;
    object.lookups += requests.count;
    object.cachedLookups += requests.cached;
    object.deferred += requests.deferred;
    Requests.Outcome known = outcome(from, requests);
    if (known != null) {
      for (int i = 1; i < known.plain().length; i++) {
        answered(from, i, known.plain()[i]);
      }
      object.probes += known.unanswered();
      for (int i = Requests.next(known.rest(), known.rest(), 0);
          i >= 0 && !binding.cut();
          i = Requests.next(known.rest(), known.rest(), i + 1)) {
        find(from, requests, i);
      }
      return;
    }
    long[] open = requests.usual();
    long[] special = requests.special();
    int[] plain = new int[members.size()];
    for (int i = 0; i < members.size() && requests.waits(open) && !binding.cut(); i++) {
      plain[i] = requests.of(from, members.get(i), lookup.wanted, open).take(open, special);
      answered(from, i, plain[i]);
    }
    long before = object.probes;
    long[] rest = special.clone();
    boolean usual = true;
    for (int i = Requests.next(open, special, 0);
        i >= 0 && !binding.cut();
        i = Requests.next(open, special, i + 1)) {
      long probes = object.probes;
      find(from, requests, i);
      if ((special[i >>> 6] >>> i & 1) != 0) {
        before += object.probes - probes;
      } else {
        usual &= lookup.answer == null && from.symbols.binding(requests.symbol[i]) == Symbols.WEAK;
      }
    }
    if (usual) {
      keep(from, requests, new Requests.Outcome(plain, object.probes - before, rest));
    }
  }

  /** What the first calls of a library would look up. */
  void deferred(ScopeMember from, Requests requests) {
    Requests.Outcome known = outcome(from, requests);
    if (known != null) {
      for (int i = 1; i < known.plain().length; i++) {
        from.answeredLater[i] |= known.plain()[i] > 0;
      }
      for (int i = Requests.next(known.rest(), known.rest(), 0);
          i >= 0 && !binding.cut();
          i = Requests.next(known.rest(), known.rest(), i + 1)) {
        lookup.find(from, requests.symbol[i], LookupClass.PLT, false);
        binding.countLater(from, requests.symbol[i]);
      }
      return;
    }
    long[] open = requests.usual();
    long[] special = requests.special();
    int[] plain = new int[members.size()];
    for (int i = 0; i < members.size() && requests.waits(open) && !binding.cut(); i++) {
      plain[i] = requests.of(from, members.get(i), lookup.wanted, open).take(open, special);
      from.answeredLater[i] |= plain[i] > 0;
    }
    long[] rest = special.clone();
    boolean usual = true;
    for (int i = Requests.next(open, special, 0);
        i >= 0 && !binding.cut();
        i = Requests.next(open, special, i + 1)) {
      lookup.find(from, requests.symbol[i], LookupClass.PLT, false);
      binding.countLater(from, requests.symbol[i]);
      usual &=
          (special[i >>> 6] >>> i & 1) != 0
              || lookup.answer == null && from.symbols.binding(requests.symbol[i]) == Symbols.WEAK;
    }
    if (usual) {
      keep(from, requests, new Requests.Outcome(plain, 0, rest));
    }
  }

  private void answered(ScopeMember from, int by, int lookups) {
    from.answeredLookups[by] += lookups;
    from.answeredProbes[by] += (by + 1L) * lookups;
    from.object.probes += (by + 1L) * lookups;
  }

  private void find(ScopeMember from, Requests requests, int i) {
    int symbol = requests.symbol[i];
    lookup.find(from, symbol, requests.lookupClass[i], false);
    from.object.probes += lookup.probes;
    binding.count(from, symbol);
    for (int times = requests.times[i]; times > 0; times--) {
      binding.resolve();
    }
  }

  private Requests.@Nullable Outcome outcome(ScopeMember from, Requests requests) {
    LibraryScope libraries = scope();
    return libraries == null
        ? null
        : requests.outcome(libraries, from, members.getFirst(), lookup.wanted);
  }

  /** Keeps what a library found, if that says nothing of the program. */
  private void keep(ScopeMember from, Requests requests, Requests.Outcome outcome) {
    LibraryScope libraries = scope();
    if (libraries != null
        && outcome.plain()[0] == 0
        && !requests.mayAnswer(from, members.getFirst(), lookup.wanted)
        && !binding.cut()) {
      requests.keep(libraries, outcome);
    }
  }

  private @Nullable LibraryScope scope() {
    if (!scopeKnown) {
      scope = LibraryScope.of(members);
      scopeKnown = true;
    }
    return scope;
  }
}
