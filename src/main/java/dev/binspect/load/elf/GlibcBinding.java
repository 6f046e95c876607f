package dev.binspect.load.elf;

import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.Entries;
import dev.binspect.image.Symbols;
import dev.binspect.load.Binding;
import dev.binspect.load.LoadPlan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every look-up of a start, in ld.so's order (rtld.c, dl_main; dl-reloc.c, _dl_relocate_object;
 * do-rel.h).
 */
final class GlibcBinding {
  private final List<ScopeMember> members = new ArrayList<>();
  private final SymbolLookup lookup;
  private final boolean now;
  private final Binding.@Nullable Sink sink;
  private final Set<LoadPlan.Undefined> undefined = new LinkedHashSet<>();
  private final OwnLookups own;
  private final KnownLookups libraries;
  private boolean undefinedCut;
  private boolean undefinedAtStart;

  /**
   * @param now LD_BIND_NOW: nothing is deferred
   * @param sink takes each look-up, or null
   */
  GlibcBinding(List<LinkMap> scope, boolean now, OwnLookups own, Binding.@Nullable Sink sink) {
    for (LinkMap object : scope) {
      members.add(new ScopeMember(object, scope.size()));
    }
    this.lookup = new SymbolLookup(members);
    this.now = now;
    this.own = own;
    this.sink = sink;
    this.libraries = new KnownLookups(this, members, lookup);
  }

  /** Relocates everything. */
  void run() {
    own.vdso(sink);
    List<LinkMap> scope = new ArrayList<>();
    for (ScopeMember member : members) {
      scope.add(member.object);
    }
    List<LinkMap> order = DependencyOrder.relocation(scope);
    for (LinkMap object : order) {
      if (!object.loaderItself) {
        relocate(members.get(object.index));
      }
    }
    for (ScopeMember member : members) {
      if (member.object.loaderItself) {
        own.again(member, members.getFirst(), lookup, sink);
      }
    }
    for (ScopeMember member : members) {
      if ("libc.so.6".equals(member.object.image.name())) {
        own.earlyInit(member, lookup, sink);
      }
    }
    for (LinkMap object : order) {
      if (!object.loaderItself && object.deferred > 0) {
        deferred(members.get(object.index));
      }
    }
  }

  List<LoadPlan.Undefined> undefined() {
    return List.copyOf(undefined);
  }

  /** {@return whether a symbol is undefined that is asked for at start, not at a first call} */
  boolean undefinedAtStart() {
    return undefinedAtStart;
  }

  /** {@return whether more symbols are undefined than are listed} */
  boolean undefinedCut() {
    return undefinedCut;
  }

  List<ScopeMember> members() {
    return members;
  }

  private static boolean lazy(LinkMap object, boolean now) {
    ElfTables tables = object.tables;
    return tables != null && !now && !tables.bindNow();
  }

  static boolean symbolic(LinkMap object) {
    // The kernel maps the program; only ld.so's own mapping looks at DF_SYMBOLIC.
    return !object.program && (object.flags() & ElfTables.DF_SYMBOLIC) != 0;
  }

  private void relocate(ScopeMember from) {
    LinkMap object = from.object;
    ElfTables tables = object.tables;
    if (tables == null) {
      return;
    }
    LibraryRequests known = known(from);
    from.requests = known;
    if (known != null) {
      libraries.relocate(from, known.atStart(from.symbols, tables));
      return;
    }
    Symbols symbols = from.symbols;
    Entries entries = tables.entries();
    int[] types = entries.type();
    int[] wanted = entries.symbol();
    int machine = tables.elfMachine();
    int lazyFrom = lazy(object, now) ? entries.pltFrom() : entries.count();
    boolean symbolic = symbolic(object);
    int lastSymbol = -1;
    int lastClass = -1;
    for (int i = 0; i < entries.count() && !lookup.budget.exhausted(); i++) {
      int type = types[i];
      if (i >= lazyFrom && LookupClass.deferrable(machine, type)) {
        object.deferred++;
        continue;
      }
      int symbol = wanted[i];
      int lookupClass = LookupClass.of(machine, type);
      if (lookupClass < 0 || bindsLocally(symbols, symbol)) {
        continue;
      }
      boolean cached = symbol == lastSymbol && lookupClass == lastClass;
      if (cached) {
        object.cachedLookups++;
      } else {
        lastSymbol = symbol;
        lastClass = lookupClass;
        lookup.find(from, symbol, lookupClass, symbolic);
        object.lookups++;
        object.probes += lookup.probes;
        count(from, symbol);
      }
      if (sink != null) {
        emit(sink, from, symbol, lookupClass, cached);
      }
      resolve();
    }
  }

  /** The resolver of a function that the last look-up found runs at once. */
  void resolve() {
    ScopeMember answer = lookup.answer;
    if (answer != null && answer.symbols.type(lookup.answerSymbol) == Symbols.IFUNC) {
      own.resolve(answer, lookup.answerSymbol, sink);
    }
  }

  /** {@return what a library asks for, where other programs that load it were seen before} */
  private @Nullable LibraryRequests known(ScopeMember from) {
    LinkMap object = from.object;
    return sink != null || object.program || symbolic(object)
        ? null
        : LibraryRequests.of(from, lazy(object, now));
  }

  /**
   * What an object's relocations would cost if it were linked otherwise.
   *
   * @param droppedSlots PLT slots that would not exist
   * @param interposed look-ups of own functions that another object answers today
   */
  record Trial(long lookups, long probes, long deferred, long droppedSlots, long interposed) {}

  boolean now() {
    return now;
  }

