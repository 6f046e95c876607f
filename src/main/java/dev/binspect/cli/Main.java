package dev.binspect.cli;

import dev.binspect.report.Escape;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The program. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    // What JNA would do at its first call costs 30 ms: the launcher unpacked its library, and
    // nothing of ours is searched by ldconfig.
    setDefault("jna.platform.library.path", "");
    setDefault("jna.nosys", "true");
    StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    PrintStream out = new PrintStream(output, false, StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    int code;
    try {
      code = run(args, System.in, out, err);
    } catch (RuntimeException | StackOverflowError e) {
      // A file from a stranger gets one line, whatever it set off.
      err.println("binspect: " + Escape.text(bug(e)));
      code = ExitCode.UNUSABLE;
    }
    out.flush();
    String failure = output.failure();
    if (failure != null) {
      err.println("binspect: standard output: " + failure);
      code = ExitCode.UNUSABLE;
    }
    err.flush();
    // halt, not exit: System.exit looks a logger up on JDK 21 and later, which costs 9 ms.
    Runtime.getRuntime().halt(code);
  }

  private static void setDefault(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  /** {@return the exit code; everything a command writes goes to the streams} */
  public static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
    try {
      return Dispatch.run(args, new Console(in, out, err));
    } catch (OutOfMemoryError e) {
      return outOfMemory(err);
    } catch (IllegalArgumentException e) {
      // The machine has one error made in advance: a generator whose closing runs out of memory as
      // well gets the same one again, and Java refuses to add it to itself.
      if (e.getCause() instanceof OutOfMemoryError) {
        return outOfMemory(err);
      }
      throw e;
    }
  }

  private static int outOfMemory(PrintStream err) {
    err.println("binspect: needs more memory than there is");
    return ExitCode.UNUSABLE;
  }

  /** {@return a sentence about what should not have happened, with the place where it did} */
  static String bug(Throwable e) {
    StackTraceElement[] trace = e.getStackTrace();
    return "a mistake in binspect, please report it with the file: "
        + e
        + (trace.length == 0 ? "" : " at " + trace[0]);
  }
}
