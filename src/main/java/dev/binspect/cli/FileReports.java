package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.check.Check;
import dev.binspect.check.PolicyException;
import dev.binspect.report.Report;
import java.io.IOException;
import java.io.Writer;

/**
 * The loop over the files of a command: reports to the output, diagnostics to standard error, the
 * highest exit code wins.
 */
final class FileReports {
  private FileReports() {}

  /** Where a command's reports come from: the inspector alone, or with checks. */
  interface Source {
    Report inspect(String path) throws IOException, MalformedException, PolicyException;
  }

  static int run(FileOptions options, Console console, Source source, ReportOutput.Extras extras) {
    int code = ExitCode.OK;
    int number = 0;
    try (Writer out = Output.open(options, console);
        Waiting waiting = new Waiting(console, options)) {
      ReportOutput output = new ReportOutput(options, out, extras);
      for (String path : options.files()) {
        Report report;
        number++;
        waiting.on(
            options.files().size() == 1
                ? path
                : number + " of " + options.files().size() + "  " + path);
        try {
          report = source.inspect(path);
          waiting.clear();
        } catch (PolicyException e) {
          waiting.clear();
          console.misused(e.getMessage());
          code = ExitCode.UNUSABLE;
          continue;
        } catch (IOException e) {
          waiting.clear();
          console.diagnose(path, String.valueOf(e.getMessage()));
          code = ExitCode.UNUSABLE;
          continue;
        } catch (MalformedException e) {
          waiting.clear();
          console.diagnose(path, e);
          code = ExitCode.UNUSABLE;
          continue;
        } catch (OutOfMemoryError e) {
          waiting.clear();
          console.diagnose(path, "needs more memory than there is");
          code = ExitCode.UNUSABLE;
          continue;
        }
        for (Check check : report.checks()) {
          if (check.failed()) {
            code = Math.max(code, ExitCode.DOES_NOT_HOLD);
          }
        }
        output.accept(report);
      }
      output.finish();
    } catch (IOException e) {
      console.diagnose(
          options.output() == null ? "standard output" : options.output(),
          String.valueOf(e.getMessage()));
      return ExitCode.UNUSABLE;
    }
    return code;
  }
}
