package dev.binspect.cli;

import dev.binspect.check.Spelling;
import java.io.File;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * From the command line to a command.
 *
 * <p>picocli is used by its programmatic model, and only the chosen command is described: its
 * annotations cost 12 to 25 ms a start.
 */
final class Dispatch {
  private static final int LONGEST_COMMAND = 10;

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
      if (misspelt(args[0])) {
        console.misused(
            "no command and no file is called '"
                + args[0]
                + "': did you mean '"
                + Spelling.nearest(args[0], Commands.names())
                + "'?");
        return ExitCode.UNUSABLE;
      }
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

  /** Whether a word is near to a command's name, and no file's: asked only of short words. */
  private static boolean misspelt(String word) {
    return !word.isEmpty()
        && word.length() <= LONGEST_COMMAND + 2
        && word.indexOf('/') < 0
        && word.charAt(0) != '-'
        && !new File(word).exists()
        && Spelling.nearest(word, Commands.names()) != null;
  }

  private static int help(String[] args, Console console) {
    if (args.length == 1) {
      OverallHelp.print(console.out());
      return ExitCode.OK;
    }
    Command command = Commands.named(args[1]);
    if (command == null) {
      String near = Spelling.nearest(args[1], Commands.names());
      console.misused(
          "no command is called '"
              + args[1]
              + "'"
              + (near == null ? " (see binspect --help)" : ": did you mean '" + near + "'?"));
      return ExitCode.UNUSABLE;
    }
    usage(command, console.out());
    return ExitCode.OK;
  }

  private static int run(Command command, String[] args, Console console) {
    ParseResult options;
    try {
      options = new CommandLine(spec(command)).parseArgs(args);
    } catch (UnmatchedArgumentException e) {
      String unknown = e.getUnmatched().isEmpty() ? "" : e.getUnmatched().getFirst();
      List<String> known = new ArrayList<>(spec(command).optionsMap().keySet());
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
