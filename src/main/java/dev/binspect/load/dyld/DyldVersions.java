package dev.binspect.load.dyld;

import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * DYLD_VERSIONED_LIBRARY_PATH and DYLD_VERSIONED_FRAMEWORK_PATH (dyld(1)): a library of their
 * folders takes the place of the one at its install name where its current version is higher.
 *
 * <p>What dyld's shared cache holds under the install name is not known here; the folder's library
 * is then taken as the newer one.
 */
final class DyldVersions {
  private static final DyldVersions NONE = new DyldVersions();

  private final Map<String, String> paths = new HashMap<>();
  private final Map<String, Long> versions = new HashMap<>();

  private DyldVersions() {}

  static DyldVersions of(DyldEnvironment environment, DyldSearch search, Door door) {
    if (environment.versionedLibraries().isEmpty() && environment.versionedFrameworks().isEmpty()) {
      return NONE;
    }
    DyldVersions found = new DyldVersions();
    for (String folder : environment.versionedLibraries()) {
      for (String name : door.list(search.host(folder))) {
        if (name.endsWith(".dylib")) {
          found.add(folder + "/" + name, search);
        }
      }
    }
    for (String folder : environment.versionedFrameworks()) {
      for (String name : door.list(search.host(folder))) {
        if (name.endsWith(".framework")) {
          String leaf = name.substring(0, name.length() - ".framework".length());
          found.add(folder + "/" + name + "/" + leaf, search);
        }
      }
    }
    return found;
  }

  private void add(String path, DyldSearch search) {
    Image image = search.library(path);
    String installName = image == null ? null : image.name();
    if (image == null || installName == null) {
      return;
    }
    long version = version(image);
    Long known = versions.get(installName);
    if (known == null) {
      Image there = installName.startsWith("/") ? search.library(installName) : null;
      known = there == null ? -1L : version(there);
    }
    if (version > known) {
      versions.put(installName, version);
      paths.put(installName, path);
    }
  }

  private static long version(Image image) {
    return image.tables() instanceof MachoTables tables
        ? Integer.toUnsignedLong(tables.currentVersion())
        : 0;
  }

  /** {@return the library that takes the place of the one of an install name, or null} */
  @Nullable String of(String installName) {
    return paths.get(installName);
  }
}
