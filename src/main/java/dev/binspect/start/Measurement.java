package dev.binspect.start;

import dev.binspect.load.LoadPlan;
import dev.binspect.start.Sampler.Samples;
import dev.binspect.start.StartProbe.Budget;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The runs of one program, and what they say. */
public final class Measurement {
  private final Samples samples;

  private Measurement(Samples samples) {
    this.samples = samples;
  }

  /**
   * Makes the runs.
   *
   * @param idle a program that does nothing with the same loader, run in between, or null
   */
  public static Measurement take(Tracer program, @Nullable Tracer idle, Budget budget) {
    return new Measurement(new Sampler(program, idle, budget, Clock.MONOTONIC).take());
  }

  /** Makes the runs of two programs by turns. {@return their measurements in the same order} */
  public static List<Measurement> takeBoth(Tracer one, Tracer other, Budget budget) {
    List<Samples> both =
        Sampler.takeBoth(
            new Sampler(one, null, budget, Clock.MONOTONIC),
            new Sampler(other, null, budget, Clock.MONOTONIC));
    return List.of(new Measurement(both.get(0)), new Measurement(both.get(1)));
  }

  /** No method reference: linking one costs as much as some starts. */
  private static final class Clock implements LongSupplier {
    static final Clock MONOTONIC = new Clock();

    @Override
    public long getAsLong() {
      return System.nanoTime();
    }
  }

  /** {@return a run that says why nothing was measured, or null} */
  public @Nullable Run failure() {
    return samples.counted().isEmpty() ? samples.failure() : null;
  }

  /** {@return whether the program began right after the kernel's exec} */
  public boolean withoutLoader() {
    return !samples.counted().isEmpty() && samples.counted().getFirst().withoutLoader();
  }

  /**
   * @param why how it was measured, or null
   * @param method as {@link Start#method}
   * @param reference the speed to compare at, or null: that of this measurement
   */
  public Start start(
      LoadPlan plan, @Nullable String why, String method, @Nullable ReferenceSpeed reference) {
    return Summary.of(samples, plan, why, method, reference);
  }
}
