package dev.binspect.start.linux;

/** What a breakpoint and a stopped system call cost the process, in nanoseconds on either clock. */
record StopCosts(long trapCpu, long trapWall, long callCpu, long callWall) {
  /** Where they could not be measured: figures are a percent or two too high then. */
  static final StopCosts UNKNOWN = new StopCosts(0, 0, 0, 0);
}
