package dev.binspect.start.linux;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does the measuring on a thread of its own: ptrace belongs to a thread, and the thread's end is
 * the tracees' end.
 */
final class TracerThread<T> extends DaemonThread {
  private final Supplier<T> work;
  private @Nullable T result;
  private @Nullable RuntimeException exception;
  private @Nullable Error error;

  private TracerThread(Supplier<T> work) {
    super("tracer", 512 << 10);
    this.work = work;
  }

  /** {@return what the work gives; it throws what the work throws} */
  static <T> T run(Supplier<T> work) {
    TracerThread<T> thread = new TracerThread<>(work);
    thread.start();
    thread.awaitEnd();
    return thread.result();
  }

  private T result() {
    if (error != null) {
      throw error;
    }
    T value = result;
    if (exception != null || value == null) {
      throw exception != null ? exception : new IllegalStateException("no result");
    }
    return value;
  }

  @Override
  public void run() {
    try {
      result = work.get();
    } catch (RuntimeException e) {
      exception = e;
    } catch (Error e) {
      error = e;
    }
  }
}
