package dev.binspect.cli;

import java.io.PrintStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * From the command line to a command.
 *
 * <p>picocli is used by its programmatic model, and only the chosen command is described: its
 * annotations cost 12 to 25 ms a start.
 */
final class Dispatch {
  private Dispatch() {}

  static int run(String[] args, Console console) {
    if (args.length == 0) {
      OverallHelp.print(console.err());
      return ExitCode.UNUSABLE;
    }
    switch (args[0]) {
      case "--version", "-V":
        console.out().println("binspect " + Version.NUMBER);
        return ExitCode.OK;
      case "--help", "-h":
        OverallHelp.print(console.out());
        return ExitCode.OK;
      case "help":
        return help(args, console);
      default:
        break;
    }
    Command command = Commands.named(args[0]);
    String[] rest = args;
    if (command == null) {
      FileOptions plain = FileOptions.plain(args, 0);
      if (plain != null) {
        return InspectCommand.run(plain, console);
      }
      command = new InspectCommand();
    } else {
      rest = Arrays.copyOfRange(args, 1, args.length);
    }
    return run(command, rest, console);
  }

  private static int help(String[] args, Console console) {
    if (args.length == 1) {
      OverallHelp.print(console.out());
      return ExitCode.OK;
    }
    Command command = Commands.named(args[1]);
    if (command == null) {
      console.misused("no command is called '" + args[1] + "' (see binspect --help)");
      return ExitCode.UNUSABLE;
    }
    usage(command, console.out());
    return ExitCode.OK;
  }

  private static int run(Command command, String[] args, Console console) {
    ParseResult options;
    try {
      options = new CommandLine(spec(command)).parseArgs(args);
    } catch (ParameterException e) {
      console.misused(oneLine(e) + " (see binspect " + command.name() + " --help)");
      return ExitCode.UNUSABLE;
    }
    if (options.isUsageHelpRequested()) {
      usage(command, console.out());
      return ExitCode.OK;
    }
    if (options.isVersionHelpRequested()) {
      console.out().println("binspect " + Version.NUMBER);
      return ExitCode.OK;
    }
    try {
      return command.run(options, console);
    } catch (UsageException e) {
      console.misused(e.getMessage() + " (see binspect " + command.name() + " --help)");
      return ExitCode.UNUSABLE;
    }
  }

  static CommandSpec spec(Command command) {
    CommandSpec spec = CommandSpec.create().name("binspect " + command.name());
    spec.usageMessage().description(command.summary());
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
    spec.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Show the version.")
            .build());
    command.describe(spec);
    return spec;
  }

  private static void usage(Command command, PrintStream out) {
    CommandLine.usage(spec(command), out, CommandLine.Help.Ansi.OFF);
  }

  private static String oneLine(ParameterException e) {
    @Nullable String message = e.getMessage();
    return message == null ? "wrong usage" : message.replace('\n', ' ').replace("\r", "");
  }
}
