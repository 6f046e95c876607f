package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that {@code scripts/make-testdata-macho} makes. */
final class MachoFixtures {
  static final Path ROOT = Path.of(System.getProperty("binspect.home"), "testdata", "macho");

  private MachoFixtures() {}

  /** {@return every Mach-O file, damaged ones too} */
  static List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(ROOT)) {
      return walk.filter(Files::isRegularFile)
          .filter(p -> !p.startsWith(ROOT.resolve("src")))
          .filter(p -> !p.toString().matches(".*\\.(json|tsv|a)"))
          .sorted()
          .toList();
    }
  }

  static String name(Path file) {
    return ROOT.relativize(file).toString();
  }

  static byte[] content(String name) throws IOException {
    return Files.readAllBytes(ROOT.resolve(name));
  }

  static List<Image> read(String name) throws IOException, MalformedException {
    return MachoReader.read(Bytes.of(name, content(name)));
  }

  static Image first(String name) throws IOException, MalformedException {
    return read(name).getFirst();
  }
}
