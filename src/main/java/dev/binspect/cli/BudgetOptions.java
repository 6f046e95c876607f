package dev.binspect.cli;

import dev.binspect.start.StartProbe.Budget;
import java.time.Duration;

/** How much effort a measurement may take. */
record BudgetOptions(Budget budget) {
  /** Who asks for the start alone waits longer for better figures than who asks for a report. */
  private static final Duration TIME = Duration.ofSeconds(2);

  private static final double PRECISION = 0.01;

  /** With a number of runs the time only guards against a mistake. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  static void describe(OptionTable options) {
    options.text("TIME", "Stop measuring after that: 500ms, 2s (the default), 1m.", "--budget");
    options.flag("Drop the files from the page cache before each run, where that works.", "--cold");
  }

  static BudgetOptions of(Given given, FileOptions options) {
    Duration time = options.runs() > 0 ? LONGEST : TIME;
    String text = given.text("--budget");
    if (text != null) {
      time = duration(text);
    }
    return new BudgetOptions(new Budget(options.runs(), time, given.has("--cold"), PRECISION));
  }

  private static Duration duration(String text) {
    int unit = 0;
    while (unit < text.length() && Character.isDigit(text.charAt(unit))) {
      unit++;
    }
    if (unit > 0 && unit <= 6) {
      long n = Long.parseLong(text, 0, unit, 10);
      switch (text.substring(unit)) {
        case "ms" -> {
          return Duration.ofMillis(n);
        }
        case "s", "" -> {
          return Duration.ofSeconds(n);
        }
        case "m", "min" -> {
          return Duration.ofMinutes(n);
        }
        default -> {}
      }
    }
    throw new UsageException("--budget needs a time such as 500ms, 2s or 1m, not '" + text + "'");
  }
}
