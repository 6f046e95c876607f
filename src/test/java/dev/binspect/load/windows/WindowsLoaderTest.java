package dev.binspect.load.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.image.Note;
import dev.binspect.load.Binding;
import dev.binspect.load.Counters;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Loaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small Windows worlds made of fixtures. */
class WindowsLoaderTest {
  private static final Path FIXTURES = Path.of(System.getProperty("binspect.home"), "testdata/pe");

  @TempDir private Path world;
  private Path app;

  @BeforeEach
  void anEmptyApplicationFolder() throws Exception {
    app = Files.createDirectories(world.resolve("app"));
  }

  private Path put(String fixture, String as) throws Exception {
    Path to = world.resolve(as);
    Files.createDirectories(to.getParent());
    return Files.copy(FIXTURES.resolve(fixture), to);
  }

  private static LoadPlan plan(Path program, @Nullable Path sysroot, List<String> path)
      throws Exception {
    return plan(program, sysroot, path, null);
  }

  private static LoadPlan plan(
      Path program, @Nullable Path sysroot, List<String> path, Binding.@Nullable Sink sink)
      throws Exception {
    BinaryFiles files = new BinaryFiles();
    Image image = files.images(program.toString()).get(0);
    LoadOptions options =
        new LoadOptions(sysroot == null ? null : sysroot.toString(), path, Map.of(), false, true);
    return sink == null
        ? Loaders.plan(program.toString(), image, options, files)
        : Loaders.plan(program.toString(), image, options, files, sink);
  }

  @Test
  void theApplicationsFolderComesBeforeThePath() throws Exception {
    Path program = put("lld-x64/app.exe", "app/app.exe");
    Path beside = put("lld-x64/foo.dll", "app/FOO.DLL");
    put("lld-x64/foo.dll", "path/foo.dll");
    LoadPlan plan = plan(program, null, List.of(world.resolve("path").toString()));
    assertThat(plan.loader()).isEqualTo(LoadPlan.Loader.WINDOWS);
    assertThat(plan.objects())
        .extracting(LoadedObject::name, LoadedObject::path, LoadedObject::foundBy)
        .containsExactly(
            tuple("app.exe", program.toString(), FoundBy.PROGRAM),
            tuple("ntdll.dll", "ntdll.dll", FoundBy.LOADER),
            tuple("KERNEL32.dll", "KERNEL32.dll", FoundBy.SYSTEM),
            tuple("foo.dll", beside.toString(), FoundBy.DEFAULT));
    assertThat(plan.missing()).isEmpty();
    assertThat(plan.undefined()).isEmpty();
  }

  @Test
  void thePathIsSearchedLast() throws Exception {
    Path program = put("lld-x64/app.exe", "app/app.exe");
    Path found = put("lld-x64/foo.dll", "path/foo.dll");
    LoadPlan plan = plan(program, null, List.of(world.resolve("path").toString()));
    assertThat(plan.objects().get(3).path()).isEqualTo(found.toString());
    assertThat(plan.objects().get(3).foundBy()).isEqualTo(FoundBy.LIBRARY_PATH);
  }

  @Test
  void aMissingLibraryIsTold() throws Exception {
    Path program = put("lld-x64/app.exe", "app/app.exe");
    LoadPlan plan = plan(program, null, List.of());
    assertThat(plan.missing())
        .containsExactly(
            new LoadPlan.Missing("foo.dll", program.toString(), List.of(app.toString())));
  }

  @Test
  void aLibraryOfTheWrongMachineEndsTheSearch() throws Exception {
    Path program = put("lld-x64/app.exe", "app/app.exe");
    put("lld-x86/foo.dll", "app/foo.dll");
    put("lld-x64/foo.dll", "path/foo.dll");
    LoadPlan plan = plan(program, null, List.of(world.resolve("path").toString()));
    assertThat(plan.missing())
        .singleElement()
        .satisfies(m -> assertThat(m.searched().get(0)).endsWith("foo.dll (i386, not x86-64)"));
  }

  @Test
  void aFunctionThatTheLibraryDoesNotHaveIsUndefined() throws Exception {
    Path program = put("lld-x64/app.exe", "app/app.exe");
    put("lld-x64/delay.dll", "app/foo.dll");
    LoadPlan plan = plan(program, null, List.of());
    assertThat(plan.undefined())
        .extracting(LoadPlan.Undefined::symbol)
        .containsExactlyInAnyOrder("foo_add", "foo_counter");
  }

  @Test
  void aNumberThatTheLibraryDoesNotHaveIsUndefined() throws Exception {
    Path program = put("lld-x64/app-ord.exe", "app/app.exe");
    put("lld-x64/delay.dll", "app/ord.dll");
    assertThat(plan(program, null, List.of()).undefined())
        .extracting(LoadPlan.Undefined::symbol)
        .containsExactlyInAnyOrder("ord.dll#7", "ord.dll#300", "ord_named");
  }

  @Test
  void delayedLibrariesAreNotLoadedAtStart() throws Exception {
    Path program = put("lld-x64/app-delay.exe", "app/app.exe");
    LoadPlan plan = plan(program, null, List.of());
    assertThat(plan.objects()).extracting(LoadedObject::name).doesNotContain("delay.dll");
    assertThat(plan.missing()).isEmpty();
    assertThat(plan.counters().deferred()).isEqualTo(5);
    assertThat(plan.counters().lookups()).isEqualTo(1);
  }

