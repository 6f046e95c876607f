package dev.binspect.cli;

import dev.binspect.check.Rule;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

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
  public void describe(CommandSpec spec) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("RULE")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("An id or a name: BS001, static-fallback.")
            .build());
    spec.usageMessage()
        .footer(
            "",
            "Examples:",
            "  binspect rules",
            "  binspect rules BS001",
            "  binspect rules static-fallback");
  }

  @Override
  public int run(ParseResult parsed, Console console) {
    List<String> names = parsed.matchedPositionalValue(0, List.of());
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
