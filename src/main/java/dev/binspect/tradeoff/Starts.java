package dev.binspect.tradeoff;

import dev.binspect.start.Start;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Starts programs in turns, so that what the machine does besides falls on all alike. */
final class Starts {
  /** Turns of a measurement that is not a quick one. */
  static final int TURNS = 6;

  /** Starts of one program in a turn. */
  static final int A_TURN = 15;

  private static final int QUICK_TURNS = 3;

  private Starts() {}

  static void measure(
      Question question,
      Journal journal,
      Examiner examiner,
      List<KeptProgram> programs,
      Consumer<String> progress)
      throws IOException, TradeoffException {
    int turns = question.effort() == Question.Effort.QUICK ? QUICK_TURNS : TURNS;
    for (int turn = 0; turn < turns; turn++) {
      for (KeptProgram kept : programs) {
        String series = Series.start(kept.name());
        if (journal.count(series) >= (turn + 1) * A_TURN) {
          continue;
        }
        progress.accept("starting " + kept.name() + ", turn " + (turn + 1) + " of " + turns);
        Start start = examiner.start(kept.file(), kept.libraryPath(), A_TURN);
        journal.fact("start-how", start.how().key());
        if (start.how() != Start.How.MEASURED) {
          journal.fact("start-why", String.valueOf(start.why()));
        }
        for (long nanos : samples(start)) {
          journal.sample(series, nanos);
        }
        for (Start.Sample sample : start.samples()) {
          if (sample.exitNanos() >= 0) {
            journal.sample(Series.exit(kept.name()), sample.exitNanos());
          }
        }
        journal.fact("faults/" + kept.name(), Long.toString(start.pageFaults()));
        journal.fact("dirty/" + kept.name(), Long.toString(start.dirtyBytes()));
      }
    }
  }

  /**
   * {@return what each start costs: to the program's entry point, and the process's end, which
   * takes down what the start mapped and wrote; without the ends where not all of them were
   * measured}
   */
  static List<Long> costs(List<Long> starts, List<Long> exits) {
    if (exits.size() != starts.size()) {
      return starts;
    }
    List<Long> costs = new ArrayList<>(starts.size());
    for (int i = 0; i < starts.size(); i++) {
      costs.add(starts.get(i) + exits.get(i));
    }
    return costs;
  }

  static List<Long> costs(Journal journal, String program) {
    return costs(journal.series(Series.start(program)), journal.series(Series.exit(program)));
  }

  /** {@return what each start took, or the one figure of an estimate} */
  static long[] samples(Start start) {
    if (start.samples().isEmpty()) {
      return start.medianNanos() < 0 ? new long[0] : new long[] {start.medianNanos()};
    }
    long[] nanos = new long[start.samples().size()];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = start.samples().get(i).cpuNanos();
    }
    return nanos;
  }
}
