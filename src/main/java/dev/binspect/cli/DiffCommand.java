package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.report.Diff;
import dev.binspect.report.JsonDiff;
import dev.binspect.report.JsonReport;
import dev.binspect.report.MarkdownDiff;
import dev.binspect.report.Report;
import dev.binspect.report.TextDiff;
import java.io.IOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code binspect diff OLD NEW}: two builds side by side. */
final class DiffCommand implements Command {
  @Override
  public String name() {
    return "diff";
  }

  @Override
  public String summary() {
    return "Two builds side by side: sizes, relocations, look-ups, pages, libraries, crates, start.";
  }

  @Override
  public void describe(CommandSpec spec) {
    FileOptions.describe(spec, "2");
    BudgetOptions.describe(spec);
    spec.usageMessage()
        .footer(
            "",
            "Formats: text, json, ndjson, markdown. Starts are measured unless --no-run says otherwise.",
            "",
            "Examples:",
            "  binspect diff target/static/app target/debug/app",
            "  binspect diff --no-run --format markdown old/app new/app > comment.md",
            "  binspect diff --json old new | jq '.figures[\"load.counters.lookups\"]'");
  }

  @Override
  public int run(ParseResult parsed, Console console) {
    FileOptions options = FileOptions.of(parsed);
    switch (options.format()) {
      case "text", "json", "ndjson", "markdown" -> {}
      default ->
          throw new UsageException(
              "diff writes text, json, ndjson and markdown, not " + options.format());
    }
    if (options.files().size() != 2) {
      throw new UsageException("diff compares two files: OLD NEW");
    }
    BudgetOptions budget = BudgetOptions.of(parsed, options);
    BinaryFiles files = new BinaryFiles();
    Inspector inspector = new Inspector(options, files, console.in(), false);
    Report before = inspect(options.files().get(0), inspector, console);
    Report after = inspect(options.files().get(1), inspector, console);
    if (before == null || after == null) {
      return ExitCode.UNUSABLE;
    }
    Diff diff = Starts.diff(before, after, options, files, budget.budget());
    try (Writer out = Output.open(options, console)) {
      switch (options.format()) {
        case "json" -> JsonDiff.write(diff, out, JsonReport.Layout.INDENTED);
        case "ndjson" -> JsonDiff.write(diff, out, JsonReport.Layout.LINE);
        case "markdown" -> MarkdownDiff.write(diff, out);
        default -> out.write(TextDiff.render(diff, Terminal.view(options)));
      }
    } catch (IOException e) {
      console.diagnose(
          options.output() == null ? "standard output" : options.output(),
          String.valueOf(e.getMessage()));
      return ExitCode.UNUSABLE;
    }
    return ExitCode.OK;
  }

  private static @Nullable Report inspect(String path, Inspector inspector, Console console) {
    try {
      return inspector.inspect(path);
    } catch (IOException e) {
      console.diagnose(path, String.valueOf(e.getMessage()));
    } catch (MalformedException e) {
      console.diagnose(path, e);
    } catch (OutOfMemoryError e) {
      console.diagnose(path, "needs more memory than there is");
    }
    return null;
  }
}
