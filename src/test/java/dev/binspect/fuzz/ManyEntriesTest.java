package dev.binspect.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.EmptyDoor;
import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files in which nearly every byte announces an entry take no more memory than is promised; what is
 * not listed is counted, and a note says so.
 */
class ManyEntriesTest {
  private static final int MOST_LIBRARIES = 1 << 16;

  @TempDir Path folder;

  private static Image image(byte[] file) throws MalformedException {
    return BinaryFiles.images(Bytes.of("many", file)).getFirst();
  }

  private static LoadPlan plan(Image image) {
    LoadOptions options = new LoadOptions(null, List.of(), Map.of(), false, true);
    return Loaders.plan("many", image, options, new EmptyDoor());
  }

  private static long imports(Image image) {
    return Objects.requireNonNull(image.imports()).count();
  }

  private static List<String> codes(List<Note> notes) {
    return notes.stream().map(Note::code).toList();
  }

  @Test
  void functionsAreCountedAndEachIsThere() throws Exception {
    Image numbers = image(ManyEntries.peImports(300_000, false));
    assertThat(imports(numbers)).isEqualTo(300_000);
    PeTables tables = (PeTables) Objects.requireNonNull(numbers.tables());
    assertThat(tables.imports()).hasSize(300_000);
    assertThat(tables.imports().get(70_000))
        .isEqualTo(new PeTables.Import("a.dll", null, 70_000 & 0xffff, false));
    Image names = image(ManyEntries.peImports(300_000, true));
    assertThat(imports(names)).isEqualTo(300_000);
    tables = (PeTables) Objects.requireNonNull(names.tables());
    for (int i : new int[] {299_999, 0, 1, 123_456}) {
      assertThat(tables.imports().get(i))
          .isEqualTo(new PeTables.Import("a.dll", ManyEntries.name(i), -1, false));
    }
  }

  @Test
  void eachLibraryHasItsOwnFunctions() throws Exception {
    PeTables tables =
        (PeTables) Objects.requireNonNull(image(ManyEntries.peLibraries(50, 3, true)).tables());
    assertThat(tables.imports()).hasSize(150);
    for (int i = 149; i >= 0; i--) {
      assertThat(tables.imports().get(i))
          .isEqualTo(new PeTables.Import(ManyEntries.name(i / 3) + ".x", null, 1 + i % 3, true));
    }
  }

  @Test
  void librariesBeyondAllMeasureAreCountedAndNotListed() throws Exception {
    int many = MOST_LIBRARIES + 5_000;
    for (boolean delayed : new boolean[] {false, true}) {
      Image pe = image(ManyEntries.peLibraries(many, 2, delayed));
      assertThat(pe.needed()).hasSize(MOST_LIBRARIES);
      assertThat(imports(pe)).isEqualTo(2L * many);
      assertThat(Objects.requireNonNull(pe.relocations()).total()).isEqualTo(2L * many);
      assertThat(codes(pe.notes())).contains("libraries-cut");
      Image fits = image(ManyEntries.peLibraries(MOST_LIBRARIES, 1, delayed));
      assertThat(fits.needed()).hasSize(MOST_LIBRARIES);
      assertThat(codes(fits.notes())).doesNotContain("libraries-cut");
    }
    Image elf = image(ManyEntries.elfLibraries(many));
    assertThat(elf.needed()).hasSize(MOST_LIBRARIES);
    assertThat(codes(elf.notes())).contains("libraries-cut");
    assertThat(elf.notes()).anyMatch(Note::isDamage);
    elf = image(ManyEntries.elfLibraries(MOST_LIBRARIES));
    assertThat(elf.needed()).hasSize(MOST_LIBRARIES);
    assertThat(codes(elf.notes())).doesNotContain("libraries-cut");
  }

  @Test
  void foldersBeyondAllMeasureAreNotListed() throws Exception {
    Image elf = image(ManyEntries.elfFolders(20_000));
    assertThat(elf.searchPaths().runpath()).hasSize(10_000);
    assertThat(codes(elf.notes())).contains("folders-cut");
    elf = image(ManyEntries.elfFolders(9_000));
    assertThat(elf.searchPaths().runpath()).hasSize(9_001); // the last one is empty
    assertThat(codes(elf.notes())).doesNotContain("folders-cut");
  }

  @Test
  void undefinedSymbolsBeyondAllMeasureAreNotListed() throws Exception {
    LoadPlan plan = plan(image(ManyEntries.elfUndefined(LoadPlan.MOST_UNDEFINED + 1_000)));
    assertThat(plan.undefined()).hasSize(LoadPlan.MOST_UNDEFINED);
    assertThat(plan.counters().lookups()).isEqualTo(LoadPlan.MOST_UNDEFINED + 1_000);
    assertThat(codes(plan.notes())).contains("undefined-cut");
    plan = plan(image(ManyEntries.elfUndefined(LoadPlan.MOST_UNDEFINED)));
    assertThat(plan.undefined()).hasSize(LoadPlan.MOST_UNDEFINED);
    assertThat(codes(plan.notes())).doesNotContain("undefined-cut");
  }

  @Test
  void bindsAreCountedByNameAndPlace() throws Exception {
    Image macho = image(ManyEntries.machoBinds(200_000));
    assertThat(imports(macho)).isEqualTo(200_000);
    assertThat(Objects.requireNonNull(macho.relocations()).total()).isEqualTo(400_000);
    assertThat(Objects.requireNonNull(macho.imports()).byLibrary()).containsEntry("a", 400_000L);
    MachoTables tables = (MachoTables) Objects.requireNonNull(macho.tables());
    assertThat(tables.binds()).hasSize(200_000);
    assertThat(tables.binds().get(77_777))
        .isEqualTo(new MachoTables.Bind(ManyEntries.name(77_777), 1, false, false, false, 2));
  }

