package dev.binspect.cli;

/** The exit codes that scripts rely on. */
final class ExitCode {
  /** All holds. */
  static final int OK = 0;

  /** A check does not hold. */
  static final int DOES_NOT_HOLD = 1;

  /** Wrong usage, or a file of which no report is possible. */
  static final int UNUSABLE = 2;

  /** An interrupt (SIGINT), as shells tell it. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
