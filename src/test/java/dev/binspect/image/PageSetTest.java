package dev.binspect.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageSetTest {
  private static final long KNOWN = 0x9e3779b97f4a7c15L;

  @Test
  void pagesAreCountedOnceAndFromTheBase() {
    PageSet pages = new PageSet(14, 1 << 20);
    for (long address : new long[] {0, 0x4000, 0x7fff, 0x10_0000, 0x4001, 16}) {
      assertThat(pages.add(address)).isTrue();
    }
    assertThat(pages.pages(0).ascending()).containsExactly(0, 1, 64);
    assertThat(pages.pages(0x4000).ascending()).containsExactly(-1, 0, 63);
  }

  @Test
  void morePagesThanTheFileCanHaveAreRefused() {
    PageSet pages = new PageSet(12, 1024);
    for (long i = 1; i <= 65_537; i++) {
      assertThat(pages.add(i << 12)).isTrue();
    }
    assertThat(pages.add(70_000L << 12)).isFalse();
    assertThat(pages.add(5L << 12)).isTrue();
    assertThat(pages.pages(0).count()).isEqualTo(65_537);
  }

  /** With a multiplier that is known, as many as one likes share a slot: these would not end. */
  @Test
  void pagesMadeToShareOneSlotAreCountedLikeAnyOthers() {
    PageSet pages = new PageSet(12, 1L << 40);
    int made = 0;
    // Short vectors of the lattice of all pairs (page, page times the multiplier).
    for (long i = -500; i <= 500; i++) {
      for (long j = -500; j <= 500; j++) {
        long page = -724_275_069_079L * i - 3_984_998_487_471L * j;
        if (page > 0 && page < 1L << 52 && page * KNOWN >>> 32 == 0) {
          assertThat(pages.add(page << 12)).isTrue();
          made++;
        }
      }
    }
    assertThat(made).isGreaterThan(100_000);
    assertThat(pages.pages(0).count()).isEqualTo(made);
  }

  @Test
  void pagesOfAnotherSizeAreOthers() {
    WrittenPages pages = new WrittenPages(12, new long[] {3, 1});
    assertThat(pages).isEqualTo(new WrittenPages(12, new long[] {1, 3}));
    assertThat(pages).isNotEqualTo(new WrittenPages(14, new long[] {1, 3}));
    assertThat(pages).isNotEqualTo(new WrittenPages(12, new long[] {1, 4}));
  }
}
