package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.check.Check;
import dev.binspect.check.PolicyException;
import dev.binspect.report.Report;
import dev.binspect.report.Unread;
import java.io.IOException;

/**
 * The loop over the files of a command: reports to the output, diagnostics to standard error, the
 * highest exit code wins.
 */
final class FileReports {
  private FileReports() {}

  /** Where a command's reports come from: the inspector alone, or with checks. */
  interface Source {
    Report inspect(String path) throws IOException, MalformedException, PolicyException;

    /** Hears of a file without a report. */
    default void unread(Unread file) {}
  }

  static int run(FileOptions options, Console console, Source source, ReportOutput.Extras extras) {
    int code = ExitCode.OK;
    int number = 0;
    try (Output to = Output.open(options, console);
        Waiting waiting = new Waiting(console, options)) {
      ReportOutput output = new ReportOutput(options, to.writer(), extras);
      for (String path : options.files()) {
        number++;
        waiting.on(
            options.files().size() == 1
                ? path
                : number + " of " + options.files().size() + "  " + path);
        Report report = null;
        String failure = "";
        boolean named = false;
        try {
          report = source.inspect(path);
        } catch (PolicyException e) {
          failure = e.getMessage();
          named = true; // the policy's file and line, not the program's
        } catch (IOException e) {
          failure = String.valueOf(e.getMessage());
        } catch (MalformedException e) {
          failure = e.getMessage();
        } catch (OutOfMemoryError e) {
          failure = "needs more memory than there is";
        }
        waiting.clear();
        if (report == null) {
          if (named) {
            console.misused(failure);
          } else {
            console.diagnose(path, failure);
          }
          code = ExitCode.UNUSABLE;
          Unread file = new Unread(path, failure);
          source.unread(file);
          output.accept(file);
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
      to.complete(code);
    } catch (IOException e) {
      console.diagnose(Output.name(options), String.valueOf(e.getMessage()));
      return ExitCode.UNUSABLE;
    }
    return code;
  }
}
