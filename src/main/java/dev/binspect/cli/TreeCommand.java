package dev.binspect.cli;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import dev.binspect.report.JsonReport;
import dev.binspect.report.Report;
import dev.binspect.report.TreeText;
import java.io.IOException;
import java.io.Writer;
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
    options.allow("tree", "text", "json", "ndjson");
    return LoadCommand.run(options, console, new Body(options, given.has("-p")));
  }

  /** Not a lambda: to link the first costs a start more than a tree does. */
  private record Body(FileOptions options, boolean paths) implements LoadCommand.Body {
    @Override
    public void show(String path, long size, Image image, BinaryFiles files, Writer out)
        throws IOException {
      LoadPlan plan = Loaders.plan(path, image, options.loadOptions(), files);
      switch (options.format()) {
        case "text" -> TreeText.write(plan, options.verbose(), paths, Terminal.view(options), out);
        case "json", "ndjson" ->
            JsonReport.write(
                new Report(path, size, List.of(image), plan, null, null, List.of(), List.of()),
                out,
                options.format().equals("json")
                    ? JsonReport.Layout.INDENTED
                    : JsonReport.Layout.LINE);
        default -> throw new IllegalStateException(options.format());
      }
    }
  }
}
