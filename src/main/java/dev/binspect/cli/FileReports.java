package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.report.JsonReport;
import dev.binspect.report.Report;
import dev.binspect.report.TextReport;
import java.io.IOException;
import java.io.Writer;

/**
 * The loop over the files of a command: reports to the output, diagnostics to standard error, the
 * highest exit code wins.
 */
final class FileReports {
  private FileReports() {}

  /** What a command does with a report before it is shown (checks are added). */
  interface Step {
    Report apply(String path, Report report);
  }

  static int run(FileOptions options, Console console, Inspector inspector, Step step) {
    int code = ExitCode.OK;
    try (Writer out = Output.open(options, console)) {
      boolean first = true;
      for (String path : options.files()) {
        Report report;
        try {
          report = step.apply(path, inspector.inspect(path));
        } catch (IOException e) {
          console.diagnose(path, String.valueOf(e.getMessage()));
          code = ExitCode.UNUSABLE;
          continue;
        } catch (MalformedException e) {
          console.diagnose(path, e);
          code = ExitCode.UNUSABLE;
          continue;
        } catch (OutOfMemoryError e) {
          console.diagnose(path, "needs more memory than there is");
          code = ExitCode.UNUSABLE;
          continue;
        }
        switch (options.format()) {
          case "json" -> JsonReport.write(report, out, JsonReport.Layout.INDENTED);
          case "ndjson" -> JsonReport.write(report, out, JsonReport.Layout.LINE);
          default -> {
            if (!first) {
              out.write('\n');
            }
            TextReport.write(report, out, Terminal.view(options));
          }
        }
        first = false;
      }
    } catch (IOException e) {
      console.diagnose(
          options.output() == null ? "standard output" : options.output(),
          String.valueOf(e.getMessage()));
      return ExitCode.UNUSABLE;
    }
    return code;
  }
}
