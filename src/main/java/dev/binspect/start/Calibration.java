package dev.binspect.start;

import dev.binspect.load.LoadPlan;
import dev.binspect.start.Start.Phase;
import dev.binspect.start.StartModel.Scale;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fits the model to a machine: how many times as long as the model says each phase takes there.
 * Half of the programs fit it, the other half tells its error.
 */
public final class Calibration {
  /** Of fewer programs neither half says anything. */
  private static final int FEWEST = 8;

  private Calibration() {}

  /** A program of the machine, and what its start cost. */
  public record Program(LoadPlan plan, Start measured) {}

  /**
   * What was found.
   *
   * @param scale factors of the built-in model
   * @param errorPercent median error on the programs that it was not fitted on
   * @param programs how many there were in both halves
   */
  public record Result(Scale scale, long errorPercent, int programs) {}

  /** {@return what fits these programs, null where they are too few} */
  public static @Nullable Result of(StartModel base, List<Program> programs) {
    if (programs.size() < FEWEST) {
      return null;
    }
    List<Program> fitted = new ArrayList<>();
    List<Program> others = new ArrayList<>();
    for (int i = 0; i < programs.size(); i++) {
      (i % 2 == 0 ? fitted : others).add(programs.get(i));
    }
    Scale scale =
        new Scale(
            factor(base, fitted, "kernel"),
            factor(base, fitted, "bootstrap"),
            factor(base, fitted, "map"),
            factor(base, fitted, "relocate"),
            factor(base, fitted, "constructors"));
    StartModel model = base.scaled(scale, 0);
    long[] permille = new long[others.size()];
    for (int i = 0; i < permille.length; i++) {
      Program program = others.get(i);
      long estimated = model.estimate(program.plan(), "").medianNanos();
      permille[i] = Math.abs(1000 * estimated / program.measured().medianNanos() - 1000);
    }
    return new Result(scale, (Statistics.median(permille) + 9) / 10, programs.size());
  }

  /** {@return the median of how many times as long as estimated the phase was, 1 where unknown} */
  private static double factor(StartModel base, List<Program> programs, String phase) {
    long[] permille = new long[programs.size()];
    int n = 0;
    for (Program program : programs) {
      long measured = nanos(program.measured(), phase);
      long estimated = nanos(base.estimate(program.plan(), ""), phase);
      if (measured > 0 && estimated > 0) {
        permille[n++] = 1000 * measured / estimated;
      }
    }
    return n == 0 ? 1 : Statistics.median(java.util.Arrays.copyOf(permille, n)) / 1000.0;
  }

  private static long nanos(Start start, String name) {
    for (Phase phase : start.phases()) {
      if (phase.name().equals(name)) {
        return phase.medianNanos();
      }
    }
    return -1;
  }
}
