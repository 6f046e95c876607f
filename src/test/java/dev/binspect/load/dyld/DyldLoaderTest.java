package dev.binspect.load.dyld;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.load.Binding;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Loaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small worlds of folders for dyld's rules; the files are those of testdata/macho. */
class DyldLoaderTest {
  private static final Path FIXTURES =
      Path.of(System.getProperty("binspect.home"), "testdata", "macho", "arm64-chained");
  private static final Path SDK = FIXTURES.resolveSibling("src").resolve("sdk");

  @TempDir Path world;
  private Path root;

  @BeforeEach
  void realWorld() throws IOException {
    root = world.toRealPath();
  }

  @Test
  void anLcRpathIsSearchedInItsOrder() throws Exception {
    put("app", "bin/app");
    put("libfoo.dylib", "bin/libfoo.dylib");
    assertThat(object(plan("bin/app"), "@rpath/libfoo.dylib").path())
        .isEqualTo(root + "/bin/libfoo.dylib");
    put("libfoo.dylib", "lib/libfoo.dylib");
    LoadedObject found = object(plan("bin/app"), "@rpath/libfoo.dylib");
    assertThat(found.path()).isEqualTo(root + "/bin/../lib/libfoo.dylib");
    assertThat(found.foundBy()).isEqualTo(FoundBy.RPATH);
  }

  @Test
  void dyldLibraryPathComesBeforeTheRpath() throws Exception {
    put("app", "bin/app");
    put("libfoo.dylib", "bin/libfoo.dylib");
    put("libfoo.dylib", "other/libfoo.dylib");
    LoadOptions options =
        new LoadOptions(null, List.of(), Map.of("DYLD_LIBRARY_PATH", root + "/other"), false, true);
    LoadedObject found = object(plan("bin/app", options), "@rpath/libfoo.dylib");
    assertThat(found.path()).isEqualTo(root + "/other/libfoo.dylib");
    assertThat(found.foundBy()).isEqualTo(FoundBy.LIBRARY_PATH);
  }

  @Test
  void aHardenedProgramTakesNoDyldVariables() throws Exception {
    put("app", "bin/app");
    Path app = root.resolve("bin/app");
    byte[] content = Files.readAllBytes(app);
    for (int i = 0; i + 16 < content.length; i++) {
      if (java.nio.ByteBuffer.wrap(content).getInt(i) == 0xfade0c02) {
        java.nio.ByteBuffer.wrap(content).putInt(i + 12, 0x10000);
      }
    }
    Files.write(app, content);
    put("libfoo.dylib", "bin/libfoo.dylib");
    put("libfoo.dylib", "other/libfoo.dylib");
    LoadOptions options =
        new LoadOptions(null, List.of(), Map.of("DYLD_LIBRARY_PATH", root + "/other"), false, true);
    LoadPlan plan = plan("bin/app", options);
    assertThat(object(plan, "@rpath/libfoo.dylib").path()).isEqualTo(root + "/bin/libfoo.dylib");
    assertThat(plan.notes()).anyMatch(note -> note.code().equals("dyld-variables-ignored"));
  }

  @Test
  void aLibraryThatIsNowhereIsMissingWithThePlacesSearched() throws Exception {
    put("app", "bin/app");
    LoadPlan plan = plan("bin/app");
    assertThat(plan.missing()).hasSize(1);
    LoadPlan.Missing missing = plan.missing().getFirst();
    assertThat(missing.name()).isEqualTo("@rpath/libfoo.dylib");
    assertThat(missing.searched())
        .startsWith(root + "/bin/../lib/libfoo.dylib", root + "/bin/libfoo.dylib");
    assertThat(plan.undefined()).isEmpty();
  }

  @Test
  void aWeakLibraryMayBeAbsent() throws Exception {
    put("app", "bin/app");
    put("libfoo.dylib", "bin/libfoo.dylib");
    LoadPlan plan = plan("bin/app");
    assertThat(plan.missing()).isEmpty();
    assertThat(plan.undefined()).isEmpty();
    assertThat(plan.notes()).anyMatch(note -> note.code().equals("weak-library-absent"));
  }

