package dev.binspect.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import dev.binspect.image.Relocations;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files that no linker writes and Windows loads, and some that it refuses. */
class PeZooTest {
  private static Image read(PeFile file) throws MalformedException {
    return PeReader.read(Bytes.of("zoo.exe", file.build()));
  }

  private static PeTables tables(Image image) {
    return (PeTables) image.tables();
  }

  private static Relocations relocations(Image image) {
    Relocations relocations = image.relocations();
    assertThat(relocations).isNotNull();
    return relocations;
  }

  @Test
  void theAddressTableIsTakenWhereTheLookUpTableIsMissingOrBogus() throws MalformedException {
    for (long bogus : new long[] {0, 0x10, 0x7fff0000L}) {
      byte[] data = ThreeImports.block(0x1000).u32(0).bytes();
      byte[] table = new PeFile.Block().u32(bogus).bytes();
      System.arraycopy(table, 0, data, 0, 4);
      ThreeImports.areIn(read(new PeFile(false).data(data).directory(1, 0x1000, 40)));
    }
  }

  @Test
  void aRowWithoutNameOrWithoutAddressTableEndsTheDescriptors() throws MalformedException {
    for (int zero : new int[] {12, 16}) {
      PeFile.Block block = ThreeImports.block(0x1000);
      byte[] data = block.bytes();
      byte[] second = new PeFile.Block().u32(0x1040, 0, 0, 0x1080, 0x1060).bytes();
      System.arraycopy(second, 0, data, 20, 20);
      System.arraycopy(new byte[4], 0, data, 20 + zero, 4);
      ThreeImports.areIn(read(new PeFile(false).data(data).directory(1, 0x1000, 1)));
    }
  }

  @Test
  void aDllOfWhichNothingIsImportedMayHaveAnyName() throws MalformedException {
    PeFile.Block block =
        new PeFile.Block()
            .u32(0, 0, 0, 0x1100, 0x10f0) // an empty table, and a name without end
            .u32(0x1040, 0, 0, 0x1080, 0x1060);
    byte[] table = ThreeImports.block(0x1000).bytes();
    byte[] data = new byte[0x2200];
    Arrays.fill(data, 0x100, data.length, (byte) ' ');
    System.arraycopy(table, 0x40, data, 0x40, table.length - 0x40);
    System.arraycopy(block.bytes(), 0, data, 0, 40);
    Image image = read(new PeFile(false).data(data).directory(1, 0x1000, 40));
    ThreeImports.areIn(image);
    assertThat(image.notes()).extracting(Note::code).containsExactly("damaged");
  }

  @Test
  void delayImportsOfTheFirstGenerationHoldAddresses() throws MalformedException {
    long base = 0x400000;
    byte[] data =
        new PeFile.Block()
            .u32(0, base + 0x1080, 0, base + 0x1060, base + 0x1040, 0, 0, 0)
            .u32(0, 0, 0, 0, 0, 0, 0, 0)
            .at(0x40)
            .u32(base + 0x1090, 0x80000003L, 0)
            .at(0x60)
            .u32(0, 0, 0)
            .at(0x80)
            .text("lazy.dll")
            .at(0x90)
            .u16(0)
            .text("later")
            .bytes();
    Image image = read(new PeFile(false).data(data).directory(13, 0x1000, 64));
    assertThat(image.needed()).containsExactly(new Needed("lazy.dll", Needed.How.DELAY));
    assertThat(tables(image).imports())
        .containsExactly(
            new PeTables.Import("lazy.dll", "later", -1, true),
            new PeTables.Import("lazy.dll", null, 3, true));
    assertThat(relocations(image).byTable()).containsExactly(entry("delayImport", 2L));
    assertThat(relocations(image).pages()).isZero();
    assertThat(image.hardening().bindNow()).isFalse();
  }

