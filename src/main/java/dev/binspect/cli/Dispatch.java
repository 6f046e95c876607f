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
      default:
        break;
    }
    int at = first(args);
    if (at < 0) {
      return run(new InspectCommand(), args, console);
    }
    String word = args[at];
    if (word.equals("help")) {
      return help(Arrays.copyOfRange(args, at, args.length), console);
    }
    Command command = Commands.named(word);
    if (command != null) {
      return run(command, without(at, args), console);
    }
    if (misspelt(word)) {
      console.misused(
          "no command and no file is called '"
              + word
              + "': did you mean '"
              + Spelling.nearest(word, Commands.names())
              + "'?");
      return ExitCode.UNUSABLE;
    }
    return run(new InspectCommand(), args, console);
  }

  /**
   * {@return where the first word stands that is no option, which is a command or a file; -1 where
   * there is none, or what stands before it is no option that all commands know}
   */
  private static int first(String[] args) {
    return args[0].startsWith("-") ? OptionTable.of(new InspectCommand()).firstParameter(args) : 0;
  }

  private static String[] without(int at, String[] args) {
    String[] rest = new String[args.length - 1];
    System.arraycopy(args, 0, rest, 0, at);
    System.arraycopy(args, at + 1, rest, at, rest.length - at);
    return rest;
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
