package dev.binspect.pe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.image.Note;
import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.LinkageJudge;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Loaders;
import dev.binspect.report.Report;
import dev.binspect.report.TextReport;
import dev.binspect.report.View;
import dev.binspect.start.Start;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Windows worlds of files built byte by byte: contracts, manifests, redirection, endless tables.
 */
class PeWorldTest {
  @TempDir private Path world;

  private Path write(String name, byte[] content) throws Exception {
    Path to = world.resolve(name);
    Files.createDirectories(to.getParent());
    return Files.write(to, content);
  }

  /** A program or DLL that imports function 1 of another, and exports its own function 1. */
  private static byte[] module(boolean dll, @Nullable String imports) {
    PeFile.Block block =
        new PeFile.Block()
            .u32(0x1040, 0, 0, 0x1080, 0x1060)
            .u32(0, 0, 0, 0, 0)
            .at(0x40)
            .u64(0x8000000000000001L, 0, 0, 0)
            .at(0x60)
            .u64(0x8000000000000001L, 0)
            .at(0x80)
            .text(imports == null ? "" : imports)
            .at(0x100)
            .u32(0, 0, 0, 0x1140, 1, 1, 0, 0x1130, 0, 0)
            .at(0x130)
            .u32(0x1000)
            .at(0x140)
            .text("own.dll");
    PeFile file = new PeFile(true).data(block.bytes());
    if (imports != null) {
      file.directory(1, 0x1000, 40);
    }
    if (dll) {
      file.characteristics |= 0x2000;
      file.directory(0, 0x1100, 40);
    }
    return file.build();
  }

  private LoadPlan plan(Path program, @Nullable Path sysroot) throws Exception {
    BinaryFiles files = new BinaryFiles();
    Image image = files.images(program.toString()).get(0);
    return Loaders.plan(program.toString(), image, options(sysroot), files);
  }

  private static LoadOptions options(@Nullable Path sysroot) {
    return new LoadOptions(
        sysroot == null ? null : sysroot.toString(), List.of(), Map.of(), false, true);
  }

  private static LoadedObject last(LoadPlan plan) {
    return plan.objects().getLast();
  }

  /** The map of Windows 10 with one contract. */
  private static byte[] schema(String contract, String host) {
    byte[] name = contract.getBytes(StandardCharsets.UTF_16LE);
    byte[] file = host.getBytes(StandardCharsets.UTF_16LE);
    int hashed = 2 * contract.lastIndexOf('-');
    byte[] map =
        new PeFile.Block()
            .u32(6, 512, 0, 1, 28, 0, 31)
            .u32(0, 0x80, name.length, hashed, 0x40, 1)
            .at(0x40)
            .u32(0, 0, 0, 0x140, file.length)
            .at(0x200)
            .bytes();
    System.arraycopy(name, 0, map, 0x80, name.length);
    System.arraycopy(file, 0, map, 0x140, file.length);
    PeFile schema =
        new PeFile(true).section(".apiset", 0x1000, map.length, 0x400, map, PeFile.RDATA);
    schema.characteristics |= 0x2000;
    return schema.build();
  }

  @Test
  void theTreeShowsWhatComesThroughAContract() throws Exception {
    String contract = "api-ms-win-core-x-l1-1-0";
    Path program = write("app/app.exe", module(false, contract + ".dll"));
    write("windows/system32/apisetschema.dll", schema(contract, "host.dll"));
    write("windows/system32/host.dll", module(true, "deep.dll"));
    write("windows/system32/deep.dll", module(true, null));
    write("windows/system32/ntdll.dll", module(true, null));
    write("windows/system32/kernel32.dll", module(true, null));
    LoadPlan plan = plan(program, world);
    assertThat(plan.missing()).isEmpty();
    assertThat(plan.objects())
        .extracting(LoadedObject::name)
        .containsExactly("app.exe", "ntdll.dll", "kernel32.dll", "host.dll", "deep.dll");
    BinaryFiles files = new BinaryFiles();
    String tree =
        TextReport.tree(
            new Report(
                program.toString(),
                0,
                files.images(program.toString()),
                plan,
                null,
                Start.notRun("a test"),
                List.of(),
                List.of()),
            View.PLAIN);
    for (LoadedObject object : plan.objects()) {
      String name = object.name();
      assertThat(tree.lines().filter(line -> line.contains(name))).as(name).hasSize(1);
    }
    assertThat(tree.lines().filter(line -> line.contains("deep.dll")).findFirst().orElseThrow())
        .contains("   └─ ");
  }

