package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import dev.binspect.report.Report;
import dev.binspect.start.Start;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** {@code binspect start FILE}: what a start costs, measured and taken apart. */
final class StartCommand implements Command {
  @Override
  public String name() {
    return "start";
  }

  @Override
  public String summary() {
    return "Measures the starts: phases, statistics, page faults, memory, each library's part.";
  }

  @Override
  public void describe(OptionTable options) {
    FileOptions.describeWithFiles(options);
    BudgetOptions.describe(options);
    options.flag(
        "Fit the estimate to this machine: some seconds, programs of /usr/bin are started.",
        "--calibrate");
    options.footer(
        "",
        "Runs the loader and the constructors of the libraries, and stops at the program's entry"
            + " point, before main. Times are processor time; a start lasts from execve to the"
            + " entry point.",
        "",
        "Examples:",
        "  binspect start target/release/app",
        "  binspect start --runs 200 --json /usr/bin/git | jq .start.samples",
        "  binspect start --cold --runs 10 /usr/bin/gdb");
  }

  @Override
  public int run(Given given, Console console) {
    FileOptions options = FileOptions.of(given);
    BudgetOptions budget = BudgetOptions.of(given, options);
    BinaryFiles files = new BinaryFiles();
    if (given.has("--calibrate")) {
      if (options.noRun()) {
        throw new UsageException("--calibrate starts programs, --no-run forbids it");
      }
      MachineSpeed.forget();
      if (MachineModel.calibrate(files) == null) {
        console.misused("starts cannot be measured here: the estimate stays as it was");
      }
    }
    FileReports.Source source =
        path -> calibrated(report(path, options, budget, files, console.in()), options, files);
    return FileReports.run(
        options,
        console,
        source,
        new ReportOutput.Extras(ReportOutput.About.START, null, ReportBindings.of(options, files)));
  }

  /**
   * {@return the report; where it could only estimate though programs may be run, by a model that
   * is fitted to this machine first}
   */
  private static Report calibrated(Report report, FileOptions options, BinaryFiles files) {
    Start start = report.start();
    LoadPlan plan = report.load();
    if (start != null && plan != null && !plan.objects().isEmpty() && options.runs() == 0) {
      Image image = plan.objects().getFirst().image();
      MachineSpeed.saw(start, image == null ? null : image.interpreter());
    }
    if (start == null
        || plan == null
        || start.how() != Start.How.ESTIMATED
        || options.noRun()
        || MachineModel.known()
        || MachineModel.calibrate(files) == null) {
      return report;
    }
    return report.withStart(MachineModel.current().estimate(plan, String.valueOf(start.why())));
  }

  private static Report report(
      String path, FileOptions options, BudgetOptions budget, BinaryFiles files, InputStream in)
      throws IOException, MalformedException {
    String interpreter = Subject.isStandardInput(path) ? null : Script.interpreter(path);
    if (interpreter == null) {
      return new Inspector(options, files, in, true, budget.budget()).inspect(path);
    }
    List<Image> images;
    try {
      images = files.images(interpreter);
    } catch (IOException e) {
      throw new IOException("its interpreter " + interpreter + ": " + e.getMessage(), e);
    }
    Image image = images.getFirst();
    if (image.tables() == null) {
      return new Report(
          path, new File(path).length(), images, null, null, null, List.of(), List.of());
    }
    LoadPlan plan = Loaders.plan(interpreter, image, options.loadOptions(), files);
    return new Report(
        path,
        new File(path).length(),
        images,
        plan,
        null,
        Starts.of(path, plan, options, files, budget.budget(), !options.noRun()),
        List.of(),
        List.of());
  }
}
