package dev.binspect.cli;

import dev.binspect.report.Escape;
import java.io.PrintStream;

/**
 * What is being done, on one line of standard error, for whoever waits longer than a second;
 * nothing where standard error is no terminal, and nothing with {@code -q}.
 */
final class Waiting implements AutoCloseable {
  private static final long FIRST_MILLIS = 1000;
  private static final long BETWEEN_MILLIS = 250;

  private final PrintStream err;
  private final long began = System.nanoTime();
  private final Thread ticker;
  private String what = "";
  private boolean visible;
  private boolean over;

  /** Waits for a command; a line is shown from the first {@link #on} on. */
  Waiting(Console console, FileOptions options) {
    this.err = console.err();
    boolean shown = !options.quiet() && System.getProperty("binspect.progress") != null;
    this.ticker = new Ticker();
    if (shown) {
      ticker.start();
    }
  }

  /** From now on that is being done. */
  synchronized void on(String step) {
    what = step;
  }

  /** Makes room for other lines: nothing is shown until the next step. */
  synchronized void clear() {
    what = "";
    if (visible) {
      err.print("\r\u001b[K");
      err.flush();
      visible = false;
    }
  }

  private synchronized boolean tick() {
    if (over) {
      return false;
    }
    if (!what.isEmpty()) {
      long seconds = (System.nanoTime() - began) / 1_000_000_000L;
      err.print("\r\u001b[K" + seconds + " s  " + Escape.text(what));
      err.flush();
      visible = true;
    }
    return true;
  }

  @Override
  public void close() {
    synchronized (this) {
      over = true;
      clear();
    }
    ticker.interrupt();
  }

  private final class Ticker extends Thread {
    Ticker() {
      super("progress");
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        Thread.sleep(FIRST_MILLIS);
        while (tick()) {
          Thread.sleep(BETWEEN_MILLIS);
        }
      } catch (InterruptedException e) {
        // the command is done
      }
    }
  }
}
