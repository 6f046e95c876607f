package dev.binspect.cli;

import java.io.PrintStream;

/**
 * {@code binspect --help}: plain text, because a model of every command would be built for it
 * otherwise.
 */
final class OverallHelp {
  private OverallHelp() {}

  static void print(PrintStream out) {
    StringBuilder text = new StringBuilder(2048);
    text.append("binspect ").append(Version.NUMBER);
    text.append(
        ": was the dylib used, what does the loader do at each start, and what does it cost?\n\n");
    text.append("Usage: binspect [COMMAND] [OPTIONS] FILE…\n\nCommands:\n");
    for (Command command : Commands.all()) {
      text.append("  ").append(command.name());
      for (int i = command.name().length(); i < 12; i++) {
        text.append(' ');
      }
      text.append(command.summary()).append('\n');
    }
    text.append(
        """

        Options of every command that reads files, before its name or behind it:
          --format FORMAT     text, json, ndjson, markdown, html, sarif, junit, github (--json for short)
          -o FILE             write the report there instead of to standard output
          --color WHEN        auto, always, never
          --expect NAME       a dylib that must be linked and used; repeatable
          --cargo-dir DIR     Cargo's target folder, where the program does not stand in it
          --sysroot DIR       a folder that stands for /
          --library-path DIRS folders searched like LD_LIBRARY_PATH
          --bind-now          all look-ups at start
          --no-run            execute nothing
          --runs N            measure so many starts
          -q, -v              say less, say more
          -h, --help          help; binspect COMMAND --help tells more
          -V, --version       the version

        Exit codes: 0 all holds; 1 a check does not hold; 2 wrong usage, or a file of which no report is possible.

        Examples:
          binspect target/debug/app
          binspect check --expect my_dylib target/debug/app
          binspect --json --no-run /usr/bin/git
        """);
    out.print(text);
  }
}
