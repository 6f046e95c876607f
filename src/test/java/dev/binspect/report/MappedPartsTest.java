package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.bytes.Bytes;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.image.Relocations;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MappedPartsTest {
  private static final Path TESTDATA = Path.of("testdata");

  static List<Path> fixtures() throws IOException {
    try (Stream<Path> files = Files.walk(TESTDATA)) {
      return files
          .filter(Files::isRegularFile)
          .filter(
              p ->
                  p.toString()
                      .matches("testdata/(elf|macho|pe)/[^/]*(\\.so|\\.exe|\\.dll|-[^./]*)"))
          .sorted()
          .toList();
    }
  }

  private static List<Image> images(Path file) throws Exception {
    return BinaryFiles.images(Bytes.of(file.toString(), Files.readAllBytes(file)));
  }

  /** The parts have every page that is written once, and so have the cells of the strip. */
  @ParameterizedTest
  @MethodSource("fixtures")
  void eachPageWrittenLiesInOnePart(Path file) throws Exception {
    for (Image image : images(file)) {
      Relocations relocations = image.relocations();
      if (relocations == null || relocations.total() == 0) {
        continue;
      }
      MappedParts map = MappedParts.of(image, relocations.written(), Files.size(file));
      long written = 0;
      long pages = 0;
      for (MappedParts.Part part : map.parts()) {
        assertThat(part.before).isEqualTo(pages);
        assertThat(part.written).isLessThanOrEqualTo(part.pages());
        written += part.written;
        pages += part.pages();
        if (part.use == MappedParts.Use.CODE || part.use == MappedParts.Use.READ_ONLY) {
          assertThat(part.written == 0 || writesToText(relocations)).as(part.name).isTrue();
        }
      }
      assertThat(map.elsewhere()).isZero();
      assertThat(written).isEqualTo(relocations.pages());
      assertThat(pages).isEqualTo(map.pages());
      for (int cells : new int[] {1, 7, 500}) {
        assertThat(Arrays.stream(map.cells(cells)).sum()).isEqualTo(written);
      }
    }
  }

  private static boolean writesToText(Relocations relocations) {
    return relocations.byPlace().containsKey("text")
        || relocations.byPlace().containsKey("relro")
        || relocations.byPlace().containsKey("got");
  }

  /** By hand, with {@code readelf -lrW}: relro is 0x3dc0 to 0x4000, and data follows. */
  @Test
  void theStripShowsWhatIsWritten() throws Exception {
    Path file = TESTDATA.resolve("elf/x86_64-shared.so");
    List<Image> images = images(file);
    StringWriter out = new StringWriter();
    HtmlReport.write(
        List.of(
            new Report(
                file.toString(), Files.size(file), images, null, null, null, List.of(), List.of())),
        List.of(),
        null,
        "1.2.3",
        out);
    assertThat(out.toString()).contains("<svg class=\"strip\"");
  }

  @Test
  void whatAFileSaysOfItsSizeIsNotBelieved() throws Exception {
    Image image = images(TESTDATA.resolve("elf/x86_64-shared.so")).getFirst();
    MappedParts map = MappedParts.of(image, image.relocations().written(), 4096);
    assertThat(map.pages()).isLessThan(20);
  }
}
