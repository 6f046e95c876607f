package dev.binspect.macho;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Needed;
import dev.binspect.image.Relocations;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the script counted while it put a file together, the reader counts as well. */
class MachoConstructionTest {
  @TestFactory
  Stream<DynamicTest> everyFactOfTheMakerIsRead() throws IOException {
    List<String> rows = Files.readAllLines(MachoFixtures.ROOT.resolve("bytes/truth.tsv"));
    assertThat(rows).hasSizeGreaterThan(100);
    return rows.stream()
        .map(row -> row.split("\t"))
        .map(
            row ->
                dynamicTest(
                    row[0] + ": " + row[1] + " " + row[2], () -> check(row[0], row[1], row[2])));
  }

  private static void check(String file, String fact, String value) throws Exception {
    Image image = MachoFixtures.first("bytes/" + file);
    if (fact.equals("unknown")) {
      unknown(image, value);
    } else if (fact.startsWith("needed ")) {
      assertThat(image.needed())
          .filteredOn(needed -> needed.name().equals(fact.substring(7)))
          .extracting(needed -> needed.how().key())
          .containsExactly(value);
    } else {
      assertThat(String.valueOf(read(image, fact))).isEqualTo(value);
    }
  }

  private static void unknown(Image image, String what) {
    assertThat(image.notes())
        .anyMatch(note -> note.level() == dev.binspect.image.Note.Level.WARNING);
    switch (what) {
      case "relocations" -> {
        assertThat(image.relocations()).isNull();
        assertThat(image.imports()).isNull();
      }
      case "imports" -> assertThat(image.imports()).isNull();
      case "exports" -> assertThat(image.exports()).isEqualTo(-1);
      case "second slice" ->
          assertThat(image.notes()).anyMatch(note -> note.message().contains("slice 2 of 2"));
      default -> throw new AssertionError(what);
    }
  }

  private static long read(Image image, String fact) {
    Relocations relocations = image.relocations();
    assertThat(relocations).isNotNull();
    assertThat(image.imports()).isNotNull();
    if (fact.startsWith("library ")) {
      return image.imports().byLibrary().getOrDefault(fact.substring(8), 0L);
    }
    return switch (fact) {
      case "authenticated" -> {
        long sum = 0;
        for (Map.Entry<String, Long> type : relocations.byType().entrySet()) {
          sum += type.getKey().endsWith("Auth") ? type.getValue() : 0;
        }
        yield sum;
      }
      case "imports" -> image.imports().count();
      case "exports" -> image.exports();
      case "weakDefinitions" -> ((MachoTables) image.tables()).weakDefinitions();
      case "pages" -> relocations.pages();
      case "rpaths" -> image.searchPaths().rpath().size();
      default -> relocations.byTable().getOrDefault(fact, 0L);
    };
  }

  @org.junit.jupiter.api.Test
  void anUnusedImportIsCountedAndIsNoUse() throws Exception {
    Image image = MachoFixtures.first("bytes/format04.dylib");
    MachoTables tables = (MachoTables) image.tables();
    assertThat(tables.binds()).hasSize(6).allMatch(bind -> bind.count() == 0);
    assertThat(image.imports().byLibrary()).isEmpty();
    assertThat(image.needed()).extracting(Needed::how).containsOnly(Needed.How.LOAD);
  }
}
