package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.check.Baseline;
import dev.binspect.check.Check;
import dev.binspect.check.Gate;
import dev.binspect.check.Policy;
import dev.binspect.check.PolicyException;
import dev.binspect.check.PolicyFile;
import dev.binspect.files.BinaryFiles;
import dev.binspect.report.JsonReport;
import dev.binspect.report.MarkdownReport;
import dev.binspect.report.Report;
import dev.binspect.report.Unread;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code binspect check FILE…}: the gate for CI. */
final class CheckCommand implements Command {
  @Override
  public String name() {
    return "check";
  }

  @Override
  public String summary() {
    return "The gate for CI: prints what does not hold, and ends with 1 if anything does not.";
  }

  @Override
  public void describe(OptionTable options) {
    FileOptions.describeWithFiles(options);
    PolicyOptions.describe(options);
    options.footer(
        "",
        "A binspect.toml in the file's folder or above it says what is asked; the command line wins.",
        "Without either, static fallback, unused, missing and stale libraries and undefined symbols fail.",
        "",
        "Examples:",
        "  binspect check target/debug/app",
        "  binspect check --expect my_dylib target/debug/app",
        "  binspect check --format github --max-relocations 5000 target/debug/app",
        "  binspect check --write-baseline baseline.ndjson target/release/app",
        "  binspect check --baseline baseline.ndjson --max-regress 5%% target/release/app",
        "  binspect rules BS001");
  }

  @Override
  public int run(Given given, Console console) {
    return run(FileOptions.of(given), PolicyOptions.of(given), console);
  }

  static int run(FileOptions options, PolicyOptions asked, Console console) {
    if (asked.writeBaseline() != null) {
      try {
        Output.spare(asked.writeBaseline(), options.files());
      } catch (IOException e) {
        console.diagnose(asked.writeBaseline(), String.valueOf(e.getMessage()));
        return ExitCode.UNUSABLE;
      }
    }
    Baseline baseline = null;
    Policies policies;
    try {
      if (asked.baseline() != null) {
        baseline = Baseline.read(new File(asked.baseline()));
      }
      policies = new Policies(asked);
    } catch (PolicyException e) {
      console.misused(e.getMessage());
      return ExitCode.UNUSABLE;
    }
    BinaryFiles files = new BinaryFiles();
    Inspector inspector = new Inspector(options, files, console.in(), asked.measure());
    Source source = new Source(inspector, policies, baseline);
    int code =
        FileReports.run(
            options,
            console,
            source,
            new ReportOutput.Extras(
                ReportOutput.About.CHECKS, baseline, ReportBindings.of(options, files)));
    String to = asked.writeBaseline();
    if (to != null && !source.judged.isEmpty()) {
      try {
        writeBaseline(to, source.judged);
      } catch (IOException e) {
        console.diagnose(to, String.valueOf(e.getMessage()));
        return ExitCode.UNUSABLE;
      }
      if (!options.quiet()) {
        console.told(written(to, source.judged));
      }
      code = code == ExitCode.DOES_NOT_HOLD ? ExitCode.OK : code;
    }
    String summary = System.getenv("GITHUB_STEP_SUMMARY");
    if (options.format().equals("github") && summary != null && !summary.isEmpty()) {
      try (Output out = Output.appended(summary)) {
        MarkdownReport.write(source.judged, source.unread, baseline, out.writer());
      } catch (IOException e) {
        console.diagnose(summary, String.valueOf(e.getMessage()));
        return ExitCode.UNUSABLE;
      }
    }
    return code;
  }

  private static String written(String file, List<Report> reports) {
    long accepted = 0;
    for (Report report : reports) {
      for (Check check : report.checks()) {
        accepted += check.failed() || check.outcome() == Check.Outcome.ACCEPTED ? 1 : 0;
      }
    }
    return "wrote "
        + file
        + ": "
        + reports.size()
        + (reports.size() == 1 ? " file, " : " files, ")
        + accepted
        + " known "
        + (accepted == 1 ? "failure" : "failures");
  }

  private static void writeBaseline(String file, List<Report> reports) throws IOException {
    try (Output out = Output.to(file)) {
      for (Report report : reports) {
        JsonReport.write(Crates.in(report), out.writer(), JsonReport.Layout.LINE);
      }
      out.complete();
    }
  }

  /** Reports with their checks. */
  private static final class Source implements FileReports.Source {
    private final Inspector inspector;
    private final Policies policies;
    private final @Nullable Baseline baseline;
    final List<Report> judged = new ArrayList<>();
    final List<Unread> unread = new ArrayList<>();

    Source(Inspector inspector, Policies policies, @Nullable Baseline baseline) {
      this.inspector = inspector;
      this.policies = policies;
      this.baseline = baseline;
    }

    @Override
    public Report inspect(String path) throws IOException, MalformedException, PolicyException {
      Policy policy = policies.of(path);
      Report report = inspector.inspect(path, policy.expect());
      Report result = Gate.judged(report, policy, baseline);
      judged.add(result);
      return result;
    }

    @Override
    public void unread(Unread file) {
      unread.add(file);
    }
  }

  /** The command line over the policy that is nearest to a file. */
  private static final class Policies {
    private final PolicyOptions asked;
    private final @Nullable PolicyFile named;
    private final Map<File, PolicyFile> found = new HashMap<>();

    Policies(PolicyOptions asked) throws PolicyException {
      this.asked = asked;
      this.named = asked.policy() == null ? null : PolicyFile.read(new File(asked.policy()));
    }

    Policy of(String path) throws PolicyException {
      Policy policy = inFull(path);
      return asked.writeBaseline() != null && asked.baseline() == null
          ? policy.withoutRegression()
          : policy;
    }

    private Policy inFull(String path) throws PolicyException {
      Policy line = asked.line();
      PolicyFile file = named;
      if (file == null && !asked.noPolicy() && !Subject.isStandardInput(path)) {
        File nearest = PolicyFile.find(new File(path));
        if (nearest != null) {
          file = found.get(nearest);
          if (file == null) {
            file = PolicyFile.read(nearest);
            found.put(nearest, file);
          }
        }
      }
      if (file == null) {
        return line;
      }
      Policy policy = line.over(file.of(new File(path)));
      return asked.measure() ? policy : policy.withoutStart();
    }
  }
}
