package dev.binspect.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the fixtures' sources and link lines say must be seen. */
class PePromisesTest {
  private static final List<String> LLD = List.of("lld-x86", "lld-x64", "lld-arm64", "lld-armnt");

  private static PeTables tables(Image image) {
    assertThat(image.tables()).isInstanceOf(PeTables.class);
    return (PeTables) image.tables();
  }

  @Test
  void aProgramNamesTheLibraryAndItsThreePointers() throws Exception {
    for (String folder : LLD) {
      Image image = PeFixtures.read(folder + "/app.exe");
      assertThat(image.needed())
          .containsExactly(
              new Needed("foo.dll", Needed.How.LOAD), new Needed("KERNEL32.dll", Needed.How.LOAD));
      assertThat(image.imports().byLibrary())
          .containsExactly(entry("foo.dll", 2L), entry("KERNEL32.dll", 1L));
      assertThat(image.relocations().byPlace()).containsEntry("data", 3L).containsEntry("got", 3L);
      assertThat(image.kind()).isEqualTo(Kind.EXECUTABLE);
      assertThat(image.pie()).isTrue();
    }
  }

  @Test
  void machinesAreToldApart() throws Exception {
    Map<String, String> machines =
        Map.of(
            "lld-x86/app.exe", "i386 32",
            "lld-x64/app.exe", "x86-64 64",
            "lld-armnt/app.exe", "arm 32",
            "lld-arm64/app.exe", "aarch64 64",
            "lld-arm64/hybrid.dll", "arm64x 64");
    for (Map.Entry<String, String> e : machines.entrySet()) {
      Image image = PeFixtures.read(e.getKey());
      assertThat(image.machine() + " " + image.bits()).isEqualTo(e.getValue());
    }
  }

  @Test
  void importsByNumberKeepTheirOrdinals() throws Exception {
    for (String folder : LLD) {
      assertThat(tables(PeFixtures.read(folder + "/app-ord.exe")).imports())
          .containsExactlyInAnyOrder(
              new PeTables.Import("ord.dll", null, 7, false),
              new PeTables.Import("ord.dll", null, 300, false),
              new PeTables.Import("ord.dll", "ord_named", -1, false));
    }
  }

  @Test
  void delayedImportsAreDeferredByNameAndByNumber() throws Exception {
    for (String folder : LLD) {
      Image image = PeFixtures.read(folder + "/app-delay.exe");
      assertThat(image.needed())
          .contains(
              new Needed("delay.dll", Needed.How.DELAY), new Needed("ord.dll", Needed.How.DELAY));
      assertThat(image.relocations().byTable()).containsEntry("delayImport", 5L);
      assertThat(image.relocations().byKind()).containsEntry("plt", 5L);
      assertThat(image.imports().byLibrary())
          .containsEntry("delay.dll", 2L)
          .containsEntry("ord.dll", 3L);
    }
  }

  @Test
  void aSparseTableOfOrdinalsHasThreeExports() throws Exception {
    for (String folder : LLD) {
      Image image = PeFixtures.read(folder + "/ord.dll");
      assertThat(image.exports()).isEqualTo(3);
      assertThat(tables(image).exports())
          .extracting(PeTables.Export::ordinal)
          .containsExactlyInAnyOrder(7, 9, 300);
      assertThat(tables(image).exports())
          .extracting(PeTables.Export::name)
          .containsOnlyOnce("ord_named");
    }
  }

  @Test
  void forwardersNameAnotherLibrarysFunctionOrNumber() throws Exception {
    // lld-link decorates the library's name on i386 and ARM ("_foo.foo_add"): left out.
    for (String folder : List.of("lld-x64", "lld-arm64")) {
      Map<String, String> forwarders = new TreeMap<>();
      for (PeTables.Export export : tables(PeFixtures.read(folder + "/fwd.dll")).exports()) {
        if (export.forwarder() != null) {
          forwarders.put(export.name(), export.forwarder());
        }
      }
      assertThat(forwarders)
          .isEqualTo(
              Map.of(
                  "fwd_to_foo", "foo.foo_add",
                  "fwd_kernel", "KERNEL32.Sleep",
                  "fwd_by_ord", "ord.#7"));
    }
  }

