package dev.binspect.linkage;

import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.rust.AuditablePackages;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoFolderSearch;
import dev.binspect.rust.CargoLock;
import dev.binspect.rust.PackageGraph;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a program was built, as far as it can be found out.
 *
 * @param folder Cargo's, or null
 * @param runs whether {@code cargo run} starts the program from there: not one that was copied away
 *     and whose debug information alone leads there
 */
record BuildPlace(@Nullable CargoFolder folder, boolean runs) {

  /**
   * {@return Cargo's folder: the one that is named, the one that the program stands in, or, where a
   * dylib is asked about, the one that its debug information leads to, if that very build is still
   * there}
   *
   * @param absolute path of the program
   */
  static BuildPlace of(String absolute, Program program, LinkageJudge.Expectation expectation) {
    Image image = program.image();
    Door door = program.door();
    String named = expectation.cargoFolder();
    String cargoDir =
        named == null ? null : new File(named).getAbsoluteFile().toPath().normalize().toString();
    String buildDir = System.getenv("CARGO_BUILD_BUILD_DIR");
    @Nullable CargoFolder found = CargoFolderSearch.of(absolute, image, cargoDir, buildDir, door);
    boolean asked = !expectation.names().isEmpty() || !expectation.policyNames().isEmpty();
    boolean search = cargoDir != null ? found != null && found.unit() == null : asked;
    if (found != null && cargoDir == null || !search) {
      return new BuildPlace(found, true);
    }
    String crate = program.rootCrate();
    if (crate == null) {
      return new BuildPlace(found, true);
    }
    if (cargoDir != null) {
      // It may have got another name on its way.
      CargoFolder other =
          CargoFolderSearch.of(cargoDir + "/" + crate, image, cargoDir, buildDir, door);
      return new BuildPlace(other != null && other.unit() != null ? other : found, true);
    }
    List<String> targetDirs = new ArrayList<>();
    for (String variable : new String[] {"CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"}) {
      String value = System.getenv(variable);
      if (value != null) {
        targetDirs.add(value);
      }
    }
    for (String workspace : program.unitNames().folders()) {
      CargoFolder there =
          CargoFolderSearch.traced(workspace, crate, image, targetDirs, buildDir, door);
      if (there != null) {
        return new BuildPlace(there, false);
      }
    }
    return new BuildPlace(null, false);
  }

  /**
   * {@return what the program's packages depend on, as the program itself or its workspace's lock
   * file says; null where neither is at hand}
   */
  static @Nullable PackageGraph packages(Findings findings) {
    Program program = findings.program();
    AuditablePackages audited = AuditablePackages.of(program.image());
    if (audited != null) {
      return audited.graph();
    }
    CargoFolder folder = findings.folder();
    if (folder != null) {
      String workspace = folder.workspace(program.door());
      PackageGraph graph = workspace == null ? null : CargoLock.of(workspace, program.door());
      if (graph != null) {
        return graph;
      }
      // A target folder may stand outside of its workspace.
    }
    for (String workspace : program.unitNames().folders()) {
      PackageGraph graph = CargoLock.of(workspace, program.door());
      if (graph != null) {
        return graph;
      }
    }
    return null;
  }
}
