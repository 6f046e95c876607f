package dev.binspect.cli;

import dev.binspect.report.Escape;
import dev.binspect.rust.CargoBuild;
import dev.binspect.rust.CargoBuild.Executable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code binspect cargo}: builds, then inspects or gates each executable that Cargo reports. */
final class CargoCommand implements Command {
  @Override
  public String name() {
    return "cargo";
  }

  @Override
  public String summary() {
    return "Builds with Cargo, then inspects (or with --check gates) each executable it made.";
  }

  @Override
  public void describe(OptionTable options) {
    FileOptions.describe(options);
    PolicyOptions.describe(options);
    options.flag("Gate the executables instead of reporting on them.", "--check");
    options.parameters(
        "CARGO-ARGS",
        0,
        OptionTable.ANY,
        "What Cargo is called with: build unless another command comes first.");
    options.passOn();
    options.footer(
        "",
        "The same as `cargo binspect`, where cargo-binspect is on the PATH. Whatever is not an"
            + " option of binspect goes to Cargo.",
        "",
        "Examples:",
        "  binspect cargo --release -p app",
        "  binspect cargo --check --expect my_dylib build --workspace --features dynamic",
        "  binspect cargo --no-run test");
  }

  @Override
  public int run(Given given, Console console) {
    FileOptions options = FileOptions.of(given);
    List<String> arguments = arguments(given.original(), options);
    CargoBuild build;
    try {
      build = CargoBuild.run(arguments, CallerEnvironment.variables());
    } catch (IOException e) {
      console.misused(String.valueOf(e.getMessage()));
      return ExitCode.UNUSABLE;
    }
    if (build.exitCode() == ExitCode.INTERRUPTED) {
      return ExitCode
          .INTERRUPTED; // the terminal's interrupt is for all of us, and Cargo is quicker
    }
    if (build.exitCode() != 0) {
      console.misused("cargo ended with " + build.exitCode() + "; nothing is inspected");
      return ExitCode.UNUSABLE;
    }
    List<String> files = new ArrayList<>();
    for (Executable executable : build.executables()) {
      files.add(executable.path());
      if (!options.quiet()) {
        console
            .err()
            .println(
                "  Inspecting "
                    + Escape.text(executable.name())
                    + " ("
                    + Escape.text(executable.path())
                    + ")");
      }
    }
    if (files.isEmpty()) {
      console.misused("cargo built no executable");
      return ExitCode.OK;
    }
    FileOptions chosen = options.withFiles(files, cargoDir(options, build));
    return given.has("--check")
        ? CheckCommand.run(chosen, PolicyOptions.of(given), console)
        : InspectCommand.run(chosen, console);
  }

  /** {@return what Cargo is called with; what follows a {@code --} is nobody else's} */
  private static List<String> arguments(List<String> original, FileOptions options) {
    List<String> arguments = new ArrayList<>(options.files());
    int delimiter = original.indexOf("--");
    int end = arguments.size();
    if (delimiter >= 0) {
      end -= original.size() - delimiter - 1;
      arguments.add(end, "--");
    }
    if (options.quiet()) {
      arguments.add(end, "--quiet");
    }
    if (options.verbose()) {
      arguments.add(end, "--verbose");
    }
    return arguments;
  }

  private static @Nullable String cargoDir(FileOptions options, CargoBuild build) {
    return options.cargoDir() != null ? options.cargoDir() : build.buildFolder();
  }
}
