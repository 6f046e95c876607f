package dev.binspect.cli;

import dev.binspect.files.BinaryFiles;

/** {@code binspect FILE…}: the report. */
final class InspectCommand implements Command {
  @Override
  public String name() {
    return Commands.DEFAULT;
  }

  @Override
  public String summary() {
    return "The report: verdict, relocations, libraries, what each start costs (the default).";
  }

  @Override
  public void describe(OptionTable options) {
    FileOptions.describeWithFiles(options);
    options.footer(
        "",
        "Examples:",
        "  binspect target/debug/app",
        "  binspect --json --no-run /usr/bin/git | jq .load.counters",
        "  binspect --expect my_dylib target/release/app");
  }

  @Override
  public int run(Given given, Console console) {
    return run(FileOptions.of(given), console);
  }

  static int run(FileOptions options, Console console) {
    BinaryFiles files = new BinaryFiles();
    Inspector inspector = new Inspector(options, files, console.in(), true);
    return FileReports.run(options, console, inspector, ReportOutput.Extras.plain(options, files));
  }
}
