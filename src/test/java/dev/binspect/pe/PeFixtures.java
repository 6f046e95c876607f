package dev.binspect.pe;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that {@code scripts/make-testdata-pe} makes. */
final class PeFixtures {
  static final Path ROOT = Path.of(System.getProperty("binspect.home"), "testdata", "pe");

  private PeFixtures() {}

  /** {@return the images, and not what is refused} */
  static List<Path> images() throws IOException {
    try (Stream<Path> walk = Files.walk(ROOT)) {
      return walk.filter(p -> p.toString().matches(".*\\.(exe|dll|sys|efi|debug)"))
          .filter(p -> !p.getParent().endsWith("refused"))
          .sorted()
          .toList();
    }
  }

  static Image read(String name) throws IOException, MalformedException {
    return PeReader.read(Bytes.of(name, Files.readAllBytes(ROOT.resolve(name))));
  }
}
