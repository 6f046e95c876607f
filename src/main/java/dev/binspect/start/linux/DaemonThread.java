package dev.binspect.start.linux;

/** A thread that does not keep the JVM alive, and whose end can be waited for without fail. */
abstract class DaemonThread extends Thread {
  DaemonThread(String name, int stackBytes) {
    super(null, null, name, stackBytes);
    setDaemon(true);
  }

  /** Waits for its end; an interrupt meanwhile is kept for later. */
  final void awaitEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