  @Test
  void aFixedProgramHasNoRelocationsAndCannotMove() throws Exception {
    Image image = PeFixtures.read("lld-x64/app-fixed.exe");
    assertThat(image.relocations().byTable()).doesNotContainKey("base");
    assertThat(image.hardening().more())
        .containsEntry("relocsStripped", true)
        .containsEntry("dynamicBase", false);
    assertThat(image.pie()).isFalse();
  }

  @Test
  void aProgramWithoutAslrSaysSo() throws Exception {
    assertThat(PeFixtures.read("lld-x64/app-nodyn.exe").hardening().more())
        .containsEntry("dynamicBase", false)
        .containsEntry("highEntropyVa", false)
        .containsEntry("nxCompat", false)
        .containsEntry("relocsStripped", false);
  }

  @Test
  void aProgramWithoutImportsIsStatic() throws Exception {
    Image image = PeFixtures.read("lld-x64/app-nothing.exe");
    assertThat(image.imports().count()).isZero();
    assertThat(image.linking().key()).isEqualTo("static-pie");
  }

  @Test
  void boundImportsAreReadWithTheirForwarders() throws Exception {
    assertThat(tables(PeFixtures.read("lld-x64/app-bound.exe")).details().bound())
        .containsExactly(
            new PeTables.Bound("foo.dll", 0x5f000000L, List.of("NTDLL.DLL")),
            new PeTables.Bound("KERNEL32.dll", 0x5f000001L, List.of()));
  }

  @Test
  void debugInformationGivesNameAndBuildId() throws Exception {
    Image image = PeFixtures.read("lld-x64/app-debug.exe");
    assertThat(tables(image).details().pdb()).isEqualTo("app-debug.pdb");
    assertThat(image.buildId()).matches("[0-9a-f]{32}1");
    assertThat(image.hardening().more()).containsEntry("reproducible", true);
  }

  @Test
  void theManifestsAssemblyIsNamed() throws Exception {
    assertThat(tables(PeFixtures.read("lld-x64/app-manifest.exe")).manifestDependencies())
        .containsExactly("Microsoft.Windows.Common-Controls 6.0.0.0");
  }

  @Test
  void theLoadConfigurationTellsWhereItsImportsMayComeFrom() throws Exception {
    Image image = PeFixtures.read("lld-x64/app-config.exe");
    assertThat(tables(image).details().dependentLoadFlags()).isEqualTo(0x800);
    assertThat(image.hardening().more()).containsEntry("securityCookie", true);
  }

  @Test
  void aDriverIsKnown() throws Exception {
    PeTables.Details details = tables(PeFixtures.read("lld-x64/driver.sys")).details();
    assertThat(details.driver()).isTrue();
    assertThat(details.subsystem()).isEqualTo("native");
  }

  @Test
  void autoImportedDataIsToldAsPseudoRelocations() throws Exception {
    for (String folder : List.of("gnu-x64", "gnu-x86")) {
      Image image = PeFixtures.read(folder + "/app-autoimport.exe");
      assertThat(image.notes())
          .extracting(Note::code, n -> n.message().substring(0, 8))
          .containsExactly(org.assertj.core.groups.Tuple.tuple("pseudo-relocations", "2 places"));
    }
  }

  @Test
  void delayedImportsThatGnuLdPutsInNoDirectoryAreToldAndNotCounted() throws Exception {
    Image image = PeFixtures.read("gnu-x64/app-late.exe");
    assertThat(tables(image).details().undeclaredDelays())
        .containsExactly(new PeTables.Undeclared("delay.dll", 2, 0));
    assertThat(image.imports().byLibrary()).containsExactly(entry("KERNEL32.dll", 3L));
    assertThat(image.relocations().byTable()).doesNotContainKey("delayImport");
    assertThat(image.notes()).extracting(Note::code).containsExactly("delay-import-directory");
    // A program with the same means to bind late, and nothing bound late.
    assertThat(tables(PeFixtures.read("gnu-x64/app-tls.exe")).details().undeclaredDelays())
        .isEmpty();
  }

