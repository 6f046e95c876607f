package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.report.Report;
import java.io.IOException;

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
      console.out().println(report.path() + " " + report.size());
    }
    return code;
  }
}