  /** With a search through all of them for each, this takes minutes. */
  @Test
  void sixtyThousandMissingLibrariesAreEachToldOnce() throws Exception {
    int count = 60_000;
    int rows = 20 * (count + 1);
    int thunks = rows + 16;
    int names = thunks + 16;
    PeFile.Block block = new PeFile.Block();
    for (int i = 0; i < count; i++) {
      // One shared table of one function: 60,000 thunks are within what a file of that size holds.
      block.u32(0x1000 + thunks, 0, 0, 0x1000 + names + 12 * i, 0x1000 + thunks);
    }
    block.u32(0, 0, 0, 0, 0).at(thunks).u64(0x8000000000000001L, 0);
    for (int i = 0; i < count; i++) {
      block.at(names + 12 * i).text("x" + i + ".dll");
    }
    byte[] data = block.bytes();
    PeFile file = new PeFile(true).data(data).directory(1, 0x1000, rows);
    file.sizeOfImage = 0x1000 + data.length;
    Path program = write("app/app.exe", file.build());
    BinaryFiles files = new BinaryFiles();
    Image image = files.images(program.toString()).get(0);
    assertThat(image.needed()).hasSize(count);
    LoadPlan plan = Loaders.plan(program.toString(), image, options(null), files);
    assertThat(plan.missing()).hasSize(count);
    Linkage linkage =
        LinkageJudge.judge(
            program.toString(),
            image,
            plan,
            options(null),
            new LinkageJudge.Expectation(List.of(), List.of(), null),
            files);
    assertThat(linkage.verdict().key()).isEqualTo("unresolvable");
  }

  private static byte[] manifest(String assembly) {
    return ("<assembly><dependency><dependentAssembly><assemblyIdentity name=\""
            + assembly
            + "\" version=\"1.0.0.0\"/></dependentAssembly></dependency></assembly>")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theManifestBesideTheProgramNamesItsAssemblies() throws Exception {
    Path program = write("app/app.exe", module(false, "part.dll"));
    write("app/part.dll", module(true, null));
    write("app/Own.Parts/Own.Parts.manifest", manifest("nothing"));
    Path own = write("app/Own.Parts/part.dll", module(true, null));
    assertThat(last(plan(program, null)).path()).endsWith("app/part.dll");
    write("app/app.exe.manifest", manifest("Own.Parts"));
    LoadPlan plan = plan(program, null);
    assertThat(last(plan).path()).isEqualTo(own.toString());
    assertThat(plan.notes())
        .anySatisfy(
            note -> {
              assertThat(note.code()).isEqualTo("side-by-side");
              assertThat(note.message()).contains("beside the program", "Own.Parts 1.0.0.0");
            });
  }

  @Test
  void anEmbeddedManifestHidesTheOneBeside() throws Exception {
    byte[] content =
        Files.readAllBytes(
            Path.of(System.getProperty("binspect.home"), "testdata/pe/lld-x64/app-manifest.exe"));
    Path program = write("app/app.exe", content);
    write("app/app.exe.manifest", manifest("Own.Parts"));
    assertThat(plan(program, null).notes())
        .extracting(Note::message)
        .noneMatch(message -> message.contains("Own.Parts"))
        .anyMatch(message -> message.startsWith("the manifest asks for the assembly"));
  }

  @Test
  void aLocalFolderComesFirst() throws Exception {
    Path program = write("app/app.exe", module(false, "part.dll"));
    write("app/part.dll", module(true, null));
    Path there = write("app/app.exe.local/part.dll", module(true, null));
    LoadPlan plan = plan(program, null);
    assertThat(last(plan).path()).isEqualTo(there.toString());
    assertThat(last(plan).foundBy()).isEqualTo(FoundBy.DEFAULT);
    assertThat(plan.notes()).extracting(Note::code).contains("local");
    write("app/app.exe.manifest", manifest("Own.Parts"));
    plan = plan(program, null);
    assertThat(last(plan).path()).endsWith("app/part.dll");
    assertThat(plan.notes()).extracting(Note::code).contains("local-ignored");
  }

  @Test
  void aLocalFileTurnsPathsToTheProgramsFolder() throws Exception {
    Path program = write("app/app.exe", module(false, "sub\\part.dll"));
    write("app/sub/part.dll", module(true, null));
    Path beside = write("app/part.dll", module(true, null));
    assertThat(last(plan(program, null)).path()).endsWith("app/sub/part.dll");
    write("app/app.exe.local", new byte[0]);
    assertThat(last(plan(program, null)).path()).isEqualTo(beside.toString());
  }

  @Test
  void knownLibrariesAreNotRedirected() throws Exception {
    Path program = write("app/app.exe", module(false, "ole32.dll"));
    write("app/app.exe.local/ole32.dll", module(true, null));
    assertThat(last(plan(program, null)).foundBy()).isEqualTo(FoundBy.SYSTEM);
  }
}
