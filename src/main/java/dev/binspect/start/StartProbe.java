package dev.binspect.start;

import dev.binspect.load.LoadPlan;
import java.io.File;
import java.time.Duration;

/** Measures starts, or says why not. */
public interface StartProbe {
  /**
   * @param file an executable
   * @param plan what its loader will do, for the estimate and for what a library's part is
   * @return measured, estimated or not run; never null, and no exception for anything the program
   *     does
   */
  Start measure(File file, LoadPlan plan, Budget budget);

  /**
   * How much effort may be spent.
   *
   * @param runs exactly so many samples, or 0 for as many as the interval needs
   * @param time stop after that
   * @param cold drop the files from the page cache before each run
   * @param precision without a number of runs: stop when the median's 95 % interval is narrower
   *     than so much of it on either side
   */
  record Budget(int runs, Duration time, boolean cold, double precision) {
    public static final Budget DEFAULT = new Budget(0, Duration.ofMillis(500), false);

    /** A budget that stops at 3 %. */
    public Budget(int runs, Duration time, boolean cold) {
      this(runs, time, cold, 0.03);
    }
  }
}
