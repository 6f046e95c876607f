package dev.binspect.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import org.junit.jupiter.api.Test;

/** What Windows' loader changes in memory before it reads the imports there. */
class PeMovedImageTest {
  /** From 0xffff0000 to 0x10000. */
  private static final long DELTA = 0x20000;

  private static final int HIGH = 0x1000;
  private static final int LOW = 0x2000;
  private static final int HIGHLOW = 0x3000;
  private static final int HIGHADJ = 0x4000;
  private static final int JMPADDR = 0x5000;
  private static final int DIR64 = 0xa000;

  private static Image read(PeFile file) throws MalformedException {
    return PeReader.read(Bytes.of("zoo.exe", file.build()));
  }

  private static PeFile program(boolean plus) {
    PeFile file = new PeFile(plus);
    file.imageBase = plus ? 0xffff_8000_0000_0000L : 0xffff0000L;
    file.dllCharacteristics = 0x100;
    return file;
  }

  /** The import table at 0x1000, its relocations at 0x2000. */
  private static PeFile tables(PeFile file, byte[] imports, byte[] relocations) {
    return file.section(".data", 0x1000, imports.length, 0x400, imports, PeFile.DATA)
        .section(".reloc", 0x2000, relocations.length, 0x800, relocations, PeFile.RDATA)
        .directory(1, 0x1000, 40)
        .directory(5, 0x2000, relocations.length);
  }

  /** {@link ThreeImports} with names that relocations must first bring into the image. */
  private static byte[] imports(long away) {
    byte[] data = ThreeImports.block(0x1000).bytes();
    long[] library = {0x1080 - away};
    long[] function = {0x1090 - away};
    System.arraycopy(new PeFile.Block().u32(library).bytes(), 0, data, 12, 4);
    System.arraycopy(new PeFile.Block().u32(function).bytes(), 0, data, 0x40, 4);
    return data;
  }

  @Test
  void importsAreReadAsRelocationsMakeThem() throws MalformedException {
    byte[] relocations =
        new PeFile.Block().u32(0x1000, 12).u16(HIGHLOW | 12, HIGHLOW | 0x40).bytes();
    Image image = read(tables(program(false), imports(DELTA), relocations));
    ThreeImports.areIn(image);
    assertThat(image.relocations().byTable()).containsEntry("base", 2L);
    assertThat(image.notes()).extracting(Note::code).containsExactly("moved");
    assertThat(((PeTables) image.tables()).details().moved()).isTrue();
  }

  @Test
  void relocationsMakeRelocations() throws MalformedException {
    byte[] relocations =
        new PeFile.Block()
            .u32(0x2000, 12)
            .u16(HIGHLOW | 16, 0) // the next block's size
            .u32(0x1000, 12 - DELTA)
            .u16(HIGHLOW | 12, HIGHLOW | 0x40)
            .bytes();
    Image image = read(tables(program(false), imports(DELTA), relocations));
    ThreeImports.areIn(image);
    assertThat(image.relocations().byType()).containsEntry("IMAGE_REL_BASED_HIGHLOW", 3L);
  }

  @Test
  void eachTypeChangesWhatItShould() throws MalformedException {
    byte[] data = ThreeImports.block(0x1000).bytes();
    byte[] words =
        new PeFile.Block()
            .u16(0x1111 - 2, 0x2222) // HIGH: the upper half of the delta
            .u16(0x3333) // LOW: its lower half, which is nothing
            .u16(0x4444 - 2) // HIGHADJ: its lower half follows in the table
            .u32(0xfc001000L) // JMPADDR: a word address in 26 bits
            .u32(0x66666666L - DELTA, 0x77777777L) // DIR64
            .bytes();
    byte[] all = java.util.Arrays.copyOf(data, data.length + words.length);
    System.arraycopy(words, 0, all, data.length, words.length);
    int at = data.length;
    byte[] relocations =
        new PeFile.Block()
            .u32(0x1000, 8 + 14)
            .u16(HIGH | at, LOW | at + 4, HIGHADJ | at + 6, 0x7000, JMPADDR | at + 8)
            .u16(DIR64 | at + 12, 0x6000 | at)
            .bytes();
    PeFile file = tables(program(false), all, relocations);
    PeMemory memory =
        PeMemory.map(bytes(file), PeHeader.read(bytes(file), new java.util.ArrayList<>()));
    PeMemory moved = PeMovedImage.of(memory, new java.util.ArrayList<>());
    long there = 0x1000 + at;
    assertThat(moved.u32(there, "")).isEqualTo(0x22221111L);
    assertThat(moved.u16(there + 4, "")).isEqualTo(0x3333);
    assertThat(moved.u16(there + 6, "")).isEqualTo(0x4444);
    assertThat(moved.u32(there + 8, "")).isEqualTo(0xfc009000L);
    assertThat(moved.u64(there + 12, "")).isEqualTo(0x7777777766666666L);
    assertThat(memory.u32(there, "")).isEqualTo(0x2222110fL);
  }

  private static Bytes bytes(PeFile file) {
    return Bytes.of("zoo.exe", file.build()).order(true);
  }

  @Test
  void a64BitProgramOfTheUpperHalfMovesToo() throws MalformedException {
    byte[] data =
        new PeFile.Block()
            .u32(0x1040, 0, 0, 0x1080, 0x1060)
            .u32(0, 0, 0, 0, 0)
            .at(0x40)
            .u64(0x1090 - 0x0000_8000_0001_0000L, 0)
            .at(0x60)
            .u64(0x1090, 0)
            .at(0x80)
            .text("a.dll")
            .at(0x90)
            .u16(0)
            .text("one")
            .bytes();
    byte[] relocations = new PeFile.Block().u32(0x1000, 12).u16(DIR64 | 0x40, 0).bytes();
    Image image = read(tables(program(true), data, relocations));
    assertThat(((PeTables) image.tables()).imports())
        .containsExactly(new PeTables.Import("a.dll", "one", -1, false));
  }

