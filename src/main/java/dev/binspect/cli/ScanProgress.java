package dev.binspect.cli;

import java.io.PrintStream;
import java.util.Locale;

/**
 * One line on standard error while a scan takes longer than a second; nothing where standard error
 * is no terminal.
 */
final class ScanProgress {
  private static final long FIRST_NANOS = 1_000_000_000L;
  private static final long BETWEEN_NANOS = 200_000_000L;

  private final PrintStream err;
  private final boolean shown;
  private final long began = System.nanoTime();
  private long nextNanos = began + FIRST_NANOS;
  private long found;
  private long done;
  private boolean complete;
  private boolean visible;

  ScanProgress(PrintStream err, boolean quiet) {
    this.err = err;
    this.shown = !quiet && System.getProperty("binspect.progress") != null;
  }

  synchronized void found() {
    found++;
  }

  /** The walk has ended: from now on the remaining time can be told. */
  synchronized void allFound() {
    complete = true;
  }

  synchronized void done() {
    done++;
    long now = System.nanoTime();
    if (!shown || now < nextNanos) {
      return;
    }
    nextNanos = now + BETWEEN_NANOS;
    double rate = done * 1e9 / (now - began);
    StringBuilder line = new StringBuilder("\r\u001b[K");
    line.append(done).append(complete ? " of " : " of at least ").append(found).append(" files, ");
    line.append(String.format(Locale.ROOT, "%.0f", rate)).append(" a second");
    if (complete && rate > 0) {
      line.append(", ").append(Math.round((found - done) / rate)).append(" s left");
    }
    err.print(line);
    err.flush();
    visible = true;
  }

  /** Makes room for another line. */
  synchronized void clear() {
    if (visible) {
      err.print("\r\u001b[K");
      visible = false;
    }
  }

  synchronized void end() {
    clear();
    err.flush();
  }
}
