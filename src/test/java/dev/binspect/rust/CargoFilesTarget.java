package dev.binspect.rust;

import dev.binspect.fuzz.OneFileDoor;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Every file of Cargo's that is read, with the same bytes: fingerprints, dependency information,
 * what build scripts told, settings, rustc's own record, and sources.
 */
public final class CargoFilesTarget {
  private static final List<String> NAMES =
      List.of(
          "app-0123456789abcdef",
          "bin-app.json",
          "dep-fedcba9876543210",
          "lib-dep",
          "lib-dep.json",
          "run-build-script-build-script-build");

  private CargoFilesTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    OneFileDoor door = new OneFileDoor(data, NAMES);
    CargoFolder folder =
        new CargoFolder("/w/target/debug", "/w/target/debug", "0123456789abcdef", true, "app");
    CargoUnits units = CargoUnits.of(folder, door);
    folder.libraryPath(units.linkInstructions().searched(), "libstd-0123456789abcdef.so", door);
    for (CargoUnits.Unit unit : units.units()) {
      DylibFiles.wasDylib(folder, unit, door);
    }
    CargoSources.references(folder, "app-0123456789abcdef", "dep", door);
    TomlText.of(new String(data, StandardCharsets.UTF_8), "build", "build-dir");
    CargoConfig.buildFolders("/w/target/debug", "/w/app/src", null, door);
    CargoConfig.targetFolders("/w", List.of(), door);
    CargoConfig.sources("/w/target/debug/app", door);
  }
}
