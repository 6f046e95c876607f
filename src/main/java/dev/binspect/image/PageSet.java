package dev.binspect.image;

/**
 * Distinct pages by address. Relocations come in runs of one page, so the hash table is asked only
 * when the page changes.
 */
public final class PageSet {
  /** Another one in each process: whoever makes a file cannot choose pages that share a slot. */
  private static final long MULTIPLIER = (System.nanoTime() * 0x9e3779b97f4a7c15L) | 1;

  private final int shift;
  private final long limit;
  private long[] slots = new long[64];
  private int size;
  private boolean zero;
  private long last;
  private boolean any;

  /**
   * @param shift log2 of the page size
   * @param fileLength bytes of the file: a sound one has relocations for so many pages at most
   */
  public PageSet(int shift, long fileLength) {
    this.shift = shift;
    this.limit = (fileLength >>> 10) + 65_536;
  }

  /** {@return whether there was room: false once there are more pages than the limit} */
  public boolean add(long address) {
    long page = address >>> shift;
    if (any && page == last) {
      return true;
    }
    any = true;
    last = page;
    if (page == 0) {
      zero = true;
      return true;
    }
    int mask = slots.length - 1;
    int at = hash(page) & mask;
    while (slots[at] != 0) {
      if (slots[at] == page) {
        return true;
      }
      at = (at + 1) & mask;
    }
    if (size >= limit) {
      return false;
    }
    slots[at] = page;
    size++;
    if (size * 2 > slots.length) {
      grow();
    }
    return true;
  }

  /**
   * {@return the pages, in no order}
   *
   * @param base the address that counts as 0
   */
  public WrittenPages pages(long base) {
    long[] pages = new long[zero ? size + 1 : size];
    long first = base >>> shift;
    int n = 0;
    if (zero) {
      pages[n++] = -first;
    }
    for (long page : slots) {
      if (page != 0) {
        pages[n++] = page - first;
      }
    }
    return new WrittenPages(shift, pages);
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    int mask = slots.length - 1;
    for (long page : old) {
      if (page != 0) {
        int at = hash(page) & mask;
        while (slots[at] != 0) {
          at = (at + 1) & mask;
        }
        slots[at] = page;
      }
    }
  }

  private static int hash(long page) {
    long h = page * MULTIPLIER;
    h ^= h >>> 32;
    h *= 0x9e3779b97f4a7c15L;
    return (int) (h >>> 33);
  }
}