  @Test
  void threadLocalStorageIsSeen() throws Exception {
    Image image = PeFixtures.read("gnu-x64/app-tls.exe");
    assertThat(image.hardening().more()).containsEntry("tls", true);
    assertThat(tables(image).details().tlsCallbacks()).isEqualTo(2);
  }

  @Test
  void coffSymbolsHaveTheirNamesKindsAndAddresses() throws Exception {
    Image image = PeFixtures.read("gnu-x64/symbols.exe");
    Symbols symbols = image.contents().symbols();
    Section text = image.contents().section(".text");
    assertThat(text).isNotNull();
    Map<String, String> found = new TreeMap<>();
    for (int i = 0; i < symbols.count(); i++) {
      String name = symbols.name(i);
      if (List.of("a_function_with_a_long_name", "short8", "a_variable", "local_one", "symbols.c")
          .contains(name)) {
        found.put(name, symbols.binding(i) + " " + symbols.type(i));
      }
      if (name.equals("a_function_with_a_long_name")) {
        assertThat(symbols.value(i)).isBetween(text.address(), text.address() + text.size());
        assertThat(image.contents().sections().get(symbols.section(i) - 1)).isEqualTo(text);
      }
    }
    assertThat(found)
        .containsEntry("a_function_with_a_long_name", "1 2")
        .containsEntry("short8", "1 2")
        .containsEntry("a_variable", "1 0");
    assertThat(image.contents().sections()).extracting(Section::name).contains(".debug_info");
    Bytes code = image.contents().at(text.address(), 4);
    assertThat(code).isNotNull();
    assertThat(code.u32(0, "code")).isEqualTo(image.contents().bytes(text).u32(0, "code"));
  }

  @Test
  void theThunkOfAnImportLibraryIsNoDefinition() throws Exception {
    Symbols symbols = PeFixtures.read("gnu-x64/thunk.exe").contents().symbols();
    Map<String, Boolean> defined = new TreeMap<>();
    for (int i = 0; i < symbols.count(); i++) {
      if (symbols.binding(i) == Symbols.GLOBAL) {
        defined.put(symbols.name(i), symbols.defined(i));
      }
    }
    assertThat(defined)
        .containsEntry("foo_add", false)
        .containsEntry("__imp_foo_add", true)
        .containsEntry("start", true);
  }

  @Test
  void aDebugCompanionHasNoCountsOfItsOwn() throws Exception {
    Image image = PeFixtures.read("gnu-x64/symbols.exe.debug");
    assertThat(image.kind()).isEqualTo(Kind.DEBUG_COMPANION);
    assertThat(image.relocations()).isNull();
    assertThat(image.notes()).extracting(Note::code).contains("debug-companion");
  }

  @Test
  void whatIsNoImageIsRefusedByItsName() throws Exception {
    Map<String, String> reasons =
        Map.of(
            "dos.exe", "is a DOS program (MZ)",
            "ne.exe", "16-bit Windows or OS/2 (NE)",
            "le.vxd", "virtual device driver (LE)",
            "lx.exe", "OS/2 (LX)",
            "object.obj", "is a COFF object file (x86-64)",
            "import.lib", "is an import library",
            "import-gnu.a", "is an import library",
            "static.lib", "is a static library");
    for (Map.Entry<String, String> e : reasons.entrySet()) {
      byte[] content = Files.readAllBytes(PeFixtures.ROOT.resolve("refused/" + e.getKey()));
      assertThatThrownBy(() -> BinaryFiles.images(Bytes.of(e.getKey(), content)))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining(e.getValue());
    }
  }
}
