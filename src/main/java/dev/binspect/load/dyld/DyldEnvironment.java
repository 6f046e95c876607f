package dev.binspect.load.dyld;

import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.MachoTables;
import dev.binspect.load.LoadOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables that change where dyld looks (dyld(1)), of the environment and, behind them, of the
 * program's own LC_DYLD_ENVIRONMENT.
 *
 * @param versionedLibraries folders whose libraries are taken where they are newer than the ones of
 *     their install names
 * @param imageSuffixes tried at the end of each file's name, before it
 * @param restricted whether the program takes none from the environment
 */
record DyldEnvironment(
    List<String> libraryPath,
    List<String> frameworkPath,
    List<String> libraryFallbacks,
    List<String> frameworkFallbacks,
    List<String> versionedLibraries,
    List<String> versionedFrameworks,
    List<String> imageSuffixes,
    List<String> inserted,
    boolean restricted) {

  /**
   * @param folder the program's, which stands for both {@code @executable_path} and {@code
   *     @loader_path} in LC_DYLD_ENVIRONMENT
   * @param restricted whether the system takes DYLD_ variables from the program (hardened runtime)
   */
  static DyldEnvironment of(Image program, String folder, LoadOptions options, boolean restricted) {
    Map<String, String> given = restricted ? Map.of() : options.environment();
    List<String> own =
        program.kind() == Kind.EXECUTABLE && program.tables() instanceof MachoTables tables
            ? tables.dyldEnvironment()
            : List.of();
    List<String> libraryPath = new ArrayList<>(options.libraryPath());
    libraryPath.addAll(folders("DYLD_LIBRARY_PATH", given, own, folder));
    return new DyldEnvironment(
        List.copyOf(libraryPath),
        folders("DYLD_FRAMEWORK_PATH", given, own, folder),
        folders("DYLD_FALLBACK_LIBRARY_PATH", given, own, folder),
        folders("DYLD_FALLBACK_FRAMEWORK_PATH", given, own, folder),
        folders("DYLD_VERSIONED_LIBRARY_PATH", given, own, folder),
        folders("DYLD_VERSIONED_FRAMEWORK_PATH", given, own, folder),
        split(given.get("DYLD_IMAGE_SUFFIX")),
        split(given.get("DYLD_INSERT_LIBRARIES")),
        restricted);
  }

  private static List<String> folders(
      String name, Map<String, String> given, List<String> own, String folder) {
    List<String> out = new ArrayList<>(split(given.get(name)));
    for (String line : own) {
      if (line.startsWith(name + "=")) {
        for (String path : split(line.substring(name.length() + 1))) {
          out.add(expand(path, folder));
        }
      }
    }
    return List.copyOf(out);
  }

  private static String expand(String path, String folder) {
    for (String word : new String[] {"@executable_path/", "@loader_path/"}) {
      if (path.startsWith(word)) {
        return folder + "/" + path.substring(word.length());
      }
    }
    return path;
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
