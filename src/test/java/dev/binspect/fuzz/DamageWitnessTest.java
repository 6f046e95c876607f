package dev.binspect.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Linking;
import dev.binspect.image.Note;
import dev.binspect.image.Relocations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where LLVM reads a damaged file without complaint, our counts are the same, or a note tells of
 * the damage. {@code -Dbinspect.damaged=N} tries so much damage of each fixture, {@code
 * -Dbinspect.witness.damaged=FOLDER} the files below a folder as they are.
 */
class DamageWitnessTest {
  private static final int PER_FILE = Integer.getInteger("binspect.damaged", 2);
  private static final Path TESTDATA = Path.of(System.getProperty("binspect.home"), "testdata");

  @TempDir Path folder;
  private int compared;

  @Test
  void damagedFixturesAreCountedAsLlvmCountsThem() throws Exception {
    assumeTrue(PER_FILE > 0 && LlvmCounts.available(), "needs LLVM 19's tools");
    List<String> wrong = new ArrayList<>();
    Path file = folder.resolve("damaged");
    for (String format : List.of("elf", "macho", "pe")) {
      for (Path fixture : files(TESTDATA.resolve(format))) {
        byte[] whole = Files.readAllBytes(fixture);
        List<Fields.Field> fields = Fields.of(whole);
        if (fields.isEmpty() || whole.length > 300_000) {
          continue;
        }
        Random random = new Random(fixture.getFileName().toString().hashCode());
        for (int i = 0; i < PER_FILE; i++) {
          Files.write(file, Mutation.of(whole, fields, random));
          String difference = compare(file);
          if (difference != null) {
            wrong.add(TESTDATA.relativize(fixture) + ", damage " + i + ": " + difference);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(compared).isGreaterThan(50 * PER_FILE / 2);
  }

  @Test
  void damagedFilesOfOthersAreCountedAsLlvmCountsThem() throws Exception {
    String root = System.getProperty("binspect.witness.damaged");
    assumeTrue(root != null && LlvmCounts.available(), "-Dbinspect.witness.damaged=FOLDER");
    List<String> wrong = new ArrayList<>();
    for (Path file : files(Path.of(String.valueOf(root)))) {
      String difference = compare(file);
      if (difference != null) {
        wrong.add(file + ": " + difference);
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** {@return what differs and is not excused by a note, or null} */
  @Nullable String compare(Path file) throws IOException, InterruptedException {
    List<Image> images;
    try (Bytes bytes = Bytes.open(file.toFile(), "damaged")) {
      images = BinaryFiles.images(bytes);
    } catch (MalformedException | IOException e) {
      return null; // refused, with a line that says why
    }
    Image image = images.getFirst();
    boolean loadable =
        image.kind() == Kind.EXECUTABLE
            || image.kind() == Kind.SHARED_LIBRARY
            || image.kind() == Kind.BUNDLE;
    if (images.size() != 1 || !loadable) {
      return null;
    }
    for (Note note : image.notes()) {
      if (note.level() == Note.Level.WARNING) {
        return null;
      }
    }
    Map<String, Long> theirs =
        switch (image.format()) {
          case ELF -> LlvmCounts.elf(file);
          case PE -> LlvmCounts.pe(file);
          case MACHO -> LlvmCounts.macho(file);
        };
    if (theirs == null) {
      return null;
    }
    compared++;
    StringBuilder differences = new StringBuilder();
    for (Map.Entry<String, Long> their : theirs.entrySet()) {
      long ours = ours(image, their.getKey());
      // LLVM passes over without a word what it cannot map, and then has nothing.
      if (ours >= 0 && their.getValue() != 0 && ours != their.getValue()) {
        differences.append(their.getKey()).append(": we say ").append(ours);
        differences.append(", LLVM ").append(their.getValue()).append("; ");
      }
    }
    return differences.isEmpty() ? null : differences.toString();
  }

  /** {@return our count, or -1 where the two count different things} */
  private static long ours(Image image, String what) {
    Relocations tally = image.relocations();
    Map<String, Long> tables = tally == null ? Map.of() : tally.byTable();
    boolean chained = tables.containsKey("chainedBind") || tables.containsKey("chainedRebase");
    return switch (what) {
      case "needed" ->
          image.needed().size() + (image.format() == Format.MACHO && image.name() != null ? 1 : 0);
      case "relocations" ->
          // What relocates a static program stands in its sections.
          tally == null || image.linking() == Linking.STATIC
              ? -1
              : tally.total() - tables.getOrDefault("mipsGot", 0L) - packed(image, tables);
      case "imports" -> image.imports() == null ? -1 : image.imports().count();
      case "exports" -> image.exports();
      default -> tally == null || chained ? -1 : tables.getOrDefault(what, 0L);
    };
  }

  /** LLVM lists Android's tag for RELR with the dynamic relocations, and its packed tables not. */
  private static long packed(Image image, Map<String, Long> tables) {
    Relocations tally = image.relocations();
    long relr = tally == null ? 0 : tally.byType().getOrDefault("RELR", 0L);
    return Math.max(0, tables.getOrDefault("android", 0L) - relr + tables.getOrDefault("relr", 0L));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
