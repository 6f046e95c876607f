package dev.binspect.cli;

/** One command: describes its options, and runs. */
interface Command {
  /** {@return the word on the command line} */
  String name();

  /** {@return one line for the list of commands} */
  String summary();

  /** Adds options, parameters and examples. Called only for the command that runs, and for help. */
  void describe(OptionTable options);

  /** {@return the exit code} */
  int run(Given given, Console console);
}
