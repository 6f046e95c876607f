package dev.binspect.linkage;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.rust.RustSymbols;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/**
 * The packages whose sources the program's panics name: what is left of crates in a stripped one.
 *
 * <p>A crate from a registry is the folder before {@code src} with its version; of path
 * dependencies only those are taken that are not the program's folder. The sources may be those of
 * generics, which the program instantiated from a dylib.
 *
 * @param folders names of the packages' folders, with their versions
 */
record PanicSources(Set<String> folders) {
  static PanicSources of(Image image) {
    Set<String> folders = new TreeSet<>();
    Set<String> roots = new TreeSet<>();
    try {
      for (byte[] content : ConstantData.of(image, false)) {
        for (int i = 0; i + 5 < content.length; i++) {
          if (content[i] == '/'
              && content[i + 1] == 's'
              && content[i + 2] == 'r'
              && content[i + 3] == 'c'
              && content[i + 4] == '/') {
            path(content, i, folders, roots);
          }
        }
      }
    } catch (MalformedException e) {
      return new PanicSources(Set.of());
    }
    folders.removeAll(roots);
    return new PanicSources(folders);
  }

  /** {@return the crates that the packages are called after} */
  Set<String> crates() {
    Set<String> crates = new TreeSet<>();
    for (String folder : folders) {
      String crate = UnitNames.crateOfFolder(folder);
      if (crate != null) {
        crates.add(crate);
      }
    }
    return crates;
  }

  /** {@return folders that another image's panics name too: the same versions of packages} */
  Set<String> common(PanicSources other) {
    Set<String> both = new TreeSet<>(folders);
    both.retainAll(other.folders);
    return both;
  }

  /**
   * {@return crates among some of which another version seems to stand in the program: two folders
   * of one name, or one that adds a number to it ({@code delta2}, beside {@code delta})}
   */
  Set<String> otherVersions(Set<String> crates) {
    Set<String> others = new TreeSet<>();
    Set<String> seen = new TreeSet<>();
    for (String folder : folders) {
      String crate = UnitNames.crateOfFolder(folder);
      if (crate == null) {
        continue;
      }
      if (crates.contains(crate)) {
        if (!seen.add(crate)) {
          others.add(crate);
        }
        continue;
      }
      int end = crate.length();
      while (end > 0 && (crate.charAt(end - 1) >= '0' && crate.charAt(end - 1) <= '9')) {
        end--;
      }
      if (end < crate.length()) {
        while (end > 0 && crate.charAt(end - 1) == '_') {
          end--;
        }
        String plain = crate.substring(0, end);
        if (crates.contains(plain)) {
          others.add(plain);
        }
      }
    }
    return others;
  }

  /**
   * {@return crates of a registry of which these sources name a version that the library's do not,
   * while the library's name another}
   */
  Set<String> otherVersionsThan(PanicSources library, Set<String> crates) {
    Set<String> others = new TreeSet<>();
    for (String folder : folders) {
      String crate = UnitNames.crateOfFolder(folder);
      if (crate == null || !crates.contains(crate) || library.folders.contains(folder)) {
        continue;
      }
      for (String one : library.folders) {
        if (crate.equals(UnitNames.crateOfFolder(one))) {
          others.add(crate);
        }
      }
    }
    return others;
  }

  private static void path(byte[] content, int src, Set<String> folders, Set<String> roots) {
    int from = src;
    while (from > 0 && src - from < 200 && CommonStrings.pathByte(content[from - 1])) {
      from--;
    }
    int to = src + 5;
    while (to < content.length && to - src < 200 && CommonStrings.pathByte(content[to])) {
      to++;
    }
    String path = new String(content, from, to - from, StandardCharsets.US_ASCII);
    int rs = path.indexOf(".rs", src - from);
    if (rs < 0
        || path.contains("/rustc/")
        || path.contains("/rust/deps/")
        || path.contains("library/")) {
      return;
    }
    int next = path.indexOf("/src/", src - from + 1);
    String folder = path.substring(path.lastIndexOf('/', src - from - 1) + 1, src - from);
    String crate = UnitNames.crateOfFolder(folder);
    if (crate == null || (next >= 0 && next < rs) || RustSymbols.isStandard(crate)) {
      return;
    }
    if (path.startsWith("/src/main.rs", src - from) || path.startsWith("/src/bin/", src - from)) {
      roots.add(folder);
    } else {
      folders.add(folder);
    }
  }
}
