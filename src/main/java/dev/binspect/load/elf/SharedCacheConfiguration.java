package dev.binspect.load.elf;

import dev.binspect.image.Door;
import dev.binspect.load.Glob;
import dev.binspect.load.Root;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The folders named in /etc/ld.so.conf (ldconfig(8)). ld.so itself never reads it: it matters where
 * a root has no cache yet.
 */
final class SharedCacheConfiguration {
  private static final int LIMIT = 1 << 20;
  private static final int DEPTH = 10;

  /** Files may include each other; and folders, beyond which nothing is read. */
  private static final int MOST_FILES = 256;

  private static final int MOST_FOLDERS = 4096;

  private final Root root;
  private final Door door;
  private final Set<String> folders = new LinkedHashSet<>();
  private int files;

  private SharedCacheConfiguration(Root root, Door door) {
    this.root = root;
    this.door = door;
  }

  /** {@return the folders in order, as seen from within the root} */
  static List<String> folders(Root root, Door door) {
    SharedCacheConfiguration read = new SharedCacheConfiguration(root, door);
    read.file("/etc/ld.so.conf", 0);
    return List.copyOf(read.folders);
  }

  private void file(String path, int depth) {
    byte[] content = door.content(root.host(path), LIMIT);
    if (content == null || depth > DEPTH || files++ >= MOST_FILES) {
      return;
    }
    String text = new String(content, StandardCharsets.UTF_8);
    int from = 0;
    while (from < text.length()) {
      int to = text.indexOf('\n', from);
      line(text.substring(from, to < 0 ? text.length() : to), path, depth);
      from = to < 0 ? text.length() : to + 1;
    }
  }

  private void line(String written, String path, int depth) {
    int comment = written.indexOf('#');
    String line = (comment < 0 ? written : written.substring(0, comment)).trim();
    if (line.isEmpty() || line.startsWith("hwcap ") || line.startsWith("hwcap\t")) {
      return;
    }
    if (line.startsWith("include ") || line.startsWith("include\t")) {
      for (String pattern : words(line.substring(8), " \t")) {
        include(
            pattern.startsWith("/")
                ? pattern
                : path.substring(0, path.lastIndexOf('/') + 1) + pattern,
            depth);
      }
      return;
    }
    for (String folder : words(line, " \t,:")) {
      int type = folder.indexOf('=');
      String plain = type < 0 ? folder : folder.substring(0, type);
      if (plain.startsWith("/") && folders.size() < MOST_FOLDERS) {
        folders.add(plain);
      }
    }
  }

  private void include(String pattern, int depth) {
    int slash = pattern.lastIndexOf('/');
    String folder = pattern.substring(0, slash);
    String glob = pattern.substring(slash + 1);
    for (String name : door.list(root.host(folder.isEmpty() ? "/" : folder))) {
      // Like the shell's: a leading dot must be written.
      if ((!name.startsWith(".") || glob.startsWith(".")) && Glob.matches(glob, name)) {
        file(folder + "/" + name, depth + 1);
      }
    }
  }

  private static List<String> words(String text, String separators) {
    List<String> words = new ArrayList<>();
    int from = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean separator = i == text.length() || separators.indexOf(text.charAt(i)) >= 0;
      if (separator && from >= 0) {
        words.add(text.substring(from, i));
        from = -1;
      } else if (!separator && from < 0) {
        from = i;
      }
    }
    return words;
  }
}
