package dev.binspect.start.linux;

import dev.binspect.load.LoadPlan;
import dev.binspect.start.Run;

/** Says in a sentence why a program did not come to its entry point. */
final class Reasons {
  private Reasons() {}

  static String of(Run run, LoadPlan plan) {
    int code = run.code();
    return switch (run.ending()) {
      case ENTRY -> throw new IllegalArgumentException("it did");
      case EXITED ->
          !plan.missing().isEmpty()
              ? "its loader gives up (exit status "
                  + code
                  + "): "
                  + plan.missing().getFirst().name()
                  + " is missing"
              : code == 127
                  ? "its loader gives up, or a constructor ends it, before the entry point (exit"
                      + " status 127)"
                  : "it exits before its entry point (exit status " + code + ")";
      case KILLED -> "it dies before its entry point by " + signal(code);
      case TIMED_OUT -> "it does not come to its entry point in time: a constructor waits or loops";
      case EXECUTED_ANOTHER -> "a constructor executes another program";
      case NOT_EXECUTED -> "the kernel refuses to execute it: " + Libc.describe(code);
      case OTHER_FILE -> "not run: " + String.join(", ", run.incidents());
      case NOT_TRACED ->
          code == Libc.EACCES
              ? "its memory is closed to you: a file that cannot be read cannot be traced"
              : "tracing is not permitted here (ptrace: " + Libc.describe(code) + ")";
    };
  }

  private static String signal(int number) {
    return switch (number) {
      case 4 -> "SIGILL";
      case 5 -> "SIGTRAP";
      case 6 -> "SIGABRT";
      case 7 -> "SIGBUS";
      case 8 -> "SIGFPE";
      case 9 -> "SIGKILL";
      case 11 -> "SIGSEGV";
      case 13 -> "SIGPIPE";
      case 14 -> "SIGALRM";
      case 15 -> "SIGTERM";
      case 31 -> "SIGSYS";
      default -> "signal " + number;
    };
  }
}
