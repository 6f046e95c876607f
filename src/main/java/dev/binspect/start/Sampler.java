package dev.binspect.start;

import dev.binspect.start.Run.Ending;
import dev.binspect.start.StartProbe.Budget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which runs are made: a warm-up, runs that count with closer looks and an idle program
 * between them, until the median is known well enough or the budget is spent.
 */
final class Sampler {
  private static final int WARM_UP = 2;

  /** Fewer say nothing about their own spread. */
  static final int FEWEST = 20;

  private static final int MOST = 10_000;

  /** One closer look among so many runs that count; every other one is at the libraries too. */
  private static final int LOOK_EVERY = 5;

  /** Failures in a row before the program counts as one that cannot be measured. */
  private static final int MOST_FAILURES = 3;

  private final Tracer program;
  private final @Nullable Tracer idle;
  private final Budget budget;
  private final LongSupplier nanos;
  private final SplittableRandom random = new SplittableRandom(0x73_74_61_72_74L);
  private final List<Run> counted = new ArrayList<>();
  private final List<Run> closer = new ArrayList<>();
  private final List<Run> floor = new ArrayList<>();
  private final List<Integer> floorBefore = new ArrayList<>();
  private long end;
  private int looks;
  private int failures;
  private int failuresInARow;
  private @Nullable Run failure;
  private long[] times = new long[64];

  /** Not after each run: the interval costs as much as some of them. */
  private int nextLook = FEWEST;

  /**
   * @param idle a program that does nothing with the same loader, or null
   * @param nanos a monotonic clock
   */
  Sampler(Tracer program, @Nullable Tracer idle, Budget budget, LongSupplier nanos) {
    this.program = program;
    this.idle = idle;
    this.budget = budget;
    this.nanos = nanos;
  }

  /**
   * What was observed.
   *
   * @param counted plain runs in order
   * @param closer runs with a census or stops at libraries
   * @param floor runs of the idle program
   * @param floorBefore for each of them the index of the counted run that followed
   * @param failures runs that did not come to the entry point
   * @param failure the last of them
   */
  record Samples(
      List<Run> counted,
      List<Run> closer,
      List<Run> floor,
      List<Integer> floorBefore,
      int failures,
      @Nullable Run failure) {}

  Samples take() {
    begin();
    while (!enough()) {
      step();
    }
    return samples();
  }

  /**
   * Runs two programs by turns, so that whatever the machine does meanwhile happens to both. Where
   * one of them is given up, the other goes on alone.
   *
   * @return their samples, in the same order
   */
  static List<Samples> takeBoth(Sampler one, Sampler other) {
    one.begin();
    other.begin();
    // The time that one took to show that it does not start is not the other's.
    one.end = other.end = one.nanos.getAsLong() + one.budget.time().toNanos();
    while (!(one.enough() && other.enough())) {
      one.stepUnlessGivenUp();
      other.stepUnlessGivenUp();
    }
    return List.of(one.samples(), other.samples());
  }

  private void begin() {
    end = nanos.getAsLong() + budget.time().toNanos();
    warmUp();
  }

  private void stepUnlessGivenUp() {
    if (!gaveUp()) {
      step();
    }
  }

  private Samples samples() {
    return new Samples(
        List.copyOf(counted),
        List.copyOf(closer),
        List.copyOf(floor),
        List.copyOf(floorBefore),
        failures,
        failure);
  }

  private boolean gaveUp() {
    return failuresInARow >= MOST_FAILURES;
  }

  private void step() {
    if (counted.size() % LOOK_EVERY == 0 && looks <= counted.size() / LOOK_EVERY) {
      look(counted.isEmpty() ? Tracer.Detail.CENSUS : Tracer.Detail.PHASES);
      if (looks++ % 2 == 0) {
        look(Tracer.Detail.LIBRARIES);
      }
      runIdle();
    } else if (budget.runs() == 0) {
      // The more of them, the better is the machine's speed known: under a build two thirds of
      // repeated medians lie within 3 % of each other at the reference speed, and not half of them
      // with a fifth of its runs. Who asks for a number of runs waits for no others.
      runIdle();
    }
    Run run = program.run(Tracer.Detail.PLAIN, padding());
    if (keep(run, counted)) {
      if (times.length < counted.size()) {
        times = Arrays.copyOf(times, times.length * 2);
      }
      times[counted.size() - 1] = run.cpu(Run.Milestone.CALL, Run.Milestone.ENTRY);
    }
  }

  private void runIdle() {
    if (idle != null && keep(idle.run(Tracer.Detail.PLAIN, padding()), floor)) {
      floorBefore.add(counted.size());
    }
  }

  private void warmUp() {
    for (int i = 0; i < WARM_UP && !gaveUp(); i++) {
      Run run = program.run(Tracer.Detail.PLAIN, padding());
      if (run.ending() != Ending.ENTRY) {
        failed(run);
        i--;
      } else {
        failuresInARow = 0;
      }
      if (idle != null && i == 0) {
        idle.run(Tracer.Detail.PLAIN, padding());
      }
    }
  }

  private void look(Tracer.Detail detail) {
    keep(program.run(detail, padding()), closer);
  }

  private boolean keep(Run run, List<Run> to) {
    if (run.ending() == Ending.ENTRY) {
      to.add(run);
      failuresInARow = 0;
      return true;
    }
    failed(run);
    return false;
  }

  private void failed(Run run) {
    failures++;
    failuresInARow++;
    failure = run;
  }

  private int padding() {
    // The stack is aligned to 16 bytes: smaller steps change nothing.
    return 16 * random.nextInt(256);
  }

  private boolean enough() {
    if (gaveUp()) {
      return true;
    }
    int n = counted.size();
    if (budget.runs() > 0) {
      return n >= budget.runs();
    }
    if (n >= MOST) {
      return true;
    }
    boolean late = nanos.getAsLong() >= end;
    if (n < FEWEST) {
      // Slow programs get the runs that show a spread at all, and no more.
      return late && n >= 5;
    }
    if (late) {
      return true;
    }
    if (n < nextLook) {
      return false;
    }
    nextLook = n + Math.max(10, n / 8);
    long[] soFar = Arrays.copyOf(times, n);
    long[] interval = Statistics.interval(soFar);
    return interval[1] - interval[0] <= 2 * budget.precision() * Statistics.median(soFar);
  }
}
