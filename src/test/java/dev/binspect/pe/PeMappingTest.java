package dev.binspect.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.image.Note;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Where headers, directories and sections come to lie in memory, in files that no linker writes.
 */
class PeMappingTest {
  private static Image read(PeFile file) throws MalformedException {
    return PeReader.read(Bytes.of("zoo.exe", file.build()));
  }

  @Test
  void aFileWithoutSectionsIsMappedAsItIs() throws MalformedException {
    PeFile file = new PeFile(false);
    file.sectionAlignment = 16;
    file.fileAlignment = 16;
    file.sizeOfHeaders = 0x200;
    Image image = read(file.directory(1, 0x300, 40).put(0x300, ThreeImports.block(0x300).bytes()));
    ThreeImports.areIn(image);
    assertThat(image.notes()).isEmpty();
  }

  @Test
  void theHeaderMayLieWithinTheDosHeader() throws MalformedException {
    PeFile file = new PeFile(false);
    file.lfanew = 4; // so e_lfanew is SectionAlignment as well
    file.sectionAlignment = 4;
    file.fileAlignment = 4;
    file.sizeOfHeaders = 0x200;
    ThreeImports.areIn(
        read(file.directory(1, 0x300, 40).put(0x300, ThreeImports.block(0x300).bytes())));
  }

  @Test
  void noMoreThanSixteenDirectoriesAreReadHoweverManyAreAnnounced() throws MalformedException {
    PeFile file =
        new PeFile(false).data(ThreeImports.block(0x1000).bytes()).directory(1, 0x1000, 40);
    file.announced = 0xffffffffL;
    ThreeImports.areIn(read(file));
  }

  @Test
  void directoriesBeyondTheAnnouncedNumberAreNone() throws MalformedException {
    PeFile file =
        new PeFile(false).data(ThreeImports.block(0x1000).bytes()).directory(1, 0x1000, 40);
    file.announced = 1;
    Image image = read(file);
    assertThat(image.imports().count()).isZero();
    assertThat(image.linking().key()).isEqualTo("static-pie");
  }

  @Test
  void rawDataBeginsAtASectorWhateverThePointerSays() throws MalformedException {
    byte[] data = ThreeImports.block(0x1000).bytes();
    PeFile file =
        new PeFile(false)
            .section(".x", 0x1000, 0x1000, 0x5ff, new byte[0x200], PeFile.RDATA)
            .put(0x400, data)
            .directory(1, 0x1000, 40);
    ThreeImports.areIn(read(file));
  }

  @Test
  void aSectionWithoutVirtualSizeTakesItsRawSize() throws MalformedException {
    PeFile file =
        new PeFile(false)
            .section(".x", 0x1000, 0, 0x400, ThreeImports.block(0x1000).bytes(), PeFile.RDATA)
            .directory(1, 0x1000, 40);
    ThreeImports.areIn(read(file));
  }

  @Test
  void tablesMayEndInMemoryThatTheFileDoesNotHold() throws MalformedException {
    // The descriptor is the last thing in the file: the row of zeros behind it is only memory.
    byte[] data = ThreeImports.block(0x1000).bytes();
    byte[] shifted = new byte[0x400];
    System.arraycopy(data, 0x40, shifted, 0x40, data.length - 0x40);
    System.arraycopy(data, 0, shifted, 0x400 - 20, 20);
    PeFile file =
        new PeFile(false)
            .section(".x", 0x1000, 0x2000, 0x400, shifted, PeFile.RDATA)
            .directory(1, 0x1000 + 0x400 - 20, 40);
    ThreeImports.areIn(read(file));
  }

  @Test
  void aFileThatEndsWithinItsHeadersIsRefused() {
    PeFile file = new PeFile(true).data(new byte[16]);
    file.length = 0xb0;
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("IMAGE_OPTIONAL_HEADER");
  }

