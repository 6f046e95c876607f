package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The committed files of testdata/elf; scripts/make-testdata-elf makes them. */
final class Fixtures {
  static final Path FOLDER = Path.of(System.getProperty("binspect.home", "."), "testdata", "elf");

  private Fixtures() {}

  static List<Path> all() throws IOException {
    try (Stream<Path> list = Files.list(FOLDER)) {
      return list.filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".tsv"))
          .sorted()
          .toList();
    }
  }

  static Image read(String name) throws IOException, MalformedException {
    return ElfReader.read(Bytes.of(name, Files.readAllBytes(FOLDER.resolve(name))));
  }
}