  @Test
  void librariesBeyondAllMeasureAreNotLookedFor() throws Exception {
    LoadPlan plan = plan(image(ManyEntries.machoLibraries(12_000)));
    assertThat(plan.missing()).hasSize(10_000);
    assertThat(codes(plan.notes())).contains("too-many-objects");
    plan = plan(image(ManyEntries.machoLibraries(9_000)));
    assertThat(plan.missing()).hasSize(9_000);
    assertThat(codes(plan.notes())).doesNotContain("too-many-objects");
  }

  @Test
  void exportsAreFoundByWalkingTheTrie() throws Exception {
    Image macho = image(ManyEntries.machoTrie(5_000, 6_000));
    assertThat(macho.exports()).isEqualTo(5_000);
    MachoTables tables = (MachoTables) Objects.requireNonNull(macho.tables());
    Set<String> names = new TreeSet<>();
    for (MachoTables.Export export : tables.exports()) {
      names.add(export.name());
      MachoTables.Effort effort = new MachoTables.Effort(1_000);
      assertThat(tables.exports().find(export.name(), effort)).isEqualTo(export);
      assertThat(effort.exhausted()).isFalse();
    }
    assertThat(names)
        .isEqualTo(
            IntStream.range(0, 5_000)
                .mapToObj(ManyEntries::name)
                .collect(Collectors.toCollection(TreeSet::new)));
    LoadPlan plan = plan(macho);
    assertThat(plan.counters().lookups()).isEqualTo(6_000);
    assertThat(plan.counters().probes()).isEqualTo(6_000);
    assertThat(plan.undefined()).hasSize(1_000);
    assertThat(plan.undefined().getFirst().symbol()).isEqualTo(ManyEntries.name(5_000));
  }

  /** A symbol that is another library's, where it is the first one's: dyld would never end. */
  @Test
  void librariesThatTakeASymbolFromEachOtherAreNotAskedForEver() throws Exception {
    Path first = folder.resolve("first");
    Files.write(first, ManyEntries.machoReexport("a", "@loader_path/second", "b"));
    Files.write(
        folder.resolve("second"), ManyEntries.machoReexport("b", "@loader_path/first", "a"));
    BinaryFiles door = new BinaryFiles();
    LoadOptions options = new LoadOptions(null, List.of(), Map.of(), false, true);
    String path = first.toString();
    LoadPlan plan = Loaders.plan(path, door.images(path).getFirst(), options, door);
    assertThat(plan.objects()).hasSize(2);
    assertThat(plan.counters().lookups()).isEqualTo(2);
    assertThat(plan.undefined()).isEmpty();
  }

  @Test
  void namesLongerThanAnyPathAreCutAndNotLookedFor() throws Exception {
    Image macho = image(ManyEntries.machoLongName(5_000, 30));
    assertThat(macho.needed().getFirst().name()).hasSizeLessThan(4_100).startsWith("@rpath/xxx");
    assertThat(codes(macho.notes())).containsExactly("names-cut");
    assertThat(plan(macho).missing().getFirst().searched())
        .containsExactly("3 paths longer than any file's");
    macho = image(ManyEntries.machoLongName(1_022, 30));
    assertThat(codes(macho.notes())).isEmpty();
    assertThat(plan(macho).missing().getFirst().searched())
        .containsExactly("32 paths longer than any file's");
    macho = image(ManyEntries.machoLongName(1_000, 30));
    assertThat(plan(macho).missing().getFirst().searched()).hasSize(32);
    Image elf = image(ManyEntries.elfLongName(1_000_000));
    assertThat(elf.needed().getFirst().name()).hasSizeLessThan(4_100).startsWith("yyy");
    assertThat(codes(elf.notes())).contains("names-cut");
    assertThat(plan(elf).missing().getLast().searched())
        .containsExactly("4 paths longer than any file's");
  }

  /** All live objects and all garbage, reading and writing, within what SECURITY.md promises. */
  @Test
  void memoryStaysWithinWhatIsPromised() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("elf-libraries", ManyEntries.elfLibraries(400_000));
    files.put("elf-folders", ManyEntries.elfFolders(800_000));
    files.put("elf-undefined", ManyEntries.elfUndefined(150_000));
    files.put("pe-numbers", ManyEntries.peImports(2_000_000, false));
    files.put("pe-names", ManyEntries.peImports(800_000, true));
    files.put("pe-libraries", ManyEntries.peLibraries(300_000, 1, false));
    files.put("pe-delayed", ManyEntries.peLibraries(150_000, 10, true));
    files.put("macho-binds", ManyEntries.machoBinds(700_000));
    files.put("macho-libraries", ManyEntries.machoLibraries(40_000));
    files.put("macho-trie", ManyEntries.machoTrie(800_000, 2_000));
    files.put("macho-long-name", ManyEntries.machoLongName(4_000_000, 60_000));
    files.put("elf-long-name", ManyEntries.elfLongName(6_000_000));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      long megabytes = file.getValue().length >> 20;
      assertThat(megabytes).as(file.getKey()).isGreaterThanOrEqualTo(5);
      Path path = Files.write(folder.resolve(file.getKey()), file.getValue());
      assertThat(told(64 + 2 * megabytes, path)).as(file.getKey()).isEmpty();
    }
  }

  /** {@return what a process of its own says of a file on standard error} */
  private String told(long megabytes, Path file) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + megabytes + "m",
                "-Xss2m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.binspect.cli.Main",
                "--no-run",
                "--json",
                file.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int code = process.waitFor();
    return code == 0 ? Files.readString(err) : code + " " + Files.readString(err);
  }
}