  @Test
  void systemLibrariesAreKnownByTheirPaths() throws Exception {
    put("libbar.dylib", "libbar.dylib");
    LoadedObject system = object(plan("libbar.dylib"), "/usr/lib/libSystem.B.dylib");
    assertThat(system.foundBy()).isEqualTo(FoundBy.SYSTEM);
    assertThat(system.image()).isNull();
  }

  @Test
  void aSymbolTheLibraryNoLongerDefinesIsUndefined() throws Exception {
    put("app", "bin/app");
    put("libunused.dylib", "bin/libfoo.dylib");
    assertThat(plan("bin/app").undefined())
        .extracting(LoadPlan.Undefined::symbol)
        .containsExactlyInAnyOrder("_foo_add", "_foo_counter");
  }

  @Test
  void aReexportingLibraryAnswersForTheOneBehindIt() throws Exception {
    put("app-umbrella", "app");
    put("libumbrella.dylib", "libumbrella.dylib");
    put("libfoo.dylib", "libfoo.dylib");
    List<Binding> bindings = new ArrayList<>();
    String path = root + "/app";
    BinaryFiles door = new BinaryFiles();
    LoadPlan plan =
        Loaders.plan(path, door.images(path).getFirst(), options(null), door, bindings::add);
    assertThat(plan.undefined()).isEmpty();
    assertThat(bindings)
        .filteredOn(binding -> binding.symbol().equals("_foo_add"))
        .extracting(Binding::to, Binding::probes)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(root + "/libfoo.dylib", 2));
  }

  @Test
  void aLibraryForAnotherMachineIsRefused() throws Exception {
    put("app", "bin/app");
    put("../x86_64-classic/libfoo.dylib", "bin/libfoo.dylib");
    LoadPlan plan = plan("bin/app");
    assertThat(plan.missing().getFirst().searched())
        .contains(root + "/bin/libfoo.dylib: is for x86-64, not for aarch64");
  }

  @Test
  void theSliceOfAUniversalLibraryIsTaken() throws Exception {
    put("app", "bin/app");
    put("libfoo.dylib", "bin/libfoo.dylib");
    put("../universal/libbar.dylib", "bin/libbar.dylib");
    LoadedObject bar = object(plan("bin/app"), "@loader_path/libbar.dylib");
    assertThat(bar.image()).isNotNull();
    assertThat(bar.image().machine()).isEqualTo("aarch64");
  }

  @Test
  void stubsOfAnSdkTellWhatSystemLibrariesDefine() throws Exception {
    put("libfoo.dylib", "libfoo.dylib");
    LoadPlan checked = plan("libfoo.dylib", options(SDK.toString()));
    LoadedObject system = object(checked, "/usr/lib/libSystem.B.dylib");
    assertThat(system.path()).isEqualTo(SDK + "/usr/lib/libSystem.tbd");
    assertThat(checked.undefined()).isEmpty();
    assertThat(checked.notes()).noneMatch(note -> note.code().equals("shared-cache"));

    Path poor = root.resolve("poor/usr/lib");
    Files.createDirectories(poor);
    String stub = Files.readString(SDK.resolve("usr/lib/libSystem.tbd"));
    Files.writeString(poor.resolve("libSystem.tbd"), stub.replace("_puts, ", ""));
    assertThat(plan("libfoo.dylib", options(root + "/poor")).undefined())
        .extracting(LoadPlan.Undefined::symbol)
        .containsExactly("_puts");
  }

  @Test
  void aLibraryNothingBindsToMayBeLeftOut() throws Exception {
    put("app-unused", "app");
    put("libfoo.dylib", "libfoo.dylib");
    put("libunused.dylib", "libunused.dylib");
    assertThat(plan("app").advice())
        .extracting(LoadPlan.Advice::kind, LoadPlan.Advice::message)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "drop-library",
                "Nothing binds to @rpath/libunused.dylib; the linker can leave it out."));
  }

  @Test
  void whatAFlatLibraryAsksOfItsProgramIsNotUndefined() throws Exception {
    put("../x86_64-classic/libflat.dylib", "libflat.dylib");
    LoadPlan plan = plan("libflat.dylib");
    assertThat(plan.undefined()).isEmpty();
    assertThat(plan.counters().lookups()).isPositive();
  }

  @Test
  void countersAreTheSumOfTheObjects() throws Exception {
    put("app", "bin/app");
    put("libfoo.dylib", "bin/libfoo.dylib");
    LoadPlan plan = plan("bin/app");
    long relocations = 0;
    long lookups = 0;
    for (LoadedObject object : plan.objects()) {
      if (object.image() != null) {
        relocations += object.image().relocations().total();
        lookups += object.lookups();
      }
    }
    assertThat(plan.counters().relocations()).isEqualTo(relocations).isPositive();
    assertThat(plan.counters().lookups()).isEqualTo(lookups).isPositive();
  }

  @Test
  void theProgramsRpathServesWhatItsLibrariesNeed() throws Exception {
    put("app-umbrella", "bin/app");
    put("libumbrella.dylib", "bin/libumbrella.dylib");
    put("libfoo.dylib", "bin/libfoo.dylib");
    // libumbrella.dylib has no LC_RPATH of its own.
    LoadedObject foo = object(plan("bin/app"), "@rpath/libfoo.dylib");
    assertThat(foo.requiredBy()).isEqualTo(root + "/bin/libumbrella.dylib");
    assertThat(foo.foundBy()).isEqualTo(FoundBy.RPATH);
    // Alone it has no program to lend it one.
    assertThat(plan("bin/libumbrella.dylib").missing())
        .extracting(LoadPlan.Missing::name)
        .containsExactly("@rpath/libfoo.dylib");
  }

  @Test
  void theFallbackPathComesLast() throws Exception {
    put("app", "bin/app");
    put("libfoo.dylib", "spare/libfoo.dylib");
    LoadOptions options = environment("DYLD_FALLBACK_LIBRARY_PATH", root + "/spare");
    assertThat(object(plan("bin/app", options), "@rpath/libfoo.dylib").path())
        .isEqualTo(root + "/spare/libfoo.dylib");
    put("libfoo.dylib", "bin/libfoo.dylib");
    assertThat(object(plan("bin/app", options), "@rpath/libfoo.dylib").path())
        .isEqualTo(root + "/bin/libfoo.dylib");
  }

  @Test
  void theProgramMayBringDyldVariablesOfItsOwn() throws Exception {
    put("app", "bin/app");
    put("libfoo.dylib", "bin/libfoo.dylib");
    put("libfoo.dylib", "bin/x/libfoo.dylib");
    put("libfoo.dylib", "y/libfoo.dylib");
    // The command of one LC_RPATH and that of another, 32 bytes each, make room for it.
    Path app = root.resolve("bin/app");
    java.nio.ByteBuffer content =
        java.nio.ByteBuffer.wrap(Files.readAllBytes(app)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    int at = 32;
    while (content.getInt(at) != 0x8000001c) {
      at += content.getInt(at + 4);
    }
    int size = content.getInt(at + 4);
    int both = size + content.getInt(at + size + 4);
    assertThat(content.getInt(at + size)).isEqualTo(0x8000001c);
    byte[] text = new byte[both - 12];
    byte[] value = "DYLD_LIBRARY_PATH=@loader_path/x".getBytes(UTF_8);
    System.arraycopy(value, 0, text, 0, value.length);
    content.putInt(at, 0x27).putInt(at + 4, both).put(at + 12, text);
    content.putInt(16, content.getInt(16) - 1);
    Files.write(app, content.array());
    assertThat(object(plan("bin/app"), "@rpath/libfoo.dylib").path())
        .isEqualTo(root + "/bin/x/libfoo.dylib");
    LoadOptions options = environment("DYLD_LIBRARY_PATH", root + "/y");
    assertThat(object(plan("bin/app", options), "@rpath/libfoo.dylib").path())
        .isEqualTo(root + "/y/libfoo.dylib");
  }

  @Test
  void aFrameworkIsTakenByItsOwnVariable() throws Exception {
    put("app", "bin/app");
    Path app = root.resolve("bin/app");
    rename(app, "@rpath/libfoo.dylib", "/ab/Fo.framework/Fo");
    put("libfoo.dylib", "mine/Fo.framework/Fo");
    assertThat(plan("bin/app").missing()).hasSize(1);
    LoadOptions wrong = environment("DYLD_LIBRARY_PATH", root + "/mine/Fo.framework");
    assertThat(plan("bin/app", wrong).missing()).hasSize(1);
    LoadOptions options = environment("DYLD_FRAMEWORK_PATH", root + "/mine");
    assertThat(object(plan("bin/app", options), "/ab/Fo.framework/Fo").path())
        .isEqualTo(root + "/mine/Fo.framework/Fo");
  }

  @Test
  void aFrameworkIsToldByTheNameOfItsFile() {
    assertThat(DyldSearch.frameworkPart("/p/Foo.framework/Foo")).isEqualTo("Foo.framework/Foo");
    assertThat(DyldSearch.frameworkPart("@rpath/Foo.framework/Versions/A/Foo"))
        .isEqualTo("Foo.framework/Versions/A/Foo");
    assertThat(DyldSearch.frameworkPart("/p/Foo.framework/Frameworks/Bar.framework/Bar"))
        .isEqualTo("Bar.framework/Bar");
    assertThat(DyldSearch.frameworkPart("Foo.framework/Foo")).isEqualTo("Foo.framework/Foo");
    assertThat(DyldSearch.frameworkPart("/p/Foo.framework/Libraries/libbar.dylib")).isNull();
    assertThat(DyldSearch.frameworkPart("/p/Foo.framework/bar")).isNull();
    assertThat(DyldSearch.frameworkPart("/p/libfoo.dylib")).isNull();
  }

  @Test
  void anSdkOfJsonStubsIsReadToo() throws Exception {
    put("libfoo.dylib", "libfoo.dylib");
    Path lib = root.resolve("sdk/usr/lib");
    Files.createDirectories(lib);
    String stub =
        """
        {"main_library": {"install_names": [{"name": "/usr/lib/libSystem.B.dylib"}],
          "exported_symbols": [{"text": {"global": ["_puts"]}}],
          "reexported_libraries": [{"names": ["/usr/lib/system/libdyld.dylib"]}],
          "target_info": [{"target": "arm64-macos"}]},
         "libraries": [{"install_names": [{"name": "/usr/lib/system/libdyld.dylib"}],
          "exported_symbols": [{"text": {"global": ["_malloc", "__tlv_bootstrap"]}}],
          "target_info": [{"target": "arm64-macos"}]}], "tapi_tbd_version": 5}
        """;
    Files.writeString(lib.resolve("libSystem.tbd"), stub);
    assertThat(plan("libfoo.dylib", options(root + "/sdk")).undefined()).isEmpty();
    Files.writeString(lib.resolve("libSystem.tbd"), stub.replace("_puts", "_gets"));
    assertThat(plan("libfoo.dylib", options(root + "/sdk")).undefined())
        .extracting(LoadPlan.Undefined::symbol)
        .containsExactly("_puts");
  }

  private static LoadOptions environment(String name, String value) {
    return new LoadOptions(null, List.of(), Map.of(name, value), false, true);
  }

  /** Writes another name of the same length over one. */
  private static void rename(Path file, String from, String to) throws IOException {
    assertThat(to).hasSameSizeAs(from);
    String content = Files.readString(file, ISO_8859_1);
    assertThat(content).contains(from);
    Files.writeString(file, content.replace(from, to), ISO_8859_1);
  }

  private void put(String fixture, String to) throws IOException {
    Path target = root.resolve(to);
    Files.createDirectories(target.getParent());
    Files.copy(FIXTURES.resolve(fixture), target);
  }

  private static LoadOptions options(String sysroot) {
    return new LoadOptions(sysroot, List.of(), Map.of(), false, true);
  }

  private LoadPlan plan(String file) throws Exception {
    return plan(file, options(null));
  }

  private LoadPlan plan(String file, LoadOptions options) throws Exception {
    String path = root + "/" + file;
    BinaryFiles door = new BinaryFiles();
    return Loaders.plan(path, door.images(path).getFirst(), options, door);
  }

  private static LoadedObject object(LoadPlan plan, String name) {
    return plan.objects().stream()
        .filter(object -> object.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
