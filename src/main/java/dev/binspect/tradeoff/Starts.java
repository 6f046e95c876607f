package dev.binspect.tradeoff;

import dev.binspect.start.Start;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Starts programs in turns, so that what the machine does besides falls on all alike. A turn's
 * median is one sample: the starts within a turn share the machine's speed of that moment, and
 * taken each for itself they would promise more than they know.
 */
final class Starts {
  /** Turns of a measurement that is not a quick one. */
  static final int TURNS = 15;

  /** Starts of one program in a turn. */
  static final int A_TURN = 6;

  private static final int QUICK_TURNS = 8;

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
      for (KeptProgram kept : turn % 2 == 0 ? programs : programs.reversed()) {
        String series = Series.start(kept.name());
        if (journal.count(series) > turn) {
          continue;
        }
        progress.accept("starting " + kept.name() + ", turn " + (turn + 1) + " of " + turns);
        Start start = examiner.start(kept.file(), kept.libraryPath(), A_TURN);
        journal.fact(Series.startHow(kept.name()), start.how().key());
        if (start.how() != Start.How.MEASURED) {
          journal.fact(Series.startWhy(kept.name()), String.valueOf(start.why()));
        }
        if (start.medianNanos() >= 0) {
          journal.sample(series, start.medianNanos());
        }
        if (start.exitNanos() >= 0) {
          journal.sample(Series.exit(kept.name()), start.exitNanos());
        }
        journal.fact("faults/" + kept.name(), Long.toString(start.pageFaults()));
        journal.fact("dirty/" + kept.name(), Long.toString(start.dirtyBytes()));
      }
    }
  }

  /**
   * {@return what a start costs in each turn: to the program's entry point, and the process's end,
   * which takes down what the start mapped and wrote}
   *
   * @param ends whether the ends are known, of all programs that are compared
   */
  static List<Long> costs(List<Long> starts, List<Long> exits, boolean ends) {
    if (!ends) {
      return starts;
    }
    List<Long> costs = new ArrayList<>(starts.size());
    for (int i = 0; i < starts.size(); i++) {
      costs.add(starts.get(i) + exits.get(i));
    }
    return costs;
  }

  static List<Long> costs(Journal journal, String program, boolean ends) {
    return costs(journal.series(Series.start(program)), journal.series(Series.exit(program)), ends);
  }

  /** {@return whether the ends of all starts are known: of some they would make those dearer} */
  static boolean ends(Journal journal, List<KeptProgram> programs) {
    for (KeptProgram kept : programs) {
      if (journal.count(Series.exit(kept.name())) != journal.count(Series.start(kept.name()))) {
        return false;
      }
    }
    return true;
  }
}
