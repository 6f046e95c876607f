package dev.binspect.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

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
  public void describe(CommandSpec spec) {
    FileOptions.describe(spec, "1..*");
    spec.usageMessage()
        .footer(
            "",
            "Examples:",
            "  binspect check target/debug/app",
            "  binspect check --expect my_dylib target/debug/app",
            "  binspect check --format github target/debug/app");
  }

  @Override
  public int run(ParseResult parsed, Console console) {
    throw new UsageException("check is not connected yet");
  }
}
