package dev.binspect.load;

import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.VersionNeed;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.LoaderTables;
import dev.binspect.load.LoadPlan.Undefined;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells to whom undefined symbols are left. Mach-O and PE name a library with each symbol, and
 * their loaders' plans list only what one that is there lacks; ELF names it by a version alone.
 */
final class Leftovers {
  /** Digits of the hash that ends rustc's legacy names: 17h0123456789abcdefE. */
  private static final int HASH = 16;

  private final LoadPlan plan;
  private final boolean hosted;
  private final Set<String> missing = new HashSet<>();

  /** What each object is, by its path, filled when first asked. */
  private final Map<String, Image> images = new HashMap<>();

  /** What each object asks of files that are missing, by its path: a file may name thousands. */
  private final Map<String, Set<String>> versions = new HashMap<>();

  Leftovers(LoadPlan plan) {
    this.plan = plan;
    Image root = plan.objects().isEmpty() ? null : plan.objects().getFirst().image();
    this.hosted = root != null && root.kind() != Kind.EXECUTABLE;
    for (LoadPlan.Missing one : plan.missing()) {
      missing.add(one.name());
    }
  }

  LeftTo of(Undefined symbol) {
    Image image = image(symbol.requiredBy());
    LoaderTables tables = image == null ? null : image.tables();
    if (tables != null && !(tables instanceof ElfTables)) {
      return LeftTo.NOBODY;
    }
    if (tables instanceof ElfTables elf && !symbol.version().isEmpty()) {
      return ofMissing(elf, symbol.requiredBy()).contains(symbol.version())
          ? LeftTo.MISSING
          : LeftTo.NOBODY;
    }
    if (!missing.isEmpty()) {
      return LeftTo.MISSING;
    }
    return hosted && tables != null && !ofRust(symbol.symbol()) ? LeftTo.HOST : LeftTo.NOBODY;
  }

  /** {@return the versions that an object asks of files that are missing} */
  private Set<String> ofMissing(ElfTables asking, String path) {
    Set<String> known = versions.get(path);
    if (known == null) {
      known = new HashSet<>();
      for (VersionNeed need : asking.versionsNeeded()) {
        if (missing.contains(need.file())) {
          known.addAll(need.versions());
        }
      }
      versions.put(path, known);
    }
    return known;
  }

  /** rustc names every dylib that it takes a symbol from: no host was meant. */
  private static boolean ofRust(String name) {
    if (name.startsWith("_R")) {
      return true;
    }
    int hash = name.startsWith("_ZN") ? name.lastIndexOf("17h") + 3 : 0;
    if (hash < 3 + 3 || name.length() <= hash + HASH || name.charAt(hash + HASH) != 'E') {
      return false;
    }
    for (int i = hash; i < hash + HASH; i++) {
      if (Character.digit(name.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Image image(String path) {
    if (images.isEmpty()) {
      for (LoadedObject object : plan.objects()) {
        Image image = object.image();
        if (image != null) {
          images.put(object.path(), image);
        }
      }
    }
    return images.get(path);
  }
}