  /**
   * Relocates an object once more, for its counters alone.
   *
   * @param ownFunctions the linker bound its functions itself (-Bsymbolic-functions)
   * @param lazily calls are left for later whatever its flags say
   */
  Trial trial(ScopeMember from, boolean ownFunctions, boolean lazily) {
    ElfTables tables = from.object.tables;
    if (tables == null) {
      return new Trial(0, 0, 0, 0, 0);
    }
    Symbols symbols = from.symbols;
    Entries entries = tables.entries();
    boolean symbolic = symbolic(from.object);
    int lazyFrom = lazily || lazy(from.object, now) ? entries.pltFrom() : entries.count();
    long lookups = 0;
    long probes = 0;
    long deferred = 0;
    long dropped = 0;
    long interposed = 0;
    int lastSymbol = -1;
    int lastClass = -1;
    for (int i = 0; i < entries.count(); i++) {
      int symbol = entries.symbol()[i];
      int type = entries.type()[i];
      int lookupClass = LookupClass.of(tables.elfMachine(), type);
      boolean slot = LookupClass.deferrable(tables.elfMachine(), type);
      boolean local = lookupClass < 0 || bindsLocally(symbols, symbol);
      if (ownFunctions
          && !local
          && symbols.defined(symbol)
          && symbols.type(symbol) == Symbols.FUNCTION
          && symbols.visibility(symbol) == Symbols.DEFAULT) {
        dropped += slot ? 1 : 0;
        lookup.find(from, symbol, lookupClass, symbolic);
        interposed += lookup.answer != null && lookup.answer != from ? 1 : 0;
        continue;
      }
      if (i >= lazyFrom && slot) {
        deferred++;
      } else if (!local && (symbol != lastSymbol || lookupClass != lastClass)) {
        lastSymbol = symbol;
        lastClass = lookupClass;
        lookup.find(from, symbol, lookupClass, symbolic);
        lookups++;
        probes += lookup.probes;
      }
    }
    return new Trial(lookups, probes, deferred, dropped, interposed);
  }

  static boolean bindsLocally(Symbols symbols, int symbol) {
    if (symbol <= 0 || symbol >= symbols.count()) {
      return true;
    }
    int visibility = symbols.visibility(symbol);
    return symbols.binding(symbol) == Symbols.LOCAL
        || visibility == Symbols.HIDDEN
        || visibility == Symbols.INTERNAL;
  }

  void count(ScopeMember from, int symbol) {
    ScopeMember answer = lookup.answer;
    if (answer != null) {
      int to = answer.object.index;
      from.answeredLookups[to]++;
      from.answeredProbes[to] += lookup.probes;
    } else if (from.symbols.binding(symbol) != Symbols.WEAK) {
      undefinedAtStart = true;
      undefined(from, symbol);
    }
  }

  private void undefined(ScopeMember from, int symbol) {
    if (undefined.size() == LoadPlan.MOST_UNDEFINED) {
      undefinedCut = true;
      return;
    }
    lookup.budget.keep(from.symbols.nameLength(symbol));
    if (!lookup.budget.exhausted()) {
      undefined.add(
          new LoadPlan.Undefined(from.symbols.name(symbol), lookup.version(), from.object.path));
    }
  }

  /** {@return whether the look-ups were cut: then no count of them is known} */
  boolean cut() {
    return lookup.budget.exhausted();
  }

  private void emit(
      Binding.Sink to, ScopeMember from, int symbol, int lookupClass, boolean cached) {
    lookup.budget.spend(from.symbols.nameLength(symbol));
    if (lookup.budget.exhausted()) {
      return;
    }
    ScopeMember answer = lookup.answer;
    to.accept(
        new Binding(
            from.object.path,
            answer == null ? null : answer.object.path,
            from.symbols.name(symbol),
            lookup.version(),
            kind(from, symbol, lookupClass),
            cached ? 0 : lookup.probes,
            cached));
  }

  private String kind(ScopeMember from, int symbol, int lookupClass) {
    boolean weak = from.symbols.binding(symbol) == Symbols.WEAK;
    if (lookup.answer == null) {
      return weak ? "weak" : "undefined";
    }
    if ((lookupClass & LookupClass.COPY) != 0) {
      return "copy";
    }
    if (from.symbols.visibility(symbol) == Symbols.PROTECTED) {
      return "protected";
    }
    if (lookup.answeredUnique()) {
      return "unique";
    }
    return weak ? "weak" : "normal";
  }

  /** What the first calls would look up: not part of the start, and yet it may be undefined. */
  private void deferred(ScopeMember from) {
    ElfTables tables = from.object.tables;
    if (tables == null) {
      return;
    }
    LibraryRequests known = from.requests;
    if (known != null) {
      libraries.deferred(from, known.later(from.symbols, tables));
      return;
    }
    Entries entries = tables.entries();
    boolean symbolic = symbolic(from.object);
    for (int i = entries.pltFrom(); i < entries.count() && !cut(); i++) {
      int symbol = entries.symbol()[i];
      if (!LookupClass.deferrable(tables.elfMachine(), entries.type()[i])
          || bindsLocally(from.symbols, symbol)) {
        continue;
      }
      lookup.find(from, symbol, LookupClass.PLT, symbolic);
      countLater(from, symbol);
    }
  }

  void countLater(ScopeMember from, int symbol) {
    ScopeMember answer = lookup.answer;
    if (answer != null) {
      from.answeredLater[answer.object.index] = true;
    } else if (from.symbols.binding(symbol) != Symbols.WEAK) {
      undefined(from, symbol);
    }
  }
}
