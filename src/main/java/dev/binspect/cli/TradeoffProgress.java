package dev.binspect.cli;

import dev.binspect.report.Escape;
import java.io.PrintStream;
import java.util.function.Consumer;

/**
 * What a comparison is doing: one line that changes where standard error is a terminal, a line a
 * step with {@code -v}, else nothing.
 */
final class TradeoffProgress implements Consumer<String> {
  private final PrintStream err;
  private final boolean lines;
  private final boolean changing;
  private final long began = System.nanoTime();
  private boolean visible;

  TradeoffProgress(PrintStream err, FileOptions options) {
    this.err = err;
    this.lines = options.verbose() && !options.quiet();
    this.changing = !lines && !options.quiet() && System.getProperty("binspect.progress") != null;
  }

  @Override
  public void accept(String step) {
    long seconds = (System.nanoTime() - began) / 1_000_000_000L;
    String line = seconds + " s  " + Escape.text(step);
    if (lines) {
      err.println("binspect: " + line);
    } else if (changing) {
      err.print("\r\u001b[K" + line);
      err.flush();
      visible = true;
    }
  }

  void end() {
    if (visible) {
      err.print("\r\u001b[K");
      err.flush();
      visible = false;
    }
  }
}
