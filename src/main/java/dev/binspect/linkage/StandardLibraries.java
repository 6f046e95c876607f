package dev.binspect.linkage;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.rust.Toolchains;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The standard libraries of the toolchains at hand: what they hold says nothing of a dylib. */
final class StandardLibraries {
  private StandardLibraries() {}

  /** {@return those for the program's machine; none where neither it nor the library is Rust's} */
  static List<Image> like(Program program, Offered library) {
    if (!program.rust() && !library.rust()) {
      return List.of();
    }
    List<Image> images = new ArrayList<>();
    for (String file : Toolchains.standardLibraries(program.door())) {
      try {
        for (Image image : program.door().images(file)) {
          if (image.format() == program.image().format()
              && image.machine().equals(program.image().machine())) {
            images.add(image);
          }
        }
      } catch (IOException | MalformedException e) {
        // One toolchain less to compare with.
      }
    }
    return images;
  }
}
