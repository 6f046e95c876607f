package dev.binspect.tradeoff;

import dev.binspect.tradeoff.CargoMetadata.CargoPackage;
import dev.binspect.tradeoff.CargoMetadata.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A project copied and understood.
 *
 * @param mirror holds the copy at its original paths
 * @param project the project's folder in it
 * @param program the package
 * @param binary its program
 */
record Prepared(
    Path mirror,
    Path project,
    CargoMetadata metadata,
    CargoPackage program,
    Target binary,
    Path sysroot,
    String host,
    String toolchain) {

  /**
   * Copies (unless that was done) and asks Cargo about the copy; the project itself is only read.
   */
  static Prepared of(
      Question question, Cargo cargo, Journal journal, Map<String, String> environment)
      throws IOException, TradeoffException {
    Path project = project(question.project());
    Path workspace = workspace(cargo, project.resolve("Cargo.toml"));
    if (question.work().startsWith(workspace)) {
      throw new TradeoffException(
          "the working folder "
              + question.work()
              + " lies in the project: choose another with --work-dir");
    }
    if (Files.exists(workspace.resolve(Wrapper.PACKAGE))) {
      throw new TradeoffException(
          workspace.resolve(Wrapper.PACKAGE) + " is there already: take it out with --undo first");
    }
    Path sysroot = cargo.sysroot(project);
    Path toolchains = sysroot.getParent();
    if (toolchains != null && toolchains.endsWith("toolchains")) {
      // an override that rustup keeps by the folder's name does not hold for a copy
      cargo.useToolchain(String.valueOf(sysroot.getFileName()));
    }
    Path mirror = question.work().resolve("static");
    if (journal.fact("copied") == null) {
      WorkspaceCopy.delete(mirror);
      String home = environment.get("CARGO_HOME");
      String user = environment.get("HOME");
      Path cargoHome = home != null ? Path.of(home) : user != null ? Path.of(user, ".cargo") : null;
      new WorkspaceCopy(mirror, question.work())
          .copy(
              workspace,
              cargoHome,
              manifest -> {
                try {
                  return workspace(cargo, manifest);
                } catch (TradeoffException e) {
                  Path own = manifest.getParent();
                  return own == null ? manifest : own;
                }
              });
      journal.fact("copied", workspace.toString());
    }
    Path copied = WorkspaceCopy.in(mirror, project);
    Map<String, String> version = cargo.rustcVersion(copied);
    String host = version.getOrDefault("host", "");
    List<String> ask =
        new ArrayList<>(List.of("metadata", "--format-version", "1", "--filter-platform", host));
    if (question.offline()) {
      ask.add("--offline");
    }
    ask.addAll(question.features());
    CargoMetadata metadata = CargoMetadata.of(cargo.ask(copied, ask));
    CargoPackage program = program(question, metadata, copied);
    return new Prepared(
        mirror,
        copied,
        metadata,
        program,
        binary(question, program),
        sysroot,
        host,
        version.getOrDefault("version", "rustc"));
  }

  /** {@return the folder with the manifest, absolute, links followed} */
  static Path project(Path given) throws IOException, TradeoffException {
    Path folder = given.endsWith("Cargo.toml") ? given.toAbsolutePath().getParent() : given;
    if (folder == null || !Files.isRegularFile(folder.resolve("Cargo.toml"))) {
      throw new TradeoffException("has no Cargo.toml");
    }
    return folder.toRealPath();
  }

  static Path workspace(Cargo cargo, Path manifest) throws IOException, TradeoffException {
    Path folder = manifest.getParent();
    String root =
        cargo.ask(
            folder == null ? manifest : folder,
            List.of(
                "locate-project",
                "--workspace",
                "--message-format",
                "plain",
                "--manifest-path",
                manifest.toString()));
    Path parent = Path.of(root.strip()).getParent();
    if (parent == null) {
      throw new TradeoffException(manifest + ": its workspace was not found");
    }
    return parent;
  }

  static CargoPackage program(Question question, CargoMetadata metadata, Path copied)
      throws TradeoffException {
    String named = question.packageName();
    List<CargoPackage> with = new ArrayList<>();
    for (String id : metadata.members()) {
      CargoPackage here = metadata.packages().get(id);
      if (named == null
          && here != null
          && here.folder().equals(copied)
          && !programs(here).isEmpty()) {
        return here;
      }
    }
    for (String id : named == null ? metadata.defaultMembers() : metadata.members()) {
      CargoPackage p = metadata.packages().get(id);
      if (p == null || named != null && !p.name().equals(named)) {
        continue;
      }
      String binary = question.binary();
      if (!programs(p).isEmpty() && (binary == null || hasProgram(p, binary))) {
        with.add(p);
      }
    }
    if (with.isEmpty()) {
      throw new TradeoffException(
          named == null
              ? question.project() + ": no package of it has a program"
              : "package " + named + " is not in the workspace, or has no program");
    }
    if (with.size() > 1) {
      List<String> names = new ArrayList<>();
      for (CargoPackage p : with) {
        names.add(p.name());
      }
      throw new TradeoffException(
          "several packages have programs, choose one with -p: " + String.join(", ", names));
    }
    return with.getFirst();
  }

  private static boolean hasProgram(CargoPackage p, String name) {
    for (Target target : programs(p)) {
      if (target.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  static List<Target> programs(CargoPackage p) {
    List<Target> programs = new ArrayList<>();
    for (Target target : p.targets()) {
      if (target.isProgram()) {
        programs.add(target);
      }
    }
    return programs;
  }

  private static Target binary(Question question, CargoPackage program) throws TradeoffException {
    List<Target> programs = programs(program);
    @Nullable String wanted = question.binary() != null ? question.binary() : program.defaultRun();
    for (Target target : programs) {
      if (wanted == null || target.name().equals(wanted)) {
        return target;
      }
    }
    throw new TradeoffException("package " + program.name() + " has no program " + wanted);
  }
}
