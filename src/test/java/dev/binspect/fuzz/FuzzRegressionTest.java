package dev.binspect.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What the fuzzer found once stays found; and a few thousand mutations of every fixture are tried
 * at each run.
 */
class FuzzRegressionTest {
  private static final Path TESTDATA = Path.of(System.getProperty("binspect.home"), "testdata");
  private static final int MUTATIONS_PER_FILE = 40;

  private static final Map<String, Consumer<byte[]>> TARGETS =
      Map.of("binary", BinaryTarget::fuzzerTestOneInput);

  @TestFactory
  Stream<DynamicTest> whatWasFoundStaysFound() {
    Path root = TESTDATA.resolve("regressions");
    return TARGETS.entrySet().stream()
        .flatMap(
            target ->
                files(root.resolve(target.getKey())).stream()
                    .map(
                        file ->
                            dynamicTest(
                                target.getKey() + "/" + file.getFileName(),
                                () -> target.getValue().accept(Files.readAllBytes(file)))));
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
        for (int i = 0; i < MUTATIONS_PER_FILE; i++) {
          byte[] mutated = Mutation.of(whole, random);
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
