package dev.binspect.load.elf;

import dev.binspect.image.ElfTables.GnuHash;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which objects of a scope have a symbol of some hash, in the scope's order. A look-up asks one
 * object after the other; of a hundred, all but one or two have nothing to say, and here they need
 * not be asked to be counted. Who stands here may still not answer: what the hash table leads to
 * decides.
 */
final class ScopeIndex {
  /** Symbols that are indexed at most: 12 MB. */
  private static final int MOST = 1 << 19;

  private static final int SIZE = 4;
  private static final int PLACE = 1;
  private static final int NEXT = 2;

  /** Another one in each process: whoever makes a file cannot choose hashes that share a slot. */
  private static final int MULTIPLIER = (int) System.nanoTime() * 0x9e3779b9 | 1;

  /** By a part of the hash: the first entry, 0 for none. */
  private final int[] heads;

  private final int shift;

  /**
   * Four numbers an entry, side by side in the processor's cache: the hash without its last bit,
   * the object's place, the next entry of the same slot, nothing.
   */
  private final int[] entries;

  /** Places of the objects that have an old hash table only, and are always asked. */
  private final int[] always;

  private int entry;
  private int old;

  private ScopeIndex(ScopeMember[] scope, int symbols) {
    int bits = 32 - Integer.numberOfLeadingZeros(Math.max(1, symbols));
    this.heads = new int[1 << bits];
    this.shift = 32 - bits;
    this.entries = new int[(symbols + 1) * SIZE];
    int[] places = new int[scope.length];
    int olds = 0;
    for (int i = 0; i < scope.length; i++) {
      if (scope[i].sysv != null) {
        places[olds++] = i;
      }
    }
    this.always = Arrays.copyOf(places, olds);
    int n = 0;
    // The last first: each is put before those behind it.
    for (int i = scope.length - 1; i >= 0; i--) {
      GnuHash gnu = scope[i].gnu;
      if (gnu != null) {
        n = add(gnu.chain(), i, n);
      }
    }
  }

  private int add(int[] chain, int at, int last) {
    int n = last;
    for (int link : chain) {
      int wanted = link >>> 1;
      int slot = wanted * MULTIPLIER >>> shift;
      int head = heads[slot];
      if (head == 0 || entries[head] != wanted || entries[head + PLACE] != at) {
        n += SIZE;
        entries[n] = wanted;
        entries[n + PLACE] = at;
        entries[n + NEXT] = head;
        heads[slot] = n;
      }
    }
    return n;
  }

  /** {@return the symbols that an index of a scope would hold} */
  static long symbols(ScopeMember[] scope) {
    long symbols = 0;
    for (ScopeMember member : scope) {
      symbols += member.gnu == null ? 0 : member.gnu.chain().length;
    }
    return symbols;
  }

  /** {@return the index, or null where it would be too large} */
  static @Nullable ScopeIndex of(ScopeMember[] scope) {
    long symbols = symbols(scope);
    return symbols > MOST ? null : new ScopeIndex(scope, (int) symbols);
  }

  /** Begins to walk over the objects that may have a symbol of a hash. */
  void begin(int hash) {
    entry = skip(heads[(hash >>> 1) * MULTIPLIER >>> shift], hash >>> 1);
    old = 0;
  }

  /** {@return the place of the next one in the scope's order, or -1} */
  int next() {
    if (entry == 0) {
      return old < always.length ? always[old++] : -1;
    }
    int place = entries[entry + PLACE];
    if (old < always.length && always[old] < place) {
      return always[old++];
    }
    entry = skip(entries[entry + NEXT], entries[entry]);
    return place;
  }

  private int skip(int from, int wanted) {
    int at = from;
    while (at != 0 && entries[at] != wanted) {
      at = entries[at + NEXT];
    }
    return at;
  }
}
