package dev.binspect.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Contents;
import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.ElfVersions;
import dev.binspect.image.Hardening;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Linking;
import dev.binspect.image.Relocations;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ElfReaderTest {
  private static Relocations relocations(String name) throws Exception {
    Relocations relocations = Fixtures.read(name).relocations();
    assertThat(relocations).isNotNull();
    return relocations;
  }

  private static ElfTables tables(Image image) {
    assertThat(image.tables()).isInstanceOf(ElfTables.class);
    return (ElfTables) image.tables();
  }

  @Test
  void relrAndPackedTablesHoldTheSamePlacesAsPlainOnes() throws Exception {
    Relocations plain = relocations("x86_64-shared.so");
    Relocations packed = relocations("x86_64-android.so");
    Relocations relr = relocations("x86_64-relr.so");
    Relocations both = relocations("x86_64-android+relr.so");
    for (Relocations each : new Relocations[] {packed, relr, both}) {
      assertThat(each.total()).isEqualTo(plain.total());
      assertThat(each.byKind()).isEqualTo(plain.byKind());
      assertThat(each.byPlace()).isEqualTo(plain.byPlace());
      assertThat(each.byTarget()).isEqualTo(plain.byTarget());
    }
    assertThat(plain.byTable().keySet()).containsExactlyInAnyOrder("rela", "plt");
    assertThat(packed.byTable().keySet()).containsExactlyInAnyOrder("android", "plt");
    assertThat(both.byTable().keySet()).containsExactlyInAnyOrder("relr", "android", "plt");
  }

  @Test
  void placesFollowTheSource() throws Exception {
    Relocations relocations = relocations("x86_64-shared.so");
    // constant_table is const: 100 words in RELRO. sparse_table, others, functions: 4 + 7 + 5.
    assertThat(relocations.byPlace()).containsEntry("relro", 100L);
    assertThat(relocations.byPlace().get("data")).isBetween(16L, 19L);
    assertThat(relocations.byKind()).containsEntry("symbolic", 12L);
    assertThat(relocations.byKind()).containsEntry("irelative", 1L);
  }

  @Test
  void theGotOfMipsIsCountedThoughNoTableListsIt() throws Exception {
    Relocations relocations = relocations("mips-shared.so");
    assertThat(relocations.byTable().get("mipsGot")).isGreaterThan(2);
    assertThat(relocations.byTarget().get("other")).isPositive();
  }

  @Test
  void aStaticProgramsIrelativeRelocationsAreFoundWithoutADynamicTable() throws Exception {
    Image image = Fixtures.read("x86_64-static");
    assertThat(image.linking()).isEqualTo(Linking.STATIC);
    assertThat(image.kind()).isEqualTo(Kind.EXECUTABLE);
    assertThat(relocations("x86_64-static").byType()).isEqualTo(Map.of("R_X86_64_IRELATIVE", 1L));
    assertThat(Fixtures.read("x86_64-static-pie").linking()).isEqualTo(Linking.STATIC_PIE);
  }

  @Test
  void programsLibrariesObjectsAndDebugFilesAreToldApart() throws Exception {
    assertThat(Fixtures.read("x86_64-pie-now").kind()).isEqualTo(Kind.EXECUTABLE);
    assertThat(Fixtures.read("x86_64-pie-now").pie()).isTrue();
    assertThat(Fixtures.read("x86_64-copy").pie()).isFalse();
    assertThat(Fixtures.read("x86_64-shared.so").kind()).isEqualTo(Kind.SHARED_LIBRARY);
    assertThat(Fixtures.read("x86_64-compressed-debug.o").kind()).isEqualTo(Kind.OBJECT);
    Image companion = Fixtures.read("x86_64-debug-companion.debug");
    assertThat(companion.kind()).isEqualTo(Kind.DEBUG_COMPANION);
    assertThat(companion.tables()).isNull();
    assertThat(companion.notes()).isEmpty();
  }

  @Test
  void bindingAtStartMakesRelroFull() throws Exception {
    Hardening now = Fixtures.read("x86_64-pie-now").hardening();
    assertThat(now.bindNow()).isTrue();
    assertThat(now.relro()).isEqualTo(Hardening.Relro.FULL);
    Hardening lazy = Fixtures.read("x86_64-shared.so").hardening();
    assertThat(lazy.bindNow()).isFalse();
    assertThat(lazy.relro()).isEqualTo(Hardening.Relro.PARTIAL);
  }

  @Test
  void versionsAreThoseOfTheVersionScript() throws Exception {
    ElfTables tables = tables(Fixtures.read("x86_64-versions.so"));
    @Nullable ElfVersions versions = tables.versions();
    assertThat(versions).isNotNull();
    assertThat(versions.baseDefinition()).isEqualTo("libothers.so.1");
    assertThat(versions.name()).contains("OTHERS_1", "OTHERS_2");
    Symbols symbols = tables.symbols();
    short[] versym = versions.versym();
    assertThat(versym).isNotNull();
    for (int i = 1; i < symbols.count(); i++) {
      if (symbols.name(i).equals("ext_data")) {
        assertThat(versions.name()[versym[i] & 0x7fff]).isEqualTo("OTHERS_2");
      }
    }
    ElfTables user = tables(Fixtures.read("x86_64-shared.so"));
    assertThat(user.versionsNeeded()).hasSize(1);
    assertThat(user.versionsNeeded().get(0).file()).isEqualTo("libothers.so.1");
    assertThat(user.versionsNeeded().get(0).versions())
        .containsExactlyInAnyOrder("OTHERS_1", "OTHERS_2");
  }

  @Test
  void entriesLeaveLeadingRelativeOnesOut() throws Exception {
    ElfTables tables = tables(Fixtures.read("x86_64-shared.so"));
    assertThat(tables.relative()).isEqualTo(107);
    ElfTables.Entries entries = tables.entries();
    assertThat(entries.count()).isEqualTo((int) relocations("x86_64-shared.so").total() - 107);
    assertThat(entries.pltFrom()).isLessThan(entries.count());
    assertThat(entries.type()[entries.pltFrom()]).isIn(7, 37);
  }

  @Test
  void compressedSectionsAreUnpacked() throws Exception {
    Image image = Fixtures.read("x86_64-compressed-debug.o");
    Contents contents = image.contents();
    @Nullable Section strings = contents.section(".debug_str");
    assertThat(strings).isNotNull();
    Bytes bytes = contents.bytes(strings);
    String text =
        new String(bytes.copy(0, bytes.length(), ".debug_str"), StandardCharsets.ISO_8859_1);
    assertThat(text).contains("clang version 19").contains("ext_data");
    assertThat(contents.symbols().count()).isGreaterThan(5);
  }

  @Test
  void whatIsCutOffIsNotCounted() throws Exception {
    byte[] whole = Files.readAllBytes(Fixtures.FOLDER.resolve("x86_64-shared.so"));
    Image full = ElfReader.read(Bytes.of("full", whole));
    Relocations expected = full.relocations();
    for (int length = 64; length < whole.length; length += 97) {
      Image cut = ElfReader.read(Bytes.of("cut", Arrays.copyOf(whole, length)));
      assertThat(cut.notes()).as("cut at " + length).isNotEmpty();
      if (cut.relocations() != null) {
        assertThat(cut.relocations().total()).isEqualTo(expected.total());
      }
    }
  }

  @Test
  void headersThatAreNoneAreRefusedWithTheirPlace() {
    assertThatThrownBy(() -> ElfReader.read(Bytes.of("x", new byte[] {0x7f, 'E', 'L', 'F', 9, 1})))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("EI_CLASS is 9");
    assertThatThrownBy(() -> ElfReader.read(Bytes.of("x", new byte[] {0x7f, 'E', 'L', 'F', 2, 1})))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void anArchiveIsRefusedByName() {
    byte[] archive = "!<arch>\n/               0 ".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> BinaryFiles.images(Bytes.of("liba.a", archive)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("static library");
  }
}
