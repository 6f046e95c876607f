package dev.binspect.cli;

import java.io.InputStream;
import java.io.PrintStream;

/** The program. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    int code = run(args, System.in, System.out, System.err);
    System.out.flush();
    System.err.flush();
    // halt, not exit: System.exit looks a logger up on JDK 21 and later, which costs 9 ms.
    Runtime.getRuntime().halt(code);
  }

  /** {@return the exit code} */
  public static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
    return args.length == 0 ? 2 : 0;
  }
}
