package dev.binspect.cli;

import dev.binspect.check.Budget;
import dev.binspect.check.Policy;
import dev.binspect.check.Quantity;
import dev.binspect.check.Rule;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  static void describe(OptionTable options) {
    options.text("FILE", "The policy; otherwise the nearest binspect.toml.", "--policy");
    options.flag("Read no policy.", "--no-policy");
    options.text("FILE", "Accept what failed when it was written; compare counts.", "--baseline");
    options.text("FILE", "Write what is found as a baseline, and end with 0.", "--write-baseline");
    options.text("PERCENT", "How much counts may grow over the baseline's (5%%).", "--max-regress");
    for (Budget budget : Budget.values()) {
      options.text("N", "At most so many " + budget.what() + ".", "--" + budget.key());
    }
    options.text("TIME", "At most so long a start (5ms): runs and measures it.", "--max-start");
    options.flag("Run and measure starts, for a policy's max-start.", "--measure");
    options.texts(
        "CRATE", "A crate that must not stand in the program; repeatable.", "--forbid-static");
    options.text("VERSION", "The newest glibc that may be needed (2.31).", "--max-glibc");
    options.flag("No RPATH or RUNPATH of the build machine.", "--forbid-build-paths");
    options.texts("DIR", "A folder that RPATH and RUNPATH may name; repeatable.", "--allow-path");
    options.flag("No relocations of code.", "--forbid-text-relocations");
    options.flag("The library path that `cargo run` sets does not count.", "--plain-shell");
    options.texts("RULE", "A rule that is not judged; repeatable.", "--ignore");
  }

  /** Reads them; {@link UsageException} where a value is none of those allowed. */
  static PolicyOptions of(Given given) {
    Map<Budget, Long> budgets = new EnumMap<>(Budget.class);
    for (Budget budget : Budget.values()) {
      String name = "--" + budget.key();
      String text = given.text(name);
      if (text != null) {
        long limit = Quantity.count(text);
        if (limit < 0) {
          throw new UsageException(name + " needs a whole number from 0 on, not '" + text + "'");
        }
        budgets.put(budget, limit);
      }
    }
    String start = given.text("--max-start");
    long nanos = start == null ? -1 : Quantity.nanos(start);
    if (start != null && nanos < 0) {
      throw new UsageException(
          "--max-start needs a time with its unit, as 5ms or 800us, not '" + start + "'");
    }
    String regress = given.text("--max-regress");
    double percent = regress == null ? -1 : Quantity.percent(regress);
    if (regress != null && percent < 0) {
      throw new UsageException("--max-regress needs a percentage, as 5%, not '" + regress + "'");
    }
    String glibc = given.text("--max-glibc");
    if (glibc != null && !Quantity.isVersion(glibc)) {
      throw new UsageException("--max-glibc needs a version, as 2.31, not '" + glibc + "'");
    }
    Set<Rule> ignore = EnumSet.noneOf(Rule.class);
    for (String name : given.all("--ignore")) {
      Rule rule = Rule.named(name);
      if (rule == null) {
        throw new UsageException("--ignore: " + Rule.unknown(name));
      }
      ignore.add(rule);
    }
    String baseline = given.text("--baseline");
    if (percent >= 0 && baseline == null) {
      throw new UsageException("--max-regress needs --baseline FILE");
    }
    Policy line =
        new Policy(
            given.all("--expect"),
            given.all("--forbid-static"),
            budgets,
            nanos,
            glibc,
            percent,
            ignore,
            given.all("--allow-path"),
            flag(given, "--forbid-build-paths"),
            flag(given, "--forbid-text-relocations"),
            flag(given, "--plain-shell"));
    return new PolicyOptions(
        line,
        given.text("--policy"),
        given.has("--no-policy"),
        baseline,
        given.text("--write-baseline"),
        nanos >= 0 || given.has("--measure"));
  }

  private static @Nullable Boolean flag(Given given, String name) {
    return given.has(name) ? Boolean.TRUE : null;
  }
}
