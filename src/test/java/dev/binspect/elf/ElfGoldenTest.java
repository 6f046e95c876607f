package dev.binspect.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Imports;
import dev.binspect.image.Needed;
import dev.binspect.image.Relocations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each file of testdata/elf against what readelf and llvm-readelf said of it when it was made. */
class ElfGoldenTest {
  @TestFactory
  Stream<DynamicTest> fixturesAreWhatTheirGoldensSay() throws IOException {
    return Fixtures.all().stream()
        .map(file -> dynamicTest(file.getFileName().toString(), () -> compare(file)));
  }

  private static void compare(Path file) throws Exception {
    String fileName = file.getFileName().toString();
    Image image = Fixtures.read(fileName);
    Map<String, Long> types = new TreeMap<>();
    List<String> said = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(file + ".tsv"))) {
      if (line.startsWith("type ")) {
        String[] parts = line.split(" ");
        types.put(parts[1], Long.valueOf(parts[2]));
      } else if (!line.startsWith("machine ")) {
        said.add(line);
      }
    }
    Relocations relocations = image.relocations();
    assertThat(relocations).isNotNull();
    Map<String, Long> ours = new TreeMap<>(relocations.byType());
    // No tool prints the GOT that MIPS relocates without a table as relocations.
    Long got = ours.remove("GOT");
    assertThat(got).isEqualTo(relocations.byTable().get("mipsGot"));
    assertThat(ours).isEqualTo(types);
    assertThat(facts(image, said)).isEqualTo(said);
    assertThat(image.notes()).isEmpty();
    for (Map<String, Long> tally :
        List.of(
            relocations.byTable(),
            relocations.byType(),
            relocations.byKind(),
            relocations.byPlace(),
            relocations.byTarget())) {
      assertThat(tally.values().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(relocations.total());
    }
    if (image.tables() instanceof ElfTables tables) {
      assertThat(tables.segments()).isNotEmpty();
    }
  }

  /** The same lines from our side, in the order of the golden. */
  private static List<String> facts(Image image, List<String> said) {
    List<String> facts = new ArrayList<>();
    for (Needed needed : image.needed()) {
      facts.add("needed " + needed.name());
    }
    if (image.name() != null) {
      facts.add("soname " + image.name());
    }
    if (!image.searchPaths().rpath().isEmpty()) {
      facts.add("rpath " + String.join(":", image.searchPaths().rpath()));
    }
    if (!image.searchPaths().runpath().isEmpty()) {
      facts.add("runpath " + String.join(":", image.searchPaths().runpath()));
    }
    if (image.interpreter() != null) {
      facts.add("interpreter " + image.interpreter());
    }
    Imports imports = image.imports();
    if (said.stream().anyMatch(line -> line.startsWith("imports "))) {
      facts.add("imports " + (imports == null ? -1 : imports.count()));
      facts.add("exports " + image.exports());
    }
    if (image.buildId() != null) {
      facts.add("buildid " + image.buildId());
    }
    return facts;
  }
}
