package dev.binspect.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What the fuzzer found once stays found; and a few thousand mutations of every fixture and of
 * every seed are tried at each run.
 */
class FuzzRegressionTest {
  private static final Path TESTDATA = Path.of(System.getProperty("binspect.home"), "testdata");

  /** {@code -Dbinspect.mutations=N} tries more; scripts/fuzz tries very many. */
  private static final int MUTATIONS_PER_FILE = Integer.getInteger("binspect.mutations", 60);

  private static final int MUTATIONS_PER_SEED = 20 * MUTATIONS_PER_FILE;

  @TestFactory
  Stream<DynamicTest> whatWasFoundStaysFound() {
    Map<String, Targets.Target> targets = new TreeMap<>(Targets.small());
    targets.put("binary", BinaryTarget::fuzzerTestOneInput);
    Path root = TESTDATA.resolve("regressions");
    return targets.entrySet().stream()
        .flatMap(
            target ->
                files(root.resolve(target.getKey())).stream()
                    .map(
                        file ->
                            dynamicTest(
                                target.getKey() + "/" + file.getFileName(),
                                () -> target.getValue().accept(Files.readAllBytes(file)))));
  }

  @TestFactory
  Stream<DynamicTest> mutatedSeedsAreReadOrRefused() {
    return Targets.small().entrySet().stream()
        .map(
            target ->
                dynamicTest(target.getKey(), () -> mutate(target.getKey(), target.getValue())));
  }

  private static void mutate(String name, Targets.Target target) throws IOException {
    List<Path> seeds = files(TESTDATA.resolve("fuzz").resolve(name));
    assertThat(seeds).isNotEmpty();
    for (Path seed : seeds) {
      byte[] whole = Files.readAllBytes(seed);
      target.accept(whole);
      Random random = new Random(seed.getFileName().toString().hashCode());
      for (int i = 0; i < MUTATIONS_PER_SEED; i++) {
        byte[] mutated = Mutation.of(whole, List.of(), random);
        try {
          target.accept(mutated);
        } catch (RuntimeException | Error e) {
          throw new AssertionError(
              seed + ", mutation " + i + ": " + new String(mutated, StandardCharsets.ISO_8859_1),
              e);
        }
      }
    }
  }

  @Test
  void mutatedFixturesGiveAReportOrOneLine() throws IOException {
    int tried = 0;
    for (String format : List.of("elf", "macho", "pe")) {
      for (Path file : files(TESTDATA.resolve(format))) {
        byte[] whole = Files.readAllBytes(file);
        if (whole.length < 64 || whole.length > 200_000) {
          continue;
        }
        // The seed is the file's name: a failure can be tried again, whatever was added since.
        Random random = new Random(file.getFileName().toString().hashCode());
        List<Fields.Field> fields = Fields.of(whole);
        for (int i = 0; i < MUTATIONS_PER_FILE; i++) {
          byte[] mutated = Mutation.of(whole, fields, random);
          try {
            BinaryTarget.fuzzerTestOneInput(mutated);
          } catch (RuntimeException | Error e) {
            Path kept = Files.createTempFile("binspect-mutation", ".bin");
            Files.write(kept, mutated);
            throw new AssertionError(file + ", mutation " + i + ", kept as " + kept, e);
          }
          tried++;
        }
      }
    }
    assertThat(tried).isGreaterThan(MUTATIONS_PER_FILE);
  }

  private static List<Path> files(Path folder) {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> walk = Files.walk(folder)) {
        walk.filter(Files::isRegularFile).sorted().forEach(files::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }
}
