package dev.binspect.start.linux;

/**
 * Kills a process that does not come to its entry point in time.
 *
 * <p>It holds a pidfd, not a process id: a process that was waited for in the meantime may have
 * given its number to another.
 */
final class Watchdog implements AutoCloseable {
  private final Cpu cpu;
  private final long limitNanos;
  private final DaemonThread thread;
  private int pidfd = -1;
  private int pid;
  private long deadline;
  private boolean fired;
  private boolean closed;

  Watchdog(Cpu cpu, long limitNanos) {
    this.cpu = cpu;
    this.limitNanos = limitNanos;
    // No lambda: linking one costs more than this thread.
    this.thread =
        new DaemonThread("start watchdog", 64 << 10) {
          @Override
          public void run() {
            watch();
          }
        };
    thread.start();
  }

  /** Watches over a child from now on. */
  synchronized void arm(int child) {
    pid = child;
    pidfd = (int) Libc.syscall(cpu.pidfdOpen, child, 0, 0, 0, 0, 0);
    deadline = System.nanoTime() + limitNanos;
    fired = false;
  }

  /** {@return whether the child was killed} */
  synchronized boolean disarm() {
    if (pidfd >= 0) {
      Libc.close(pidfd);
    }
    pidfd = -1;
    pid = 0;
    return fired;
  }

  synchronized boolean fired() {
    return fired;
  }

  private synchronized void watch() {
    try {
      while (!closed) {
        // Deadlines only move on: whoever was armed while this slept is not due before it wakes.
        long left = pid == 0 ? limitNanos : deadline - System.nanoTime();
        if (left <= 0 && !fired) {
          fired = true;
          if (pidfd >= 0) {
            Libc.syscall(cpu.pidfdSendSignal, pidfd, Libc.SIGKILL, 0, 0, 0, 0);
          } else {
            Libc.kill(pid, Libc.SIGKILL); // kernels before 5.3 have no pidfd
          }
        }
        wait(Math.max(1, (fired ? limitNanos : left) / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    thread.awaitEnd();
  }
}
