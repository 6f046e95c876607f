package dev.binspect.cli;

import dev.binspect.files.BinaryFiles;
import dev.binspect.load.LoadPlan;
import dev.binspect.report.Build;
import dev.binspect.report.Diff;
import dev.binspect.report.Report;
import dev.binspect.start.Comparison;
import dev.binspect.start.Start;
import dev.binspect.start.StartModel;
import dev.binspect.start.StartProbe.Budget;
import dev.binspect.start.linux.LinuxProbe;
import java.io.File;
import java.util.List;
import java.util.Map;

/** Measures a start where that is allowed, and estimates it elsewhere. */
final class Starts {
  private Starts() {}

  static Start of(
      String path,
      LoadPlan plan,
      FileOptions options,
      BinaryFiles files,
      Budget budget,
      boolean measure) {
    if (!measure) {
      return estimate(MachineModel.current(), plan, options);
    }
    if (options.sysroot() != null) {
      return MachineModel.current().estimate(plan, "its world is another: --sysroot");
    }
    return new LinuxProbe(
            files, environment(options), MachineModel.current(), MachineSpeed.current())
        .measure(new File(path), plan, budget);
  }

  static Start estimate(StartModel model, LoadPlan plan, FileOptions options) {
    return model.estimate(plan, options.noRun() ? "--no-run" : "this command executes nothing");
  }

  /** What can be done early for a measurement that will follow. */
  static void prepare(FileOptions options) {
    if (options.sysroot() == null && !options.noRun()) {
      LinuxProbe.prepare();
    }
  }

  /** Compares two builds, their starts measured by turns where that is allowed. */
  static Diff diff(
      Report before, Report after, FileOptions options, BinaryFiles files, Budget budget) {
    LoadPlan first = before.load();
    LoadPlan second = after.load();
    if (first == null
        || second == null
        || options.noRun()
        || options.sysroot() != null
        || Subject.isStandardInput(before.path())
        || Subject.isStandardInput(after.path())) {
      return new Diff(Build.of(before), Build.of(after), null);
    }
    FileOptions world = options;
    for (Report report : List.of(before, after)) {
      world = Inspector.world(world, report.linkage());
    }
    Comparison starts =
        new LinuxProbe(files, environment(world), MachineModel.current(), MachineSpeed.current())
            .compare(new File(before.path()), first, new File(after.path()), second, budget);
    return new Diff(
        Build.of(before.withStart(starts.base())),
        Build.of(after.withStart(starts.changed())),
        starts.pairs() == 0
            ? null
            : new Diff.StartDifference(
                starts.differenceNanos(),
                starts.differenceCi95(),
                starts.pairs(),
                starts.ratio(),
                starts.ratioCi95()));
  }

  /** {@return this process's environment with what the options say of the loader's} */
  static Map<String, String> environment(FileOptions options) {
    Map<String, String> environment = CallerEnvironment.variables();
    List<String> folders = options.libraryPath();
    if (!folders.isEmpty()) {
      String inherited = environment.get("LD_LIBRARY_PATH");
      String ours = String.join(":", folders);
      environment.put("LD_LIBRARY_PATH", inherited == null ? ours : ours + ":" + inherited);
    }
    if (options.bindNow()) {
      environment.put("LD_BIND_NOW", "1");
    }
    return environment;
  }
}
