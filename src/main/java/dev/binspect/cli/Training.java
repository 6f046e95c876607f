package dev.binspect.cli;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What the AOT cache is trained with at build time: the real commands, over the files named on the
 * command line. What runs here starts without class loading later.
 */
final class Training {
  private Training() {}

  /** Runs every command that matters over every file. */
  public static void main(String[] files) {
    PrintStream sink =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    String[][] commands = {
      {"--version"},
      {"--help"},
      {"inspect", "--help"},
      {"inspect", "--no-such-option"},
      {"inspect", "--no-run", "/dev/null"},
      {"inspect", "--no-run"},
      {"inspect", "--no-run", "--color", "always"},
      {"inspect", "--no-run", "--json"},
      {"inspect", "--runs", "3"},
      {"start", "--runs", "3"},
      {"check"},
      {"check", "--expect", "deps_dylib", "--format", "github"},
      {"tree"},
      {"bindings", "--format", "ndjson"},
      {"scan", "--format", "ndjson", "-q"},
    };
    for (String[] command : commands) {
      for (String file : files) {
        String[] args = java.util.Arrays.copyOf(command, command.length + 1);
        args[command.length] = file;
        Main.run(args, new ByteArrayInputStream(new byte[0]), sink, sink);
      }
    }
  }
}
