package dev.binspect.start;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a start costs, from execve to the program's entry point.
 *
 * @param why how it was measured, or why it was not; null where there is nothing to say
 * @param runs samples that count
 * @param medianNanos -1 unknown, as all figures here
 * @param ci95Nanos lower and upper end of the median's 95 % interval; empty where unknown
 * @param pageFaults minor and major, at the entry point
 * @param dirtyBytes private dirty memory at the entry point
 * @param objectsLoaded paths mapped at the entry point, in the order of loading
 * @param libraries per library, where it could be told
 * @param libraryScale what the libraries' measured parts were scaled by; null where they are
 *     modelled or unknown
 * @param samples the single runs, in order; kept for {@code start --format json}
 * @param warnings what makes the figures doubtful, and what to do about it; a sentence each
 * @param method "ptrace", "patched-copy", "ld-trace", "model" or "none"
 * @param loaderNanos the part of the median that is the loader's: all phases but the kernel's
 * @param floorNanos median of a program that does nothing, measured between the runs: what no
 *     change of the build can save
 * @param majorFaults the part of {@code pageFaults} that waited for a disk
 * @param predictedPages pages that the static count says the loader dirties
 * @param instructions executed in user mode up to the entry point; -1 where nothing counts them
 * @param exitNanos CPU time of the end of a process that got no further than its entry point: the
 *     kernel takes down what the start mapped and wrote, after every start; not part of the median
 * @param errorPercent median error of the estimate on programs it was not fitted on
 * @param errorBasis which programs those were, and on which machine; null where nothing is known
 * @param atReference what the median would be at the speed that this machine is compared with; null
 *     where its speed could not be told
 */
public record Start(
    How how,
    @Nullable String why,
    int runs,
    long medianNanos,
    long madNanos,
    long[] ci95Nanos,
    long p95Nanos,
    long wallMedianNanos,
    List<Phase> phases,
    long pageFaults,
    long dirtyBytes,
    List<String> objectsLoaded,
    List<LibraryCost> libraries,
    @Nullable LibraryScale libraryScale,
    List<Sample> samples,
    List<String> warnings,
    String method,
    long loaderNanos,
    long floorNanos,
    long majorFaults,
    long predictedPages,
    long instructions,
    long exitNanos,
    long errorPercent,
    @Nullable String errorBasis,
    @Nullable AtReference atReference) {

  /** Where the figures come from. */
  public enum How {
    MEASURED("measured"),
    ESTIMATED("estimated"),
    NOT_RUN("not-run");

    private final String key;

    How(String key) {
      this.key = key;
    }

    /** {@return the word used in reports} */
    public String key() {
      return key;
    }
  }

  /**
   * A part of a start.
   *
   * @param name "kernel", "bootstrap", "map", "relocate" or "constructors"
   */
  public record Phase(String name, long medianNanos) {}

  /**
   * A library's part.
   *
   * @param modelled true where a model says so and no measurement
   */
  public record LibraryCost(
      String path, long mapNanos, long relocateNanos, long constructorsNanos, boolean modelled) {}

  /**
   * How many percent of what stops at each library showed the phases take: the stops disturb, so
   * the libraries' parts, and the loader's own that no library pays for, are scaled to sum to the
   * phase. 100 is undisturbed; constructors that took longer than that are not scaled, they share
   * what is missing equally.
   */
  public record LibraryScale(long mapPercent, long relocatePercent, long constructorsPercent) {}

  /**
   * One run.
   *
   * @param cpuNanos the tracee's CPU time from execve to the entry point
   * @param wallNanos the same on the monotonic clock
   * @param exitNanos as {@link Start#exitNanos}
   */
  public record Sample(long cpuNanos, long wallNanos, long pageFaults, long exitNanos) {}

  /**
   * The measured start at a speed that does not change: a processor that is shared with unseen
   * neighbours (a virtual machine, a second hardware thread) runs the same work in up to twice its
   * time, and no clock of the process tells.
   *
   * @param medianNanos CPU time at the reference speed: the figure to compare with another day's
   * @param ci95Nanos lower and upper end of its 95 % interval
   * @param gaugeNanos what the gauge (kernel and bootstrap of an empty program) took meanwhile
   * @param referenceNanos what the gauge takes at the reference speed
   */
  public record AtReference(
      long medianNanos, long[] ci95Nanos, long gaugeNanos, long referenceNanos) {
    /** {@return how fast the machine was meanwhile, the reference speed being 100} */
    public long speedPercent() {
      return gaugeNanos <= 0 ? -1 : Math.round(100.0 * referenceNanos / gaugeNanos);
    }
  }

  /** {@return the same with one more word on how it was measured} */
  public Start withWhy(String more) {
    return new Start(
        how,
        how != How.MEASURED || why == null ? (how == How.MEASURED ? more : why) : why + "; " + more,
        runs,
        medianNanos,
        madNanos,
        ci95Nanos,
        p95Nanos,
        wallMedianNanos,
        phases,
        pageFaults,
        dirtyBytes,
        objectsLoaded,
        libraries,
        libraryScale,
        samples,
        warnings,
        method,
        loaderNanos,
        floorNanos,
        majorFaults,
        predictedPages,
        instructions,
        exitNanos,
        errorPercent,
        errorBasis,
        atReference);
  }

  /** {@return a start that was not run, with the reason} */
  public static Start notRun(String why) {
    return new Start(
        How.NOT_RUN,
        why,
        0,
        -1,
        -1,
        new long[0],
        -1,
        -1,
        List.of(),
        -1,
        -1,
        List.of(),
        List.of(),
        null,
        List.of(),
        List.of(),
        "none",
        -1,
        -1,
        -1,
        -1,
        -1,
        -1,
        -1,
        null,
        null);
  }
}