  @Test
  void namesMayHoldAnyByte() throws MalformedException {
    byte[] data = ThreeImports.block(0x1000).at(0x80).text("d\u00e9j\u00e0 vu\u0001.dll").bytes();
    byte[] whole = ThreeImports.block(0x1000).bytes();
    System.arraycopy(data, 0x80, whole, 0x80, data.length - 0x80);
    Image image = read(new PeFile(false).data(whole).directory(1, 0x1000, 40));
    assertThat(image.needed().get(0).name()).isEqualTo("d\u00e9j\u00e0 vu\u0001.dll");
  }

  @Test
  void base64AndDecimalNamesOfSectionsPointIntoTheStringTable() throws MalformedException {
    PeFile file =
        new PeFile(true)
            .section("/4", 0x1000, 16, 0x400, new byte[16], PeFile.DATA)
            .section("//AAAAAE", 0x2000, 16, 0x400, new byte[16], PeFile.DATA)
            .section("/x", 0x3000, 16, 0x400, new byte[16], PeFile.DATA);
    byte[] bytes =
        file.put(0x80 + 12, new PeFile.Block().u32(0x500, 0).bytes())
            .put(0x500, new PeFile.Block().u32(20).text(".a_long_name").bytes())
            .build();
    assertThat(PeReader.read(Bytes.of("x", bytes)).contents().sections())
        .extracting(s -> s.name())
        .containsExactly(".a_long_name", ".a_long_name", "/x");
  }

  @Test
  void relocationsAreCountedByTypeAndPage() throws MalformedException {
    byte[] table =
        new PeFile.Block()
            .u32(0x1000, 16)
            .u16(0x3000 | 8, 0x3000 | 0x10, 0xa000 | 0x20, 0) // and padding
            .u32(0x2000, 14) // a size that is no multiple of four
            .u16(0x4000 | 4, 0x1234, 0x3000 | 0xffe) // HIGHADJ with its second half; over the edge
            .bytes();
    PeFile file =
        new PeFile(false)
            .section(".text", 0x1000, 0x1000, 0x400, new byte[0x200], PeFile.CODE)
            .section(".data", 0x2000, 0x2000, 0x600, new byte[0x200], PeFile.DATA)
            .section(".reloc", 0x4000, table.length, 0x800, table, PeFile.RDATA)
            .directory(5, 0x4000, table.length);
    Relocations r = relocations(read(file));
    assertThat(r.byTable()).containsExactly(entry("base", 5L));
    assertThat(r.byType())
        .containsExactly(
            entry("IMAGE_REL_BASED_HIGHLOW", 3L),
            entry("IMAGE_REL_BASED_HIGHADJ", 1L),
            entry("IMAGE_REL_BASED_DIR64", 1L));
    assertThat(r.byPlace()).containsExactly(entry("data", 2L), entry("text", 3L));
    assertThat(r.pages()).isEqualTo(3);
  }

  @Test
  void typesOfRelocationsAreNamedByTheMachine() throws MalformedException {
    byte[] table = new PeFile.Block().u32(0x1000, 12).u16(0x5000, 0x7000).bytes();
    String[][] names = {
      {"452", "IMAGE_REL_BASED_ARM_MOV32", "IMAGE_REL_BASED_THUMB_MOV32"},
      {"20580", "IMAGE_REL_BASED_RISCV_HIGH20", "IMAGE_REL_BASED_RISCV_LOW12I"},
      {"332", "IMAGE_REL_BASED_MACHINE_SPECIFIC_5", "IMAGE_REL_BASED_MACHINE_SPECIFIC_7"}
    };
    for (String[] row : names) {
      PeFile file = new PeFile(true).data(table).directory(5, 0x1000, 12);
      file.machine = Integer.parseInt(row[0]);
      assertThat(relocations(read(file)).byType().keySet()).containsExactly(row[1], row[2]);
    }
  }

  @Test
  void aBlockThatCannotBeOneHidesTheCount() throws MalformedException {
    byte[] table = new PeFile.Block().u32(0x1000, 10).u16(0x3000).u32(0x2000, 4).bytes();
    Image image = read(new PeFile(false).data(table).directory(5, 0x1000, table.length));
    assertThat(image.relocations()).isNull();
    assertThat(image.notes())
        .singleElement()
        .satisfies(n -> assertThat(n.message()).contains("impossible size 4"));
  }

