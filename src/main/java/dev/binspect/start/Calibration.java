package dev.binspect.start;

import dev.binspect.load.LoadPlan;
import dev.binspect.start.Start.AtReference;
import dev.binspect.start.Start.Phase;
import dev.binspect.start.StartModel.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fits the model to a machine: how many times as long as the model says each phase takes there, at
 * the machine's reference speed. Its error is cross-checked between programs of two kinds: those
 * with few libraries are estimated by a fit to those with many, and the other way round.
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
   * @param scale factors of the built-in model, fitted on all programs
   * @param errorPercent median error on programs by a fit to the other kind, against what was
   *     measured at whatever speed the machine then had
   * @param programs how many there were of both kinds
   */
  public record Result(Scale scale, long errorPercent, int programs) {}

  /**
   * {@return what fits these programs, null where they are too few}
   *
   * @param referenceNanos what the gauge takes at the reference speed
   */
  public static @Nullable Result of(StartModel base, List<Program> programs, long referenceNanos) {
    if (programs.size() < FEWEST) {
      return null;
    }
    List<Program> bySize = new ArrayList<>(programs);
    bySize.sort((a, b) -> Integer.compare(a.plan().objects().size(), b.plan().objects().size()));
    List<Program> few = bySize.subList(0, bySize.size() / 2);
    List<Program> many = bySize.subList(bySize.size() / 2, bySize.size());
    long[] permille = new long[bySize.size()];
    errors(base.scaled(fit(base, many, referenceNanos), 0, ""), few, permille, 0);
    errors(base.scaled(fit(base, few, referenceNanos), 0, ""), many, permille, few.size());
    return new Result(
        fit(base, bySize, referenceNanos), (Statistics.median(permille) + 9) / 10, programs.size());
  }

  private static Scale fit(StartModel base, List<Program> programs, long referenceNanos) {
    return new Scale(
        factor(base, programs, "kernel", referenceNanos),
        factor(base, programs, "bootstrap", referenceNanos),
        factor(base, programs, "map", referenceNanos),
        factor(base, programs, "relocate", referenceNanos),
        factor(base, programs, "constructors", referenceNanos));
  }

  private static void errors(StartModel model, List<Program> programs, long[] permille, int at) {
    for (int i = 0; i < programs.size(); i++) {
      Program program = programs.get(i);
      long estimated = model.estimate(program.plan(), "").medianNanos();
      permille[at + i] = Math.abs(1000 * estimated / program.measured().medianNanos() - 1000);
    }
  }

  /** {@return the median of how many times as long as estimated the phase was, 1 where unknown} */
  private static double factor(
      StartModel base, List<Program> programs, String phase, long referenceNanos) {
    long[] permille = new long[programs.size()];
    int n = 0;
    for (Program program : programs) {
      AtReference speed = program.measured().atReference();
      long measured = nanos(program.measured(), phase);
      long estimated = nanos(base.estimate(program.plan(), ""), phase);
      if (measured > 0 && estimated > 0) {
        double slowness = speed == null ? 1 : (double) speed.gaugeNanos() / referenceNanos;
        permille[n++] = Math.round(1000 * measured / slowness / estimated);
      }
    }
    return n == 0 ? 1 : Statistics.median(Arrays.copyOf(permille, n)) / 1000.0;
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
