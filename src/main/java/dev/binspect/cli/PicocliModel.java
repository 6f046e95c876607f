package dev.binspect.cli;

import dev.binspect.check.Spelling;
import dev.binspect.cli.OptionTable.Option;
import dev.binspect.cli.OptionTable.Parameters;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * A command's options as picocli takes them: for help, manual pages, completion, and for command
 * lines that are not ordinary, wrong ones among them.
 *
 * <p>picocli is used by its programmatic model, and only the chosen command is described: its
 * annotations cost 12 to 25 ms a start.
 */
final class PicocliModel {
  private PicocliModel() {}

  static CommandSpec spec(Command command) {
    return spec(command, OptionTable.of(command));
  }

  private static CommandSpec spec(Command command, OptionTable table) {
    CommandSpec spec = CommandSpec.create().name("binspect " + command.name());
    spec.usageMessage().description(command.summary());
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
    spec.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Show the version.")
            .build());
    for (Option option : table.options()) {
      spec.addOption(of(option));
    }
    Parameters parameters = table.parameters();
    if (parameters.most() > 0) {
      spec.addPositional(of(parameters));
    }
    if (table.passesOn()) {
      spec.parser().unmatchedOptionsArePositionalParams(true);
      // Cargo takes -vv.
      spec.parser().posixClusteredShortOptionsAllowed(false);
      // What both know may be given to both: `--no-run test --no-run`.
      spec.parser().overwrittenOptionsAllowed(true);
    }
    spec.usageMessage().footer(table.footer().toArray(new String[0]));
    return spec;
  }

  private static OptionSpec of(Option option) {
    OptionSpec.Builder builder =
        OptionSpec.builder(option.names().toArray(new String[0])).description(option.description());
    if (!option.label().isEmpty()) {
      builder.paramLabel(option.label());
    }
    if (!option.words().isEmpty()) {
      builder.completionCandidates(option.words());
    }
    return switch (option.kind()) {
      case FLAG -> builder.type(boolean.class).arity("0").build();
      case TEXT -> builder.type(String.class).build();
      case TEXTS -> builder.arity("1").type(List.class).auxiliaryTypes(String.class).build();
      case INTEGER -> builder.type(Integer.class).build();
      case LONG -> builder.type(Long.class).build();
    };
  }

  private static PositionalParamSpec of(Parameters parameters) {
    int least = parameters.least();
    int most = parameters.most();
    PositionalParamSpec.Builder builder =
        PositionalParamSpec.builder()
            .paramLabel(parameters.label())
            .arity(
                most == OptionTable.ANY
                    ? least + "..*"
                    : least == most ? "" + most : least + ".." + most)
            .required(least > 0)
            // "OLD NEW" names each of them.
            .hideParamSyntax(parameters.label().indexOf(' ') >= 0)
            .description(parameters.description());
    if (most == 1) {
      builder.type(String.class);
    } else {
      builder.type(List.class).auxiliaryTypes(String.class);
    }
    if (!parameters.words().isEmpty()) {
      builder.completionCandidates(parameters.words());
    }
    return builder.build();
  }

  /** {@return what a command line says that picocli has read} */
  static Given given(OptionTable table, ParseResult parsed, String[] args) {
    Given given = new Given(args);
    for (Option option : table.options()) {
      String name = option.names().get(0);
      if (!parsed.hasMatchedOption(name)) {
        continue;
      }
      Object value = parsed.matchedOptionValue(name, null);
      switch (option.kind()) {
        case FLAG -> given.flag(option.names());
        case TEXTS -> {
          for (Object one : (List<?>) value) {
            given.value(option.names(), String.valueOf(one));
          }
        }
        default -> given.value(option.names(), String.valueOf(value));
      }
    }
    Object parameters = parsed.matchedPositionalValue(0, List.of());
    for (Object parameter : parameters instanceof List<?> list ? list : List.of(parameters)) {
      given.parameter(String.valueOf(parameter));
    }
    return given;
  }

  /** Reads a command line, tells what is wrong with it, or shows help, or runs the command. */
  static int run(Command command, OptionTable table, String[] args, Console console) {
    CommandSpec spec = spec(command, table);
    ParseResult parsed;
    try {
      parsed = new CommandLine(spec).parseArgs(args);
    } catch (UnmatchedArgumentException e) {
      String unknown = e.getUnmatched().isEmpty() ? "" : e.getUnmatched().getFirst();
      List<String> known = new ArrayList<>(spec.optionsMap().keySet());
      String near = unknown.startsWith("--") ? Spelling.nearest(unknown, known) : null;
      console.misused(
          oneLine(e)
              + (near == null ? "" : ": did you mean '" + near + "'?")
              + " (see binspect "
              + command.name()
              + " --help)");
      return ExitCode.UNUSABLE;
    } catch (ParameterException e) {
      console.misused(oneLine(e) + " (see binspect " + command.name() + " --help)");
      return ExitCode.UNUSABLE;
    }
    if (parsed.isUsageHelpRequested()) {
      usage(command, console.out());
      return ExitCode.OK;
    }
    if (parsed.isVersionHelpRequested()) {
      console.out().println("binspect " + Version.NUMBER);
      return ExitCode.OK;
    }
    return command.run(given(table, parsed, args), console);
  }

  /** Shows a command's help. */
  static void usage(Command command, PrintStream out) {
    CommandLine.usage(spec(command), out, CommandLine.Help.Ansi.OFF);
  }

  private static String oneLine(ParameterException e) {
    @Nullable String message = e.getMessage();
    return message == null ? "wrong usage" : message.replace('\n', ' ').replace("\r", "");
  }
}
