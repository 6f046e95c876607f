package dev.binspect.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.EmptyDoor;
import dev.binspect.image.Image;
import dev.binspect.image.Note;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Small files that make a loader's work the product of what they hold: the simulation gives up,
 * says so, and tells no count that it does not know. Without the limits these tests would not end.
 */
class HostileFileTest {
  private static Image image(byte[] file) throws MalformedException {
    return BinaryFiles.images(Bytes.of("hostile", file)).getFirst();
  }

  private static LoadPlan plan(byte[] file) throws MalformedException {
    Image image = image(file);
    assertThat(image.relocations()).isNotNull();
    LoadOptions options = new LoadOptions(null, List.of(), Map.of(), false, true);
    return Loaders.plan("/w/hostile", image, options, new EmptyDoor());
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** One bucket, and a chain of all symbols. */
  private static byte[] oneChain(int symbols) {
    ByteBuffer b = ElfBytes.words(12 + 4 * (symbols + 1));
    b.putInt(1).putInt(symbols + 1).putInt(symbols).putInt(0);
    for (int i = 1; i <= symbols; i++) {
      b.putInt(i - 1);
    }
    return b.array();
  }

  @Test
  void thousandsOfLibrariesInThousandsOfFoldersAreNotAllLookedFor() throws Exception {
    StringBuilder strings = new StringBuilder("\0");
    for (int i = 0; i < 2000; i++) {
      strings.append("/folder").append(i).append(i == 1999 ? "\0" : ":");
    }
    ElfBytes elf = new ElfBytes().number(ElfBytes.RUNPATH, 1);
    for (int i = 0; i < 9000; i++) {
      elf.number(ElfBytes.NEEDED, strings.length());
      strings.append("lib").append(i).append(".so\0");
    }
    elf.blob(ElfBytes.STRTAB, text(strings.toString()));
    for (String loader : List.of("ld-linux-x86-64.so.2", "ld-musl-x86_64.so.1\0")) {
      byte[] file = elf.symbols(new int[0], 0).build();
      byte[] name = text(loader);
      System.arraycopy(
          name,
          0,
          file,
          new String(file, StandardCharsets.ISO_8859_1).indexOf("ld-linux"),
          name.length);
      LoadPlan plan = plan(file);
      assertThat(plan.notes()).extracting(Note::code).contains("search-cut");
      assertThat(plan.missing()).hasSizeGreaterThan(8999);
    }
  }

  @Test
  void symbolsThatShareAnEndlessNameAreDamage() throws Exception {
    int symbols = 3000;
    int[] names = new int[symbols];
    for (int i = 0; i < symbols; i++) {
      names[i] = 1 + i;
    }
    Image image =
        image(
            new ElfBytes()
                .blob(ElfBytes.STRTAB, text("\0" + "A".repeat(200_000) + "\0"))
                .blob(ElfBytes.HASH, oneChain(symbols))
                .symbols(names, 0)
                .lookUps(symbols)
                .build());
    assertThat(image.imports()).isNull();
    assertThat(image.notes()).extracting(Note::message).anyMatch(m -> m.contains("DT_SYMTAB"));
  }

  @Test
  void relocationsInMorePagesThanTheFileCanHaveAreNotCounted() throws Exception {
    int places = 70_000;
    ByteBuffer relr = ElfBytes.words(8 * places);
    for (int i = 0; i < places; i++) {
      relr.putLong((i + 16L) << 12);
    }
    Image image =
        image(new ElfBytes().blob(36, relr.array()).number(35, 8L * places).number(37, 8).build());
    assertThat(image.relocations()).isNull();
    assertThat(image.notes()).extracting(Note::message).anyMatch(m -> m.contains("more pages"));
  }

  @Test
  void typesThatNoMachineHasAreToldApartOnlyUpToALimit() throws Exception {
    int entries = 5000;
    ByteBuffer rela = ElfBytes.words(24 * entries);
    for (int i = 0; i < entries; i++) {
      rela.putLong(0x1000).putLong(1L << 32 | 3000 + i).putLong(0);
    }
    Image image =
        image(
            new ElfBytes()
                .blob(ElfBytes.RELA, rela.array())
                .number(8, 24L * entries)
                .number(9, 24)
                .build());
    assertThat(Objects.requireNonNull(image.relocations()).byType())
        .hasSize(65)
        .containsEntry("other", entries - 64L);
    assertThat(image.relocations().total()).isEqualTo(entries);
  }

  /** All of one hash to Java's maps: with keys that have no order these would not end. */
  @Test
  void undefinedSymbolsOfOneHashAreAllTold() throws Exception {
    int bits = 16;
    int symbols = 1 << bits;
    StringBuilder strings = new StringBuilder("\0");
    int[] names = new int[symbols];
    for (int i = 0; i < symbols; i++) {
      names[i] = strings.length();
      for (int bit = 0; bit < bits; bit++) {
        strings.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      strings.append('\0');
    }
    ByteBuffer hash = ElfBytes.words(12 + 4 * (symbols + 1));
    hash.putInt(1).putInt(symbols + 1);
    LoadPlan plan =
        plan(
            new ElfBytes()
                .blob(ElfBytes.STRTAB, text(strings.toString()))
                .blob(ElfBytes.HASH, hash.array())
                .symbols(names, 0)
                .lookUps(symbols)
                .build());
    assertThat(plan.undefined()).hasSize(symbols);
  }

  @Test
  void lookUpsThroughOneLongChainAreGivenUp() throws Exception {
    int symbols = 15_000;
    StringBuilder strings = new StringBuilder("\0");
    int[] names = new int[symbols];
    for (int i = 0; i < symbols; i++) {
      names[i] = strings.length();
      strings.append('f').append(i).append('\0');
    }
    byte[] file =
        new ElfBytes()
            .blob(ElfBytes.STRTAB, text(strings.toString()))
            .blob(ElfBytes.HASH, oneChain(symbols))
            .symbols(names, 1)
            .lookUps(symbols)
            .build();
    gaveUp(plan(file));
  }

  private static void gaveUp(LoadPlan plan) {
    assertThat(plan.notes()).extracting(Note::code).contains("look-ups-cut");
    assertThat(plan.counters().lookups()).isNegative();
    assertThat(plan.counters().probes()).isNegative();
    assertThat(plan.undefined()).isEmpty();
  }

  @Test
  void anOrdinaryFileMadeTheSameWayIsNotGivenUp() throws Exception {
    LoadPlan plan =
        plan(
            new ElfBytes()
                .blob(ElfBytes.STRTAB, text("\0a\0b\0"))
                .blob(ElfBytes.HASH, oneChain(2))
                .symbols(new int[] {1, 3}, 1)
                .lookUps(2)
                .build());
    assertThat(plan.notes()).extracting(Note::code).doesNotContain("look-ups-cut", "search-cut");
    assertThat(plan.undefined()).isEmpty();
    assertThat(plan.counters().lookups()).isEqualTo(2);
  }
}