  @Test
  void aTableThatTheFileCutsOffHidesTheCount() throws MalformedException {
    byte[] table = new PeFile.Block().u32(0x1000, 0x600).at(0x600).bytes();
    PeFile file = new PeFile(false).data(table).directory(5, 0x1000, table.length);
    file.length = 0x700;
    Image image = read(file);
    assertThat(image.relocations()).isNull();
    assertThat(image.notes()).extracting(Note::code).contains("truncated-section", "damaged");
    assertThat(image.imports().count()).isZero();
  }

  @Test
  void directoriesThatPointNowhereHideTheirCounts() throws MalformedException {
    Image image =
        read(new PeFile(true).data(new byte[64]).directory(0, 0x9000, 40).directory(1, 0x9000, 40));
    assertThat(image.exports()).isEqualTo(-1);
    assertThat(image.imports()).isNull();
    assertThat(image.relocations()).isNull();
    assertThat(image.notes()).hasSize(2);
  }

  /** Slots 0, 2 and 3 of five are in use, two have names, slot 3 is forwarded. */
  private static PeFile exports() {
    byte[] data =
        new PeFile.Block()
            .u32(0, 0, 0, 0x1080, 5, 5, 3, 0x1028, 0x1040, 0x1050)
            .at(0x28)
            .u32(0x2000, 0, 0x2010, 0x10a0, 0)
            .at(0x40)
            .u32(0x10b0, 0x10b8, 0x10c0)
            .at(0x50)
            .u16(0, 3, 4)
            .at(0x80)
            .text("own.dll")
            .at(0xa0)
            .text("other.fn")
            .at(0xb0)
            .text("first")
            .at(0xb8)
            .text("fwd")
            .at(0xc0)
            .text("gone")
            .bytes();
    PeFile file = new PeFile(true).data(data).directory(0, 0x1000, data.length);
    file.characteristics |= 0x2000;
    return file;
  }

  @Test
  void holesOfASparseTableAreNoExports() throws MalformedException {
    Image image = read(exports());
    assertThat(image.exports()).isEqualTo(3);
    assertThat(image.name()).isEqualTo("own.dll");
    assertThat(tables(image).exports())
        .containsExactly(
            new PeTables.Export("first", 5, 0x2000, null),
            new PeTables.Export("fwd", 8, 0x10a0, "other.fn"),
            new PeTables.Export(null, 7, 0x2010, null));
  }

  @Test
  void exportsNearAndOverTheLimitAreWarnedOfWithTheirNumber() throws MalformedException {
    for (int count : new int[] {59_999, 60_000, 65_535, 65_536}) {
      PeFile.Block block = new PeFile.Block().u32(0, 0, 0, 0, 1, count, 0, 0x1028, 0, 0);
      for (int i = 0; i < count; i++) {
        block.u32(0x100000);
      }
      byte[] data = block.bytes();
      Image image = read(new PeFile(true).data(data).directory(0, 0x1000, 40));
      assertThat(image.exports()).isEqualTo(count);
      assertThat(tables(image).exports()).hasSize(count);
      assertThat(image.notes())
          .extracting(Note::code)
          .isEqualTo(
              count < 60_000
                  ? List.of()
                  : count > 65_535 ? List.of("exports-over-limit") : List.of("exports-near-limit"));
      assertThat(image.notes()).allSatisfy(n -> assertThat(n.message()).contains("" + count));
    }
  }

  @Test
  void importsThatOverlapDoNotMultiply() throws MalformedException {
    // 3,000 descriptors that all name one table of 3,000 functions.
    PeFile.Block block = new PeFile.Block();
    int rows = 3000;
    int table = 0x1000 + 20 * rows + 20;
    for (int i = 0; i < rows; i++) {
      block.u32(table, 0, 0, table + 8 * rows + 8, table);
    }
    block.at(20 * rows + 20);
    for (int i = 0; i < rows; i++) {
      block.u64(0x8000000000000001L);
    }
    block.u64(0).text("bomb.dll");
    byte[] data = block.bytes();
    Image image = read(new PeFile(true).data(data).directory(1, 0x1000, 20L * rows));
    assertThat(image.imports()).isNull();
    assertThat(image.notes()).anySatisfy(n -> assertThat(n.message()).contains("overlap"));
  }