  @Test
  void theHeaderThatIsFoundAfterwardsNamesTheImports() throws MalformedException {
    PeFile file = lowAligned();
    Image image = read(file.put(0x20080, header(0x400)));
    ThreeImports.areIn(image);
    assertThat(image.relocations().byTable()).containsEntry("base", 1L);
    assertThat(image.needed()).hasSize(1);
  }

  @Test
  void whereItNamesNoneThoseOfTheFilesHeaderAreTaken() throws MalformedException {
    PeFile file = lowAligned().directory(1, 0x400, 40);
    ThreeImports.areIn(read(file.put(0x20080, header(0))));
  }

  /** Mapped as it is, so that e_lfanew can be relocated: to a header at 0x20080. */
  private static PeFile lowAligned() {
    PeFile file = program(false);
    file.sectionAlignment = 0x200;
    file.sizeOfImage = 0x21000;
    byte[] relocations = new PeFile.Block().u32(0, 12).u16(HIGHLOW | 0x3c, 0).bytes();
    return file.put(0x400, ThreeImports.block(0x400).bytes())
        .put(0x800, relocations)
        .put(0x900, ThreeImports.block(0x910).bytes())
        .directory(1, 0x910, 40) // no table: a decoy
        .directory(5, 0x800, 12);
  }

  private static byte[] header(int imports) {
    return new PeFile.Block()
        .u32(0x4550)
        .at(24)
        .u16(0x10b)
        .at(24 + 92)
        .u32(2, 0, 0, imports, 40)
        .at(0x180)
        .bytes();
  }

  @Test
  void whatMayMoveOrStayIsReadAsItStands() throws MalformedException {
    byte[] relocations = new PeFile.Block().u32(0x1000, 12).u16(HIGHLOW | 12, 0).bytes();
    for (int i = 0; i < 5; i++) {
      PeFile file = program(false);
      switch (i) {
        case 0 -> file.imageBase = 0x400000; // is free
        case 1 -> file.dllCharacteristics |= 0x40; // goes anywhere
        case 2 -> file.characteristics |= 0x2000; // a DLL does
        case 3 -> file.characteristics |= 1; // cannot move
        default -> file.subsystem = 1; // the kernel has those addresses
      }
      byte[] data = ThreeImports.block(0x1000).bytes();
      Image image = read(tables(file, data, relocations));
      ThreeImports.areIn(image);
      assertThat(((PeTables) image.tables()).details().moved()).isFalse();
    }
  }

  @Test
  void aLargeAddressAwareProgramHasFourGiBAndAnOtherTwo() throws MalformedException {
    for (boolean large : new boolean[] {false, true}) {
      PeFile file = program(false);
      file.imageBase = 0x90000000L;
      file.characteristics = large ? 0x22 : 2;
      byte[] relocations = new PeFile.Block().u32(0x1080, 12).u16(0, 0).bytes();
      Image image = read(tables(file, ThreeImports.block(0x1000).bytes(), relocations));
      assertThat(((PeTables) image.tables()).details().moved()).isEqualTo(!large);
    }
  }

  @Test
  void theIndexOfTheThreadLocalStorageCutsTheImports() throws MalformedException {
    for (int field : new int[] {12, 16}) {
      byte[] data =
          ThreeImports.block(0x1000)
              .at(20)
              .u32(0x1040, 0, 0, 0x1088, 0x1070)
              .at(0x88)
              .text("b.dll")
              .at(0xc0)
              .u32(0, 0, 0x400000 + 0x1000 + 20 + field, 0)
              .bytes();
      Image image =
          read(new PeFile(false).data(data).directory(1, 0x1000, 40).directory(9, 0x10c0, 24));
      ThreeImports.areIn(image);
      assertThat(image.notes()).extracting(Note::code).containsExactly("imports-cut");
    }
  }

  @Test
  void whatIsNoTableOfAProgramThatNeverMovesHidesNothing() throws MalformedException {
    byte[] data = ThreeImports.block(0x1000).bytes();
    for (int i = 0; i < 3; i++) {
      PeFile file = new PeFile(false).data(data).directory(1, 0x1000, 40);
      file.dllCharacteristics = 0x100;
      if (i == 2) {
        file.characteristics |= 0x2001; // a DLL without relocations
      }
      file.directory(5, i == 0 ? 0xffffffffL : 0x1000, i == 0 ? 0xffffffffL : 0x3000);
      Image image = read(file);
      ThreeImports.areIn(image);
      assertThat(image.relocations().byTable()).containsExactly(entry("import", 3L));
      assertThat(image.notes()).extracting(Note::code).containsExactly("relocations-ignored");
    }
  }

  @Test
  void aDelayDirectoryThatPointsNowhereDelaysNothing() throws MalformedException {
    byte[] data = ThreeImports.block(0x1000).bytes();
    Image image =
        read(
            new PeFile(false)
                .data(data)
                .directory(1, 0x1000, 40)
                .directory(13, 0xffffffffL, 0xffffffffL));
    ThreeImports.areIn(image);
    assertThat(image.notes()).extracting(Note::code).containsExactly("damaged");
  }
}
