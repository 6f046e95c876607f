package dev.binspect.load.elf;

import java.util.List;

/**
 * How much may be done for one start's look-ups: symbols that share one endless name, or one chain
 * of a hash table, make it the product of what the file holds.
 */
final class LookupBudget {
  private static final long FREE = 100_000_000;
  private static final int PER_BYTE = 32;

  /** An undefined symbol's name is kept as text. */
  private static final int KEPT = 64;

  private long left;

  /**
   * @param members whose look-ups it is for: what they hold is what honest ones cost
   */
  LookupBudget(List<ScopeMember> members) {
    left = FREE;
    for (ScopeMember member : members) {
      left += (long) PER_BYTE * member.symbols.strings().length;
      left += (long) PER_BYTE * 24 * member.symbols.count();
    }
  }

  /** Counts steps of a chain, objects asked or bytes of names. */
  void spend(long steps) {
    left -= steps;
  }

  /** Counts a name that is made text. */
  void keep(long bytes) {
    left -= KEPT * bytes;
  }

  /** {@return whether nothing is left: what was found out is not the whole} */
  boolean exhausted() {
    return left < 0;
  }
}
