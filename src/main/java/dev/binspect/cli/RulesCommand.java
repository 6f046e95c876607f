package dev.binspect.cli;

import dev.binspect.check.Rule;
import java.io.PrintStream;
import java.util.List;

/** {@code binspect rules}: what a gate can ask for. */
final class RulesCommand implements Command {
  @Override
  public String name() {
    return "rules";
  }

  @Override
  public String summary() {
    return "The rules of check: what each asks, why, and what to do.";
  }

  @Override
  public void describe(OptionTable options) {
    options.parameters("RULE", 0, OptionTable.ANY, "An id or a name: BS001, static-fallback.");
    options.footer(
        "",
        "Examples:",
        "  binspect rules",
        "  binspect rules BS001",
        "  binspect rules static-fallback");
  }

  @Override
  public int run(Given given, Console console) {
    List<String> names = given.parameters();
    PrintStream out = console.out();
    if (names.isEmpty()) {
      for (Rule rule : Rule.values()) {
        StringBuilder line = new StringBuilder(rule.id()).append("  ").append(rule.key());
        while (line.length() < 26) {
          line.append(' ');
        }
        out.println(line.append("  ").append(rule.title()));
      }
      return ExitCode.OK;
    }
    int code = ExitCode.OK;
    boolean first = true;
    for (String name : names) {
      Rule rule = Rule.named(name);
      if (rule == null) {
        console.misused(Rule.unknown(name));
        code = ExitCode.UNUSABLE;
        continue;
      }
      if (!first) {
        out.println();
      }
      first = false;
      out.println(rule.id() + " " + rule.key() + ": " + rule.title());
      out.println();
      out.println(rule.help());
      out.println();
      out.println("Judged: " + rule.when());
    }
    return code;
  }
}
