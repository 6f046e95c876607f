package dev.binspect.start.linux;

import java.util.HashSet;
import java.util.Set;

/** The processes and threads that a traced program starts on its way: they end with it. */
final class Offspring {
  /** More are not waited for: a program that starts so many is given up. */
  private static final int MOST = 1000;

  private static final int NO_SIGNAL = 0;

  private final LinuxTracer session;

  /** Processes and threads besides the program's first, as far as they live. */
  private final Set<Integer> living = new HashSet<>();

  /** All that the program ever started. */
  private final Set<Integer> all = new HashSet<>();

  Offspring(LinuxTracer session) {
    this.session = session;
  }

  /**
   * A fork, vfork or clone event of {@code by}.
   *
   * @return whether there are too many by now
   */
  boolean born(int by) {
    int child = session.tracee.eventPid(by);
    if (child > 0) {
      living.add(child);
      all.add(child);
    }
    session.expectOrphans();
    return living.size() > MOST;
  }

  void seen(int tid) {
    living.add(tid);
  }

  void ended(int tid) {
    living.remove(tid);
  }

  /** {@return whether the program started nothing} */
  boolean none() {
    return all.isEmpty() && living.isEmpty();
  }

  /** Ends all of them, and waits for whatever this thread still traces. */
  void end() {
    for (int other : living) {
      Libc.kill(other, Libc.SIGKILL);
    }
    while (session.await() > 0) {
      // Killed processes pass by once more each; new ones come traced and die with the rest.
      if ((session.status() & 0xff) == 0x7f) {
        Libc.kill(session.awaited(), Libc.SIGKILL);
        session.tracee.resume(session.awaited(), NO_SIGNAL);
      }
    }
    session.reapOrphans(all);
  }
}
