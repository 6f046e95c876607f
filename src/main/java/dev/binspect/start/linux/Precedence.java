package dev.binspect.start.linux;

import com.sun.jna.Memory;

/**
 * Keeps one processor for the measurement, as far as that is permitted: being interrupted, or moved
 * to a processor where another program just was, costs a start what it had in the caches, up to
 * twice its time.
 *
 * <p>The tracer and what it traces share the processor the tracer is on: they never run at the same
 * time, and neither waits for the other's caches. As root they also go before all ordinary
 * programs. (A niceness would not do: every session has a scheduling group of its own, and the
 * niceness counts within it.)
 */
final class Precedence {
  private static final int SCHED_OTHER = 0;
  private static final int SCHED_FIFO = 1;

  /**
   * What a traced process starts is ordinary again. Not so what the tracer starts: a launcher that
   * waits for its turn behind a build costs each run some milliseconds, and finds other programs'
   * data in the caches.
   */
  private static final int RESET_ON_FORK = 0x40000000;

  private static final int OF_TRACEE = 1;

  /** Always before what it traces: a constructor that loops must not keep its end away. */
  private static final int OF_TRACER = 2;

  /** Of a mask for 8192 processors. */
  private static final int MASK_BYTES = 1024;

  private final Memory parameter = new Memory(8);
  private final Memory all = new Memory(MASK_BYTES);
  private final Memory one = new Memory(MASK_BYTES);
  private final boolean known;
  private final boolean several;

  /** The calling thread, and what it starts, stays where it is from now on. */
  Precedence() {
    several = Runtime.getRuntime().availableProcessors() > 1; // of those this thread may use
    all.clear();
    one.clear();
    int here = Libc.sched_getcpu();
    known =
        here >= 0
            && here < MASK_BYTES * 8
            && Libc.sched_getaffinity(0, MASK_BYTES, Libc.address(all)) >= 0;
    if (known) {
      one.setByte(here / 8, (byte) (1 << here % 8));
      Libc.sched_setaffinity(0, MASK_BYTES, Libc.address(one));
    }
    first(0);
  }

  /**
   * Lets a process run before all ordinary ones; nothing happens where that is not permitted.
   *
   * @param pid 0 for the calling thread
   */
  void first(int pid) {
    if (!several) {
      return; // a constructor that never ends would leave nobody to end it
    }
    parameter.setInt(0, pid == 0 ? OF_TRACER : OF_TRACEE);
    int policy = pid == 0 ? SCHED_FIFO : SCHED_FIFO | RESET_ON_FORK;
    Libc.sched_setscheduler(pid, policy, Libc.address(parameter));
  }

  /** Lets a process use all processors that this one was given. */
  void anywhere(int pid) {
    if (known) {
      Libc.sched_setaffinity(pid, MASK_BYTES, Libc.address(all));
    }
  }

  /** The calling thread is an ordinary one again. */
  void end() {
    parameter.setInt(0, 0);
    Libc.sched_setscheduler(0, SCHED_OTHER, Libc.address(parameter));
    anywhere(0);
  }
}
