package dev.binspect.cli;

import dev.binspect.check.Budget;
import dev.binspect.check.Policy;
import dev.binspect.check.Quantity;
import dev.binspect.check.Rule;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options that say what is asked of a file.
 *
 * @param line what the command line asks
 * @param policy file to read instead of the nearest one, or null
 * @param measure whether starts are run
 */
record PolicyOptions(
    Policy line,
    @Nullable String policy,
    boolean noPolicy,
    @Nullable String baseline,
    @Nullable String writeBaseline,
    boolean measure) {

  static void describe(CommandSpec spec) {
    FileOptions.text(spec, "FILE", "The policy; otherwise the nearest binspect.toml.", "--policy");
    FileOptions.flag(spec, "Read no policy.", "--no-policy");
    FileOptions.text(
        spec, "FILE", "Accept what failed when it was written; compare counts.", "--baseline");
    FileOptions.text(
        spec, "FILE", "Write what is found as a baseline, and end with 0.", "--write-baseline");
    FileOptions.text(
        spec, "PERCENT", "How much counts may grow over the baseline's (5%%).", "--max-regress");
    for (Budget budget : Budget.values()) {
      FileOptions.text(spec, "N", "At most so many " + budget.what() + ".", "--" + budget.key());
    }
    FileOptions.text(
        spec, "TIME", "At most so long a start (5ms): runs and measures it.", "--max-start");
    FileOptions.flag(spec, "Run and measure starts, for a policy's max-start.", "--measure");
    FileOptions.list(
        spec,
        "CRATE",
        "A crate that must not stand in the program; repeatable.",
        "--forbid-static");
    FileOptions.text(spec, "VERSION", "The newest glibc that may be needed (2.31).", "--max-glibc");
    FileOptions.flag(spec, "No RPATH or RUNPATH of the build machine.", "--forbid-build-paths");
    FileOptions.list(
        spec, "DIR", "A folder that RPATH and RUNPATH may name; repeatable.", "--allow-path");
    FileOptions.flag(spec, "No relocations of code.", "--forbid-text-relocations");
    FileOptions.flag(
        spec, "The library path that `cargo run` sets does not count.", "--plain-shell");
    FileOptions.list(spec, "RULE", "A rule that is not judged; repeatable.", "--ignore");
  }

  /** Reads them; {@link UsageException} where a value is none of those allowed. */
  static PolicyOptions of(ParseResult parsed) {
    Map<Budget, Long> budgets = new EnumMap<>(Budget.class);
    for (Budget budget : Budget.values()) {
      String name = "--" + budget.key();
      String text = parsed.matchedOptionValue(name, null);
      if (text != null) {
        long limit = Quantity.count(text);
        if (limit < 0) {
          throw new UsageException(name + " needs a whole number from 0 on, not '" + text + "'");
        }
        budgets.put(budget, limit);
      }
    }
    String start = parsed.matchedOptionValue("--max-start", null);
    long nanos = start == null ? -1 : Quantity.nanos(start);
    if (start != null && nanos < 0) {
      throw new UsageException(
          "--max-start needs a time with its unit, as 5ms or 800us, not '" + start + "'");
    }
    String regress = parsed.matchedOptionValue("--max-regress", null);
    double percent = regress == null ? -1 : Quantity.percent(regress);
    if (regress != null && percent < 0) {
      throw new UsageException("--max-regress needs a percentage, as 5%, not '" + regress + "'");
    }
    String glibc = parsed.matchedOptionValue("--max-glibc", null);
    if (glibc != null && !Quantity.isVersion(glibc)) {
      throw new UsageException("--max-glibc needs a version, as 2.31, not '" + glibc + "'");
    }
    Set<Rule> ignore = EnumSet.noneOf(Rule.class);
    for (String name : parsed.matchedOptionValue("--ignore", List.<String>of())) {
      Rule rule = Rule.named(name);
      if (rule == null) {
        throw new UsageException("--ignore: " + Rule.unknown(name));
      }
      ignore.add(rule);
    }
    String baseline = parsed.matchedOptionValue("--baseline", null);
    if (percent >= 0 && baseline == null) {
      throw new UsageException("--max-regress needs --baseline FILE");
    }
    Policy line =
        new Policy(
            parsed.matchedOptionValue("--expect", List.of()),
            parsed.matchedOptionValue("--forbid-static", List.of()),
            budgets,
            nanos,
            glibc,
            percent,
            ignore,
            parsed.matchedOptionValue("--allow-path", List.of()),
            flag(parsed, "--forbid-build-paths"),
            flag(parsed, "--forbid-text-relocations"),
            flag(parsed, "--plain-shell"));
    return new PolicyOptions(
        line,
        parsed.matchedOptionValue("--policy", null),
        parsed.hasMatchedOption("--no-policy"),
        baseline,
        parsed.matchedOptionValue("--write-baseline", null),
        nanos >= 0 || parsed.hasMatchedOption("--measure"));
  }

  private static @Nullable Boolean flag(ParseResult parsed, String name) {
    return parsed.hasMatchedOption(name) ? Boolean.TRUE : null;
  }
}
