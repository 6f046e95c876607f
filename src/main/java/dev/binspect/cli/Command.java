package dev.binspect.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command: describes its options, and runs. */
interface Command {
  /** {@return the word on the command line} */
  String name();

  /** {@return one line for the list of commands} */
  String summary();

  /** Adds options, parameters and examples. Called only for the command that runs, and for help. */
  void describe(CommandSpec spec);

  /** {@return the exit code} */
  int run(ParseResult options, Console console);
}
