package dev.binspect.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.binspect.image.Image;
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
class PeGoldenTest {
  @TestFactory
  Stream<DynamicTest> everyFixtureReadsAsItsGolden() throws IOException {
    return PeFixtures.images().stream()
        .map(file -> dynamicTest(PeFixtures.ROOT.relativize(file).toString(), () -> check(file)));
  }

  private static void check(Path file) throws Exception {
    String name = PeFixtures.ROOT.relativize(file).toString();
    Image image = PeFixtures.read(name);
    StringWriter out = new StringWriter();
    JsonReport.write(
        new Report(name, Files.size(file), List.of(image), null, null, null, List.of(), List.of()),
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
