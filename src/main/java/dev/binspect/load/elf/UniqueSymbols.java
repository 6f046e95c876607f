package dev.binspect.load.elf;

import java.util.HashMap;
import java.util.Map;

/**
 * Who defines each unique symbol (STB_GNU_UNIQUE): the first object that is found to define one
 * defines it for all (dl-lookup.c: do_lookup_unique).
 */
final class UniqueSymbols {
  /** A symbol of an object's table. */
  record Definition(ScopeMember member, int symbol) {}

  private final Map<String, Definition> first = new HashMap<>();

  /** {@return who defines what was found, from now on} */
  Definition of(WantedSymbol wanted, ScopeMember member, int found) {
    boolean copy = (wanted.lookupClass & LookupClass.COPY) != 0;
    wanted.budget.spend(8L * member.symbols.nameLength(found));
    String name = member.symbols.name(found);
    Definition here = new Definition(member, found);
    Definition known = first.get(name);
    if (known == null) {
      // What is copied into the program is the program's.
      first.put(name, copy ? new Definition(wanted.asking, wanted.symbol) : here);
      return here;
    }
    return copy ? here : known;
  }
}