  @Test
  void aSectionTableThatTheFileCutsOffIsNoted() throws MalformedException {
    PeFile file =
        new PeFile(true).data(ThreeImports.block(0x1000).bytes()).directory(1, 0x1000, 40);
    file.sectionCount = 500;
    Image image = read(file);
    assertThat(image.notes().get(0).message()).contains("announces 500 sections");
  }

  @Test
  void aFileOfOneSmallPageIsFollowedByZeros() throws MalformedException {
    PeFile file = new PeFile(false);
    file.sectionAlignment = 4;
    file.fileAlignment = 4;
    file.directory(1, 0x300, 40).put(0x300, ThreeImports.block(0x300).bytes());
    file.length = 0x300 + 0xa5; // the last name ends with the file
    Image image = read(file);
    ThreeImports.areIn(image);
    assertThat(image.notes()).extracting(Note::code).containsExactly("zero-page");
  }

  @Test
  void sectionsOfAFileThatIsMappedAsItIsDoNotMatter() throws MalformedException {
    PeFile file = new PeFile(false);
    file.sectionAlignment = 4;
    file.fileAlignment = 4;
    file.section("far", 0x88888888L, 0, 0x88888888L, new byte[0], PeFile.DATA);
    ThreeImports.areIn(
        read(file.directory(1, 0x300, 40).put(0x300, ThreeImports.block(0x300).bytes())));
  }

  @Test
  void theLoaderTakesDirectoriesFromMemoryWhereASectionIsMappedOverThem()
      throws MalformedException {
    // The count of directories is the last field in the header's page: what follows is the section.
    PeFile.Block section = new PeFile.Block().u32(0, 0, 0x1100, 40).at(0x100);
    PeFile file = new PeFile(false);
    file.lfanew = 0x1000 - 24 - 96;
    file.sizeOfHeaders = 0x40;
    file.directory(1, 0x86600010L, 1);
    byte[] data = new byte[0x200];
    byte[] head = section.bytes();
    System.arraycopy(head, 0, data, 0, head.length);
    byte[] table = ThreeImports.block(0x1100).bytes();
    System.arraycopy(table, 0, data, 0x100, table.length);
    file.section(".over", 0x1000, 0x1000, 0x2000, data, PeFile.DATA);
    ThreeImports.areIn(read(file));
  }

  @Test
  void rawDataReachesToTheFileAlignment() throws MalformedException {
    PeFile file = new PeFile(false);
    file.fileAlignment = 0x1000;
    byte[] table = ThreeImports.block(0x1000).bytes();
    file.section(".x", 0x1000, 0x1000, 0x400, Arrays.copyOf(table, 0x50), PeFile.RDATA)
        .put(0x400, table)
        .directory(1, 0x1000, 40);
    ThreeImports.areIn(read(file));
  }

  @Test
  void theRestOfTheHeadersPageIsZero() throws MalformedException {
    // The first look-up table field lies in the header's page, behind SizeOfHeaders.
    byte[] table = ThreeImports.block(0x1000 - 12).bytes();
    for (int at : new int[] {0, 4, 8}) {
      Arrays.fill(table, at, at + 4, (byte) 0);
    }
    PeFile file =
        new PeFile(false)
            .section(
                ".x",
                0x1000,
                0x1000,
                0x400,
                Arrays.copyOfRange(table, 12, table.length),
                PeFile.RDATA)
            .directory(1, 0x1000 - 12, 40);
    ThreeImports.areIn(read(file));
  }

  @Test
  void aProgramOf97BytesIsReadAndToldToBeForXp() throws MalformedException {
    PeFile file = new PeFile(false);
    file.lfanew = 4;
    file.sectionAlignment = 4;
    file.fileAlignment = 4;
    file.length = 97;
    Image image = read(file);
    assertThat(image.machine()).isEqualTo("i386");
    assertThat(image.notes()).extracting(Note::code).contains("short-header");
  }
}
