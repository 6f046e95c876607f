package dev.binspect.cli;

import dev.binspect.check.Spelling;
import java.io.File;
import java.util.Arrays;

/** From the command line to a command. */
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
    PicocliModel.usage(command, console.out());
    return ExitCode.OK;
  }

  private static int run(Command command, String[] args, Console console) {
    OptionTable options = OptionTable.of(command);
    Given given = options.read(args);
    try {
      return given == null
          ? PicocliModel.run(command, options, args, console)
          : command.run(given, console);
    } catch (UsageException e) {
      console.misused(e.getMessage() + " (see binspect " + command.name() + " --help)");
      return ExitCode.UNUSABLE;
    }
  }
}