  @Test
  void whatDelayedFunctionsLoadLaterIsForetold() throws Exception {
    Path program = put("lld-x64/app-delay.exe", "app/app.exe");
    Path delay = put("lld-x64/delay.dll", "app/delay.dll");
    assertThat(plan(program, null, List.of()).delayed())
        .containsExactly(
            new LoadPlan.Delayed("delay.dll", delay.toString(), program.toString()),
            new LoadPlan.Delayed("ord.dll", null, program.toString()));
  }

  @Test
  void dotsAndBlanksBehindANameDoNotCount() {
    assertThat(WindowsSearch.complete("kernel32.dll .  .. ")).isEqualTo("kernel32.dll");
    assertThat(WindowsSearch.complete("own.exe.")).isEqualTo("own.exe");
    assertThat(WindowsSearch.complete("plain.")).isEqualTo("plain");
    assertThat(WindowsSearch.complete("kernel32")).isEqualTo("kernel32.dll");
    assertThat(WindowsSearch.complete("a.b\\c")).isEqualTo("a.b\\c.dll");
  }

  @Test
  void aTreeOfWindowsIsFoundWhateverTheCaseOfItsFolders() throws Exception {
    Path program = put("lld-x64/app.exe", "app/app.exe");
    put("lld-x64/foo.dll", "app/foo.dll");
    Path nt = put("lld-x64/delay.dll", "tree/WINDOWS/System32/NTDLL.dll");
    Path kernel = put("lld-x64/delay.dll", "tree/WINDOWS/System32/kernel32.DLL");
    LoadPlan plan = plan(program, world.resolve("tree"), List.of());
    assertThat(plan.objects())
        .extracting(LoadedObject::path)
        .containsExactly(
            program.toString(),
            nt.toString(),
            kernel.toString(),
            app.resolve("foo.dll").toString());
    assertThat(plan.undefined())
        .containsExactly(new LoadPlan.Undefined("ExitProcess", "", program.toString()));
  }

  @Test
  void programsOf32BitsTakeSysWow64() throws Exception {
    Path program = put("lld-x86/app.exe", "app/app.exe");
    put("lld-x64/delay.dll", "tree/Windows/System32/kernel32.dll");
    Path kernel = put("lld-x86/delay.dll", "tree/Windows/SysWOW64/kernel32.dll");
    LoadPlan plan = plan(program, world.resolve("tree"), List.of());
    assertThat(plan.objects()).extracting(LoadedObject::path).contains(kernel.toString());
  }

  @Test
  void knownDllsAreNeverTakenFromTheApplicationsFolder() throws Exception {
    Path program = put("lld-x64/app.exe", "app/app.exe");
    put("lld-x64/foo.dll", "app/foo.dll");
    put("lld-x64/foo.dll", "app/kernel32.dll");
    LoadPlan plan = plan(program, null, List.of());
    assertThat(plan.objects().get(2).image()).isNull();
    Path kernel = put("lld-x64/delay.dll", "tree/Windows/System32/kernel32.dll");
    plan = plan(program, world.resolve("tree"), List.of());
    assertThat(plan.objects()).extracting(LoadedObject::path).contains(kernel.toString());
  }

  @Test
  void dependentLoadFlagsKeepTheApplicationsFolderOut() throws Exception {
    Path program = put("lld-x64/app-config.exe", "app/app.exe");
    put("lld-x64/foo.dll", "app/foo.dll");
    LoadPlan plan = plan(program, null, List.of());
    assertThat(plan.missing()).extracting(LoadPlan.Missing::name).containsExactly("foo.dll");
  }

  @Test
  void aDriverIsLoadedByTheKernelWithoutNtdll() throws Exception {
    Path program = put("lld-x64/driver.sys", "app/driver.sys");
    LoadPlan plan = plan(program, null, List.of());
    assertThat(plan.objects())
        .extracting(LoadedObject::name)
        .containsExactly("driver.sys", "ntoskrnl.exe");
  }

  @Test
  void firmwareNeedsNoLoader() throws Exception {
    Path program = put("lld-x64/app.efi", "app/app.efi");
    LoadPlan plan = plan(program, null, List.of());
    assertThat(plan.loader()).isEqualTo(LoadPlan.Loader.NONE);
  }

  @Test
  void countersAddUpWhatIsWrittenAtStart() throws Exception {
    Path program = put("lld-x64/app.exe", "app/app.exe");
    put("lld-x64/foo.dll", "app/foo.dll");
    List<Binding> bindings = new ArrayList<>();
    LoadPlan plan = plan(program, null, List.of(), bindings::add);
    // Three pointers in the program, four in the library; three functions asked for.
    assertThat(plan.counters()).isEqualTo(new Counters(7, 3, 0, 0, 3, 0, 10, 3));
    assertThat(bindings)
        .extracting(Binding::symbol, b -> Path.of(b.to()).getFileName().toString())
        .containsExactlyInAnyOrder(
            tuple("foo_add", "foo.dll"),
            tuple("foo_counter", "foo.dll"),
            tuple("ExitProcess", "KERNEL32.dll"));
    assertThat(plan.pairs())
        .contains(new LoadPlan.Pair(program.toString(), app.resolve("foo.dll").toString(), 2, 2));
  }

  @Test
  void withoutAslrNoBaseRelocationIsApplied() throws Exception {
    Path program = put("lld-x64/app-nodyn.exe", "app/app.exe");
    put("lld-x64/foo.dll", "app/foo.dll");
    LoadPlan plan = plan(program, null, List.of());
    assertThat(plan.counters().relative()).isEqualTo(4); // the library's
    assertThat(plan.notes()).extracting(Note::code).contains("preferred-address");
  }
}
