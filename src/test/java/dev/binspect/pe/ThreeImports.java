package dev.binspect.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.binspect.image.Image;
import dev.binspect.image.PeTables;

/** An import table to put into odd places, and the check that it was read there. */
final class ThreeImports {
  private ThreeImports() {}

  /**
   * One descriptor at {@code rva} of {@code a.dll} with two functions by name and one by number 7.
   */
  static PeFile.Block block(int rva) {
    return new PeFile.Block()
        .u32(rva + 0x40, 0, 0, rva + 0x80, rva + 0x60)
        .u32(0, 0, 0, 0, 0)
        .at(0x40)
        .u32(rva + 0x90, 0x80000007L, rva + 0xa0, 0)
        .at(0x60)
        .u32(rva + 0x90, 0x80000007L, rva + 0xa0, 0)
        .at(0x80)
        .text("a.dll")
        .at(0x90)
        .u16(0)
        .text("one")
        .at(0xa0)
        .u16(0)
        .text("two")
        .at(0xb0);
  }

  static void areIn(Image image) {
    assertThat(image.imports()).isNotNull();
    assertThat(image.imports().byLibrary()).containsExactly(entry("a.dll", 3L));
    assertThat(((PeTables) image.tables()).imports())
        .containsExactly(
            new PeTables.Import("a.dll", "one", -1, false),
            new PeTables.Import("a.dll", null, 7, false),
            new PeTables.Import("a.dll", "two", -1, false));
    assertThat(image.relocations().byTable()).containsEntry("import", 3L);
  }
}
