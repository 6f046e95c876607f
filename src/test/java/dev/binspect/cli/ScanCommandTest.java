package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.cli.MainTest.Ran;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanCommandTest {
  private static final Path FIXTURES = Path.of(System.getProperty("binspect.home"), "testdata/pe");

  @TempDir Path folder;
  private Path program;

  @BeforeEach
  void aFolderWithBinariesAndOtherThings() throws Exception {
    List<Path> found = new ArrayList<>();
    try (var walk = Files.walk(FIXTURES)) {
      walk.filter(p -> p.toString().endsWith(".exe")).sorted().limit(2).forEach(found::add);
    }
    assertThat(found).hasSize(2);
    Files.createDirectories(folder.resolve("a/b"));
    // Only system DLLs: what misses a library is not kept in the cache.
    program = Files.copy(found.get(1), folder.resolve("a/one.exe"));
    Files.copy(found.get(1), folder.resolve("a/b/two.exe"));
    Files.createLink(folder.resolve("a/hard.exe"), program);
    Files.createSymbolicLink(folder.resolve("a/soft.exe"), program);
    Files.createSymbolicLink(folder.resolve("a/b/loop"), folder);
    Files.writeString(folder.resolve("a/text"), "MX this is no binary at all");
    Files.writeString(folder.resolve("a/empty"), "");
  }

  private static List<String> paths(String ndjson) {
    List<String> out = new ArrayList<>();
    for (String line : ndjson.lines().toList()) {
      assertThat(line).startsWith("{\"schema\":\"binspect-report/1\"").endsWith("}");
      int from = line.indexOf("\"path\":\"") + 8;
      out.add(line.substring(from, line.indexOf('"', from)));
    }
    out.sort(null);
    return out;
  }

  @Test
  void eachBinaryIsReportedOnceAndNothingElse() {
    Ran ran = MainTest.run("scan", "--format", "ndjson", "-q", folder.toString());
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
    List<String> paths = paths(ran.out());
    assertThat(paths).hasSize(2).contains(folder.resolve("a/b/two.exe").toString());
  }

  @Test
  void textEndsWithTheTotals() {
    Ran ran = MainTest.run("scan", folder.toString());
    assertThat(ran.out()).contains("\n2 files (2 pe)\n").contains("verdicts: ").contains("two.exe");
  }

  /** Below incremental/ there are hundreds of them to a program. */
  @Test
  void objectFilesAreCountedInTextAndListedOnDemand() throws Exception {
    Path object = Path.of("testdata/elf/x86_64-compressed-debug.o");
    Path one = Files.copy(object, folder.resolve("a/1.o"));
    Files.copy(object, folder.resolve("a/b/2.o"));
    String text = MainTest.run("scan", folder.toString()).out();
    assertThat(text)
        .doesNotContain("1.o", "2.o")
        .contains("\n4 files (2 elf, 2 pe)\n")
        .contains("\n2 object files passed over: no loader reads them (-v lists them)\n");
    assertThat(MainTest.run("scan", "-v", folder.toString()).out())
        .contains("1.o", "2.o")
        .doesNotContain("passed over");
    assertThat(MainTest.run("scan", one.toString()).out())
        .contains("1.o")
        .doesNotContain("passed over");
    Ran lines = MainTest.run("scan", "--format", "ndjson", folder.toString());
    assertThat(paths(lines.out())).hasSize(4).contains(one.toString());
    assertThat(lines.err()).doesNotContain("passed over");
  }

  @Test
  void noStartOfALibraryIsCounted() {
    String used = System.getProperty("binspect.home") + "/testdata/cargo/used/target/release/deps";
    Ran ran = MainTest.run("scan", used);
    String line = ran.out().lines().filter(l -> l.contains("libdeps_dylib.so")).findFirst().get();
    String totals = ran.out().substring(ran.out().indexOf("2 files (2 elf)"));
    assertThat(line).contains("look-ups");
    assertThat(totals).doesNotContain("libdeps_dylib.so");
    String program = ran.out().lines().filter(l -> l.contains("/app-")).findFirst().get();
    String lookups = program.replaceAll(".* ([0-9,]+) look-ups.*", "$1");
    assertThat(totals).contains(" " + lookups + " look-ups if each program was started once");
  }

  @Test
  void aDamagedFileIsOneLineAndTheRestGoesOn() throws Exception {
    Files.write(folder.resolve("broken"), new byte[] {0x7f, 'E', 'L', 'F', 9, 9, 9, 9, 9});
    Ran ran = MainTest.run("scan", "--format", "ndjson", "-q", folder.toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(ran.err()).contains("broken: ");
    assertThat(paths(ran.out())).hasSize(2);
  }

  @Test
  void theCacheAnswersUntilAFileChanges() throws Exception {
    String cache = folder.resolve("cache").toString();
    String[] args = {
      "scan", "--format", "ndjson", "-q", "--cache", cache, folder.resolve("a").toString()
    };
    Ran first = MainTest.run(args);
    assertThat(paths(first.out())).hasSize(2);
    // Bytes that change behind the back of time and size show that the files were not read again.
    String kept = Files.readString(Path.of(cache));
    assertThat(kept.lines()).as("a head, and five lines a report").hasSize(11);
    FileTime time = Files.getLastModifiedTime(program);
    int size = (int) Files.size(program);
    Files.write(program, Arrays.copyOf(Arrays.copyOf(Files.readAllBytes(program), 1024), size));
    Files.setLastModifiedTime(program, time);
    Ran second = MainTest.run(args);
    assertThat(second.out().lines()).hasSameElementsAs(first.out().lines().toList());
    Files.setLastModifiedTime(program, FileTime.fromMillis(1_000_000));
    Ran third = MainTest.run(args);
    assertThat(third.out().lines())
        .hasSize(2)
        .filteredOn(line -> first.out().contains(line))
        .hasSize(1);
    // Other options, other answers.
    Ran other =
        MainTest.run(
            "scan",
            "--format",
            "ndjson",
            "-q",
            "--bind-now",
            "--cache",
            cache,
            folder.resolve("a").toString());
    assertThat(other.out().lines()).hasSize(2);
    assertThat(Files.readString(Path.of(cache)).lines().findFirst())
        .isNotEqualTo(kept.lines().findFirst());
  }

  /** A line is printed as it stands in the cache: what was cut off or changed must not be. */
  @Test
  void aDamagedCacheIsToldAndItsFilesAreReadAgain() throws Exception {
    Path cache = folder.resolve("cache");
    String[] args = {
      "scan",
      "--format",
      "ndjson",
      "-q",
      "--cache",
      cache.toString(),
      folder.resolve("a").toString()
    };
    Ran first = MainTest.run(args);
    assertThat(paths(first.out())).hasSize(2);
    byte[] whole = Files.readAllBytes(cache);
    for (int cut : new int[] {0, 10, whole.length / 3, whole.length / 2, whole.length - 3}) {
      Files.write(cache, Arrays.copyOf(whole, cut));
      assertThat(MainTest.run(args).out().lines())
          .as("cut at %d", cut)
          .hasSameElementsAs(first.out().lines().toList());
    }
    String text = new String(whole, java.nio.charset.StandardCharsets.UTF_8);
    Files.writeString(cache, text.replace("\"schema\":", "\"kept\":true,\"schema\":"));
    Ran ran = MainTest.run(args);
    assertThat(ran.out()).doesNotContain("kept");
    assertThat(ran.err()).contains("is damaged").hasLineCount(1);
  }

  @Test
  void theReportGoesWhereTheOptionSays() throws Exception {
    Path to = folder.resolve("out");
    for (String format : List.of("text", "ndjson")) {
      String[] args = {"scan", "-q", "-j", "1", "--format", format, folder.resolve("a").toString()};
      Ran shown = MainTest.run(args);
      List<String> more = new ArrayList<>(List.of(args));
      more.addAll(List.of("-o", to.toString()));
      Ran written = MainTest.run(more.toArray(new String[0]));
      assertThat(written).isEqualTo(new Ran(0, "", ""));
      assertThat(Files.readString(to).lines())
          .containsExactlyInAnyOrderElementsOf(shown.out().lines().toList());
    }
    Ran nowhere = MainTest.run("scan", "-o", "/no/such/place", folder.toString());
    assertThat(nowhere)
        .isEqualTo(new Ran(2, "", "binspect: /no/such/place: No such file or directory\n"));
    if (Files.exists(Path.of("/dev/full"))) {
      Ran full = MainTest.run("scan", "-o", "/dev/full", folder.toString());
      assertThat(full).isEqualTo(new Ran(2, "", "binspect: /dev/full: No space left on device\n"));
    }
  }

  @Test
  void whatIsNoPathIsOneLineAndTheRestGoesOn() throws Exception {
    Path list =
        Files.write(
            folder.resolve("list"),
            ("a\0b\ncaf\u00e9\n" + program + "\n").getBytes(StandardCharsets.ISO_8859_1));
    Ran ran = MainTest.run("scan", "--format", "ndjson", "-q", "--files-from", list.toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(paths(ran.out())).containsExactly(program.toString());
    assertThat(ran.err().lines()).hasSize(2);
    assertThat(ran.err()).contains("is no path: Nul character").contains("not UTF-8");
  }

  @Test
  void aFolderThatIsNotThereIsTold() {
    Ran ran = MainTest.run("scan", folder.resolve("none").toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("none: no such file");
  }

  @Test
  void aListIsScannedLikeTheFoldersItNames() throws Exception {
    String names =
        folder.resolve("a/b") + "\n\n" + folder.resolve("a/text") + "\n" + program + "\n";
    Ran ran =
        MainTest.run(
            names.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            "scan",
            "--format",
            "ndjson",
            "-q",
            "--files-from",
            "-");
    assertThat(ran.code()).isZero();
    assertThat(paths(ran.out()))
        .containsExactly(folder.resolve("a/b/two.exe").toString(), program.toString());
    Path list = Files.writeString(folder.resolve("list"), names);
    assertThat(
            paths(
                MainTest.run("scan", "--format", "ndjson", "-q", "--files-from", list.toString())
                    .out()))
        .isEqualTo(paths(ran.out()));
  }

  @Test
  void withoutFoldersOrAListNothingIsScanned() {
    assertThat(MainTest.run("scan").code()).isEqualTo(2);
    Ran ran = MainTest.run("scan", "--files-from", folder.resolve("none").toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("no such file");
  }

  @Test
  void aFolderThatMayNotBeReadIsToldAndTheRestIsScanned() throws Exception {
    Path closed = Files.createDirectories(folder.resolve("closed"));
    Path mine = Files.copy(program, folder.resolve("mine.exe"));
    Files.setPosixFilePermissions(mine, java.util.Set.of());
    Files.setPosixFilePermissions(closed, java.util.Set.of());
    org.junit.jupiter.api.Assumptions.assumeFalse(Files.isReadable(closed), "root reads all");
    Ran ran = MainTest.run("scan", "--format", "ndjson", "-q", folder.toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("closed: permission denied");
    assertThat(ran.err()).contains(mine + ": permission denied").doesNotContain("(Permission");
    assertThat(paths(ran.out())).hasSize(2);
  }
}
