package dev.binspect.start.linux;

import dev.binspect.start.Statistics;
import java.util.Arrays;

/** Follows the program that only stops, and takes the cost of its stops. */
final class Stops {
  private final LinuxTracer session;
  private final int pid;
  private final long[] trapCpu;
  private final long[] trapWall;
  private final long[] callCpu;
  private final long[] callWall;
  private int traps;
  private int calls;

  Stops(LinuxTracer session, int pid, int most) {
    this.session = session;
    this.pid = pid;
    trapCpu = new long[most];
    trapWall = new long[most];
    callCpu = new long[most];
    callWall = new long[most];
  }

  void follow() {
    Tracee tracee = session.tracee;
    long cpuBefore = tracee.cpuNanos(pid);
    int before = -1;
    while (true) {
      long resumed = System.nanoTime();
      tracee.resume(pid, 0);
      int tid = session.await();
      long wall = System.nanoTime() - resumed;
      int status = session.status();
      if (tid != pid || (status & 0xff) != 0x7f) {
        return; // it is at its end, or something killed it
      }
      long now = tracee.cpuNanos(pid);
      // What is read at a stop of a real run is read here as well: the caches see the same.
      tracee.readRegisters(pid);
      int event = status >> 16;
      if (event == before && event == 0 && traps < trapCpu.length) {
        trapCpu[traps] = now - cpuBefore;
        trapWall[traps++] = wall;
      } else if (event == before && event == Tracee.EVENT_SECCOMP && calls < callCpu.length) {
        callCpu[calls] = now - cpuBefore;
        callWall[calls++] = wall;
      }
      before = event;
      cpuBefore = now;
    }
  }

  private static long median(long[] values, int count) {
    return count == 0 ? 0 : Statistics.median(Arrays.copyOf(values, count));
  }

  StopCosts costs() {
    return new StopCosts(
        median(trapCpu, traps),
        median(trapWall, traps),
        median(callCpu, calls),
        median(callWall, calls));
  }
}
