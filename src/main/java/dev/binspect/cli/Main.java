package dev.binspect.cli;

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
    int code = run(args, System.in, out, err);
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
    return Dispatch.run(args, new Console(in, out, err));
  }
}
