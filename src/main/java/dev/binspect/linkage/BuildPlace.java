package dev.binspect.linkage;

import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.rust.AuditablePackages;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoFolderSearch;
import dev.binspect.rust.CargoLock;
import dev.binspect.rust.CargoManifests;
import dev.binspect.rust.PackageGraph;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
    for (String workspace : workspaces(findings)) {
      PackageGraph graph = CargoLock.of(workspace, program.door());
      if (graph != null) {
        return graph;
      }
    }
    return null;
  }

  /**
   * {@return what the package of a library depends on, and itself; null where none is called so}
   *
   * @param library its key
   */
  static @Nullable Set<String> below(PackageGraph packages, String library, Findings findings) {
    Set<String> found = packages.below(library);
    if (found != null) {
      return found;
    }
    for (String workspace : workspaces(findings)) {
      String name = CargoManifests.packageOf(library, workspace, findings.program().door());
      found = name == null ? null : packages.below(name);
      if (found != null) {
        found.add(library);
        return found;
      }
    }
    return null;
  }

  private static List<String> workspaces(Findings findings) {
    Program program = findings.program();
    List<String> workspaces = new ArrayList<>();
    CargoFolder folder = findings.folder();
    String above = folder == null ? null : folder.workspace(program.door());
    if (above != null) {
      workspaces.add(above);
    }
    // A target folder may stand outside of its workspace.
    for (String workspace : program.unitNames().folders()) {
      if (!workspaces.contains(workspace)) {
        workspaces.add(workspace);
      }
    }
    return workspaces;
  }
}
