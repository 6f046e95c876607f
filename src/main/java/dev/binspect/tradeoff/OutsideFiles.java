package dev.binspect.tradeoff;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files outside of a workspace that its sources name with a relative path: {@code
 * include_str!("../../LICENSE")}, {@code concat!(env!("CARGO_MANIFEST_DIR"), "/../schema.json")}.
 * Such paths start from the source's folder or from the package's.
 */
final class OutsideFiles {
  private static final Pattern UPWARD = Pattern.compile("\"/?((?:\\.\\./)+[^\"\\\\\\n]+)\"");
  private static final long MOST_BYTES = 64L << 20;

  private OutsideFiles() {}

  /** {@return regular files that a source may mean; those inside of the workspace too} */
  static List<Path> named(Path source) throws IOException {
    if (Files.size(source) > MOST_BYTES) {
      return List.of();
    }
    String text = Files.readString(source, StandardCharsets.ISO_8859_1);
    List<Path> found = new ArrayList<>();
    Matcher upward = UPWARD.matcher(text);
    while (upward.find()) {
      // names are UTF-8 in sources
      String named =
          new String(upward.group(1).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      add(found, source.getParent(), named);
      add(found, packageOf(source), named);
    }
    return found;
  }

  private static void add(List<Path> found, @Nullable Path base, String named) throws IOException {
    if (base == null) {
      return;
    }
    try {
      Path file = base.resolve(named).normalize();
      if (Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES && !found.contains(file)) {
        found.add(file);
      }
    } catch (InvalidPathException e) {
      // some other text with dots and slashes
      return;
    }
  }

  private static @Nullable Path packageOf(Path source) {
    for (Path folder = source.getParent(); folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("Cargo.toml"))) {
        return folder;
      }
    }
    return null;
  }
}
