package dev.binspect.start;

import dev.binspect.start.Run.Milestone;
import java.util.List;

/** A number that every run has, so that runs can be taken as columns. */
enum Figure {
  CPU {
    @Override
    long of(Run run) {
      return run.cpu(Milestone.CALL, Milestone.ENTRY);
    }
  },
  LOADER {
    @Override
    long of(Run run) {
      return run.cpu(Milestone.EXEC, Milestone.ENTRY);
    }
  },
  WALL {
    @Override
    long of(Run run) {
      return run.wall()[Milestone.ENTRY.at()];
    }
  },
  FAULTS {
    @Override
    long of(Run run) {
      return run.faults();
    }
  },
  MAJOR_FAULTS {
    @Override
    long of(Run run) {
      return run.majorFaults();
    }
  },
  DIRTY {
    @Override
    long of(Run run) {
      return run.dirtyBytes();
    }
  },
  EXIT {
    @Override
    long of(Run run) {
      return run.exit();
    }
  },
  INSTRUCTIONS {
    @Override
    long of(Run run) {
      return run.instructions();
    }
  };

  abstract long of(Run run);

  /** {@return the figure of each run, in their order} */
  long[] column(List<Run> runs) {
    long[] values = new long[runs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = of(runs.get(i));
    }
    return values;
  }

  /** {@return the median, -1 where there are no runs} */
  long median(List<Run> runs) {
    return runs.isEmpty() ? -1 : Statistics.median(column(runs));
  }
}
