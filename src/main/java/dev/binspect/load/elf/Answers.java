package dev.binspect.load.elf;

import dev.binspect.image.Symbols;

/**
 * What one object answers of a library's look-ups ({@link Requests}), whoever else would answer
 * them.
 *
 * @param plain those it answers plainly, by their place in the list
 * @param special those it answers by a symbol with rules of its own
 */
record Answers(long[] plain, long[] special) {
  /**
   * {@return what an object answers}
   *
   * @param among the look-ups to make
   * @param wanted with which they are made
   */
  static Answers of(
      ScopeMember from, Requests requests, ScopeMember member, long[] among, WantedSymbol wanted) {
    long[] plain = requests.bits();
    long[] special = requests.bits();
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
      if (wanted.budget.exhausted()) {
        break;
      }
      int symbol = requests.symbol[i];
      int version = from.versionIndex(symbol);
      wanted.set(from, symbol, h, from.versionHash(version), from.versionName(version));
      wanted.lookupClass = requests.lookupClass[i];
      wanted.spend();
      int found = wanted.in(member);
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
    return new Answers(plain, special);
  }

  boolean none() {
    return Requests.isEmpty(plain) && Requests.isEmpty(special);
  }

  /** Takes what is answered out of the open look-ups. {@return how many plain answers} */
  int take(long[] open, long[] others) {
    int found = 0;
    for (int w = 0; w < open.length; w++) {
      long answered = open[w] & plain[w];
      long other = open[w] & special[w];
      found += Long.bitCount(answered);
      others[w] |= other;
      open[w] &= ~(answered | other);
    }
    return found;
  }
}
