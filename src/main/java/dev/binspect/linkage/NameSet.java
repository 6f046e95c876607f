package dev.binspect.linkage;

/**
 * Symbol names as ranges of a string table, found by their bytes: no text is made of the hundred
 * thousands of names that a large dylib offers.
 */
final class NameSet {
  /** Another one in each process: whoever makes a file cannot choose names that share a slot. */
  private static final long MULTIPLIER = (System.nanoTime() * 0x9e3779b97f4a7c15L) | 1;

  private byte[] strings;

  /** Bytes that {@link #put} has written. */
  private int written;

  private int[] from;
  private int[] to;
  private int[] next;
  private int[] hashes;
  private int[] heads;
  private int count;

  NameSet(byte[] strings, int expected) {
    this.strings = strings;
    int capacity = Math.max(16, expected);
    this.from = new int[capacity];
    this.to = new int[capacity];
    this.next = new int[capacity];
    this.hashes = new int[capacity];
    this.heads = new int[Integer.highestOneBit(Math.max(16, capacity)) * 2];
  }

  /**
   * Makes a set that has a table of its own, which {@link #put} fills.
   *
   * @param expected about so many names; a file may announce more than it has
   */
  NameSet(int expected) {
    this(new byte[Math.clamp(expected * 32L, 64, 1 << 20)], Math.clamp(expected, 16, 1 << 16));
  }

  int size() {
    return count;
  }

  byte[] strings() {
    return strings;
  }

  int from(int i) {
    return from[i];
  }

  int to(int i) {
    return to[i];
  }

  /** Takes a name of this set's own table; one that is there already is not taken again. */
  boolean add(int start, int end) {
    int hash = hash(strings, start, end);
    if (indexOf(strings, start, end, hash) >= 0) {
      return false;
    }
    take(start, end, hash);
    return true;
  }

  /**
   * Takes a name that a NUL ends (or the table does), reading it once.
   *
   * @return where it ends; its complement where the name was there already
   */
  int addTerminated(int start) {
    long hash = 0;
    int end = start;
    while (end < strings.length && strings[end] != 0) {
      hash = hash * MULTIPLIER + strings[end++];
    }
    int mixed = mixed(hash, end - start);
    if (indexOf(strings, start, end, mixed) >= 0) {
      return ~end;
    }
    take(start, end, mixed);
    return end;
  }

  /** {@return whether the name is new: then it is written behind the others of this set's table} */
  boolean put(byte[] name) {
    int hash = hash(name, 0, name.length);
    if (indexOf(name, 0, name.length, hash) >= 0) {
      return false;
    }
    if (name.length > strings.length - written) {
      long more = Math.max(written + (long) name.length, strings.length * 3L / 2);
      strings = java.util.Arrays.copyOf(strings, (int) Math.min(more, Integer.MAX_VALUE - 8));
    }
    System.arraycopy(name, 0, strings, written, name.length);
    take(written, written + name.length, hash);
    written += name.length;
    return true;
  }

  private void take(int start, int end, int hash) {
    if (count == from.length) {
      grow();
    }
    from[count] = start;
    to[count] = end;
    hashes[count] = hash;
    link(count);
    count++;
  }

  private void link(int i) {
    int slot = hashes[i] & (heads.length - 1);
    next[i] = heads[slot];
    heads[slot] = i + 1;
  }

  private void grow() {
    int capacity = count * 2;
    from = java.util.Arrays.copyOf(from, capacity);
    to = java.util.Arrays.copyOf(to, capacity);
    next = java.util.Arrays.copyOf(next, capacity);
    hashes = java.util.Arrays.copyOf(hashes, capacity);
    heads = new int[heads.length * 2];
    for (int i = 0; i < count; i++) {
      link(i);
    }
  }

  boolean contains(byte[] other, int start, int end) {
    return indexOf(other, start, end) >= 0;
  }

  /** {@return the index of the name with these bytes, or -1} */
  int indexOf(byte[] other, int start, int end) {
    return indexOf(other, start, end, hash(other, start, end));
  }

  /** {@return the index of another set's name in this one, or -1} */
  int indexOf(NameSet other, int i) {
    return indexOf(other.strings, other.from[i], other.to[i], other.hashes[i]);
  }

  private int indexOf(byte[] other, int start, int end, int hash) {
    int i = heads[hash & (heads.length - 1)];
    while (i != 0) {
      int at = i - 1;
      if (hashes[at] == hash
          && to[at] - from[at] == end - start
          && java.util.Arrays.equals(strings, from[at], to[at], other, start, end)) {
        return at;
      }
      i = next[at];
    }
    return -1;
  }

  private static int hash(byte[] bytes, int start, int end) {
    long hash = 0;
    for (int i = start; i < end; i++) {
      hash = hash * MULTIPLIER + bytes[i];
    }
    return mixed(hash, end - start);
  }

  private static int mixed(long sum, int length) {
    long hash = sum * MULTIPLIER + length;
    hash ^= hash >>> 32;
    hash *= 0x9e3779b97f4a7c15L;
    return (int) (hash >>> 32);
  }
}