  @Test
  void aDotNetImageIsKnownAsSuch() throws MalformedException {
    byte[] data =
        new PeFile.Block()
            .u32(72, 0x50002, 0x1048, 0x40, 1)
            .at(0x48)
            .u32(0x424a5342, 0x10001, 0, 12)
            .text("v4.0.30319")
            .bytes();
    Image image = read(new PeFile(false).data(data).directory(14, 0x1000, 72));
    assertThat(image.hardening().more())
        .containsEntry("managed", true)
        .containsEntry("ilOnly", true);
    assertThat(image.producers()).containsExactly("linker 14.36", ".NET metadata v4.0.30319");
    assertThat(image.linking().key()).isEqualTo("dynamic");
  }

  @Test
  void theRichHeaderNamesTheToolsAndTheLinkersBuild() throws MalformedException {
    int key = 0x5eed5eed;
    byte[] rich =
        new PeFile.Block()
            .u32(0x536e6144 ^ key, key, key, key)
            .u32((0x105 << 16 | 32532) ^ key, 7 ^ key)
            .u32((0x102 << 16 | 32533) ^ key, 1 ^ key)
            .u32(0x68636952, key)
            .bytes();
    PeFile file = new PeFile(true).data(new byte[16]).put(0x80, rich);
    file.lfanew = 0xc0;
    assertThat(read(file).producers())
        .containsExactly("Microsoft linker 14.36.32533", "Microsoft C++ compiler build 32532 (7)");
  }

  @Test
  void theOldDebugRecordGivesSignatureAndAge() throws MalformedException {
    byte[] data =
        new PeFile.Block()
            .u32(0, 0, 0, 2, 0x18, 0x1040, 0x440)
            .at(0x40)
            .u32(0x3031424e, 0, 0x3b7d8461, 10)
            .text("old.pdb")
            .bytes();
    Image image = read(new PeFile(false).data(data).directory(6, 0x1000, 28));
    assertThat(image.buildId()).isEqualTo("3b7d8461a");
    assertThat(tables(image).details().pdb()).isEqualTo("old.pdb");
  }

  @Test
  void threadLocalCallbacksAreCounted() throws MalformedException {
    long base = 0x140000000L;
    byte[] data =
        new PeFile.Block().u64(0, 0, 0, base + 0x1040).at(0x40).u64(base + 1, base + 2, 0).bytes();
    Image image = read(new PeFile(true).data(data).directory(9, 0x1000, 40));
    assertThat(tables(image).details().tlsCallbacks()).isEqualTo(2);
    assertThat(image.hardening().more()).containsEntry("tls", true);
  }

  @Test
  void theKernelsRelocationsOfAHybridImageAreTold() throws MalformedException {
    byte[] data =
        new PeFile.Block()
            .u32(0x140)
            .at(200)
            .u64(0x140001000L)
            .at(224)
            .u32(0x180)
            .u16(1)
            .at(0x180)
            .u32(1, 12 + 24)
            .u64(6)
            .u32(24)
            .u32(0x1000, 24) // one block: zero fill, a value of four bytes, a delta, padding
            .u16(2 << 14 | 0x10, 2 << 14 | 1 << 12 | 0x20)
            .u32(0xdeadbeefL)
            .u16(2 << 12 | 0x30, 4, 0, 0)
            .bytes();
    Image image = read(new PeFile(true).data(data).directory(10, 0x1000, 0x140));
    assertThat(image.machine()).isEqualTo("arm64ec");
    assertThat(image.notes())
        .singleElement()
        .satisfies(n -> assertThat(n.message()).startsWith("3 places").contains("ARM64X"));
  }

  @Test
  void aSignatureIsSeen() throws MalformedException {
    Image image = read(new PeFile(true).data(new byte[16]).directory(4, 0x500, 0x100));
    assertThat(image.hardening().more()).containsEntry("signed", true);
  }
}
