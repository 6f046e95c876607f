package dev.binspect.cli;

import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import dev.binspect.report.JsonReport;
import dev.binspect.report.Report;
import dev.binspect.report.TreeText;
import java.util.List;

/** {@code binspect tree FILE}: the libraries as the loader finds them. */
final class TreeCommand implements Command {
  @Override
  public String name() {
    return "tree";
  }

  @Override
  public String summary() {
    return "The libraries as the loader finds them: why each was found there, and what it costs.";
  }

  @Override
  public void describe(OptionTable options) {
    FileOptions.describeWithFiles(options);
    options.flag("Paths instead of the names asked for.", "-p", "--path");
    options.footer(
        "",
        "With -v a library is shown below each object that needs it, not only the first.",
        "",
        "Examples:",
        "  binspect tree /usr/bin/git",
        "  binspect tree -p -v target/debug/app",
        "  binspect tree --sysroot /opt/arm64 app");
  }

  @Override
  public int run(Given given, Console console) {
    FileOptions options = FileOptions.of(given);
    boolean paths = given.has("-p");
    options.allow("tree", "text", "json", "ndjson");
    LoadOptions load = options.loadOptions();
    return LoadCommand.run(
        options,
        console,
        (path, size, image, files, out) -> {
          LoadPlan plan = Loaders.plan(path, image, load, files);
          switch (options.format()) {
            case "text" ->
                TreeText.write(plan, options.verbose(), paths, Terminal.view(options), out);
            case "json", "ndjson" ->
                JsonReport.write(
                    new Report(path, size, List.of(image), plan, null, null, List.of(), List.of()),
                    out,
                    options.format().equals("json")
                        ? JsonReport.Layout.INDENTED
                        : JsonReport.Layout.LINE);
            default -> throw new IllegalStateException(options.format());
          }
        });
  }
}
