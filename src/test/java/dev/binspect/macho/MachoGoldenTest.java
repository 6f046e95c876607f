package dev.binspect.macho;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.binspect.report.JsonReport;
import dev.binspect.report.Report;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each fixture's report stands beside it. {@code -Dbinspect.goldens=write} writes them anew: read
 * the difference before it is committed.
 */
class MachoGoldenTest {
  @TestFactory
  Stream<DynamicTest> everyFixtureReadsAsItsGolden() throws IOException {
    return MachoFixtures.files().stream()
        .map(file -> dynamicTest(MachoFixtures.name(file), () -> check(file)));
  }

  private static void check(Path file) throws Exception {
    String name = MachoFixtures.name(file);
    StringWriter out = new StringWriter();
    JsonReport.write(
        new Report(
            name,
            Files.size(file),
            MachoFixtures.read(name),
            null,
            null,
            null,
            List.of(),
            List.of()),
        out,
        JsonReport.Layout.INDENTED);
    Path golden = Path.of(file + ".json");
    if ("write".equals(System.getProperty("binspect.goldens"))) {
      Files.writeString(golden, out.toString());
    }
    assertThat(golden).exists();
    assertThat(out.toString()).isEqualTo(Files.readString(golden));
  }
}
