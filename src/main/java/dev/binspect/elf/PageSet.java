package dev.binspect.elf;

import dev.binspect.image.WrittenPages;

/** A set of page numbers. Relocations come mostly sorted, so the last page is asked first. */
final class PageSet {
  /** Bits of an address within a 4 KiB page. */
  private static final int SHIFT = 12;

  private long[] slots = new long[256];
  private int count;
  private boolean zero;
  private long last = -1;

  void addAddress(long address) {
    long page = address >>> SHIFT;
    if (page != last) {
      last = page;
      add(page);
    }
  }

  private void add(long page) {
    if (page == 0) {
      zero = true;
      return;
    }
    int mask = slots.length - 1;
    int i = slot(page, mask);
    while (slots[i] != 0) {
      if (slots[i] == page) {
        return;
      }
      i = (i + 1) & mask;
    }
    slots[i] = page;
    if (++count > slots.length >> 1) {
      grow();
    }
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    int mask = slots.length - 1;
    for (long page : old) {
      if (page != 0) {
        int i = slot(page, mask);
        while (slots[i] != 0) {
          i = (i + 1) & mask;
        }
        slots[i] = page;
      }
    }
  }

  private static int slot(long page, int mask) {
    long h = page * 0x9e3779b97f4a7c15L;
    return (int) (h >>> 32) & mask;
  }

  /** {@return the pages, in no order} */
  WrittenPages pages() {
    long[] pages = new long[zero ? count + 1 : count];
    int n = zero ? 1 : 0; // page 0 comes first
    for (long page : slots) {
      if (page != 0) {
        pages[n++] = page;
      }
    }
    return new WrittenPages(SHIFT, pages);
  }
}
