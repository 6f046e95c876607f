package dev.binspect.load;

import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables that change where dyld looks (dyld(1)), of the environment and of the program's own
 * LC_DYLD_ENVIRONMENT.
 */
record DyldEnvironment(
    List<String> libraryPath,
    List<String> frameworkPath,
    List<String> libraryFallbacks,
    List<String> frameworkFallbacks,
    List<String> inserted) {

  /**
   * @param restricted whether the system takes DYLD_ variables from the program (hardened runtime)
   */
  static DyldEnvironment of(Image program, LoadOptions options, boolean restricted) {
    Map<String, String> given = restricted ? Map.of() : options.environment();
    List<String> own =
        program.tables() instanceof MachoTables tables ? tables.dyldEnvironment() : List.of();
    List<String> libraryPath = new ArrayList<>(options.libraryPath());
    libraryPath.addAll(folders("DYLD_LIBRARY_PATH", given, own));
    return new DyldEnvironment(
        List.copyOf(libraryPath),
        folders("DYLD_FRAMEWORK_PATH", given, own),
        folders("DYLD_FALLBACK_LIBRARY_PATH", given, own),
        folders("DYLD_FALLBACK_FRAMEWORK_PATH", given, own),
        split(given.get("DYLD_INSERT_LIBRARIES")));
  }

  private static List<String> folders(String name, Map<String, String> given, List<String> own) {
    List<String> out = new ArrayList<>(split(given.get(name)));
    for (String line : own) {
      if (line.startsWith(name + "=")) {
        out.addAll(split(line.substring(name.length() + 1)));
      }
    }
    return List.copyOf(out);
  }

  private static List<String> split(@Nullable String list) {
    if (list == null || list.isEmpty()) {
      return List.of();
    }
    List<String> out = new ArrayList<>();
    for (int from = 0; from <= list.length(); ) {
      int colon = list.indexOf(':', from);
      int to = colon < 0 ? list.length() : colon;
      if (to > from) {
        out.add(list.substring(from, to));
      }
      from = to + 1;
    }
    return out;
  }
}
