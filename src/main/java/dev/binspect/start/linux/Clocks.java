package dev.binspect.start.linux;

import dev.binspect.start.Run;
import dev.binspect.start.Run.Milestone;

/**
 * The times of one run: its process's CPU clock and the monotonic clock without the time it was
 * held, both less what the stops themselves cost it.
 */
final class Clocks {
  private final LinuxTracer session;
  private final int pid;
  private final long[] cpu = Run.unseen();
  private final long[] wall = Run.unseen();
  private long cpuAtCall;
  private long resumedAt;
  private long running;
  private long cpuOfStops;
  private long wallOfStops;

  Clocks(LinuxTracer session, int pid) {
    this.session = session;
    this.pid = pid;
  }

  /** The process is about to call execve. */
  void begin() {
    cpuAtCall = session.tracee.cpuNanos(pid);
    cpu[Milestone.CALL.at()] = 0;
    wall[Milestone.CALL.at()] = 0;
  }

  void resumed() {
    resumedAt = System.nanoTime();
  }

  void stopped() {
    running += System.nanoTime() - resumedAt;
  }

  /** Notes the first time that the milestone is passed. */
  void pass(Milestone milestone) {
    int i = milestone.at();
    if (cpu[i] == Run.UNSEEN) {
      cpu[i] = now();
      wall[i] = Math.max(0, running - wallOfStops);
    }
  }

  boolean passed(Milestone milestone) {
    return cpu[milestone.at()] != Run.UNSEEN;
  }

  /** There is no loader: what follows the exec is the program's own. */
  void entryIsExec() {
    cpu[Milestone.ENTRY.at()] = cpu[Milestone.EXEC.at()];
    wall[Milestone.ENTRY.at()] = wall[Milestone.EXEC.at()];
  }

  /** {@return CPU nanoseconds since the call of execve} */
  long now() {
    return Math.max(0, session.tracee.cpuNanos(pid) - cpuAtCall - cpuOfStops);
  }

  /** The process was stopped by a breakpoint, and pays for it when it goes on. */
  void trapped() {
    cpuOfStops += session.costs.trapCpu();
    wallOfStops += session.costs.trapWall();
  }

  /** The process was stopped at a system call. */
  void called() {
    cpuOfStops += session.costs.callCpu();
    wallOfStops += session.costs.callWall();
  }

  long[] cpu() {
    return cpu;
  }

  long[] wall() {
    return wall;
  }
}
