package dev.binspect.tradeoff;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A linker of this machine.
 *
 * @param name "default", "rust-lld", "ld.bfd", "mold", …
 * @param program null for what the project and the toolchain choose
 */
record Linker(String name, @Nullable Path program) {
  static final String DEFAULT_NAME = "default";

  /** What the project's own settings choose. */
  static final Linker DEFAULT = new Linker(DEFAULT_NAME, null);

  private static final List<String> NAMES = List.of("ld.bfd", "mold", "wild", "ld.lld");

  /** {@return the toolchain's own linker if it has one, then those of the path, each once} */
  static List<Linker> found(Path sysroot, String host, Map<String, String> environment) {
    List<Linker> found = new ArrayList<>();
    Path own = sysroot.resolve("lib/rustlib/" + host + "/bin/gcc-ld/ld.lld");
    if (Files.isExecutable(own)) {
      found.add(new Linker("rust-lld", own));
    }
    for (String name : NAMES) {
      for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
        Path file = Path.of(folder.isEmpty() ? "." : folder, name);
        if (Files.isExecutable(file) && !Files.isDirectory(file)) {
          found.add(new Linker(name, file.toAbsolutePath()));
          break;
        }
      }
    }
    return found;
  }

  /**
   * {@return whether it is what a project's own settings choose}
   *
   * @param use what {@code -fuse-ld} says there, or "-"
   */
  boolean isChosenBy(String use) {
    return switch (use) {
      // the toolchain's own is what -fuse-ld=lld means by default
      case "lld" -> name.equals("rust-lld");
      case "-", "bfd" -> name.equals("ld.bfd");
      default -> name.equals(use) || name.equals("ld." + use);
    };
  }

  /**
   * {@return a folder in which compilers find this linker when they are told {@code -fuse-ld=bfd}}
   */
  Path folder(Path below) throws IOException {
    Path folder = below.resolve(name);
    Files.createDirectories(folder);
    Path script = folder.resolve("ld.bfd");
    if (!Files.exists(script)) {
      LinkTimer.script(
          script, "#!/bin/sh\nexec " + LinkTimer.quoted(String.valueOf(program)) + " \"$@\"\n");
    }
    return folder;
  }
}
