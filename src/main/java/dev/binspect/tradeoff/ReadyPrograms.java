package dev.binspect.tradeoff;

import dev.binspect.image.Note;
import dev.binspect.start.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares two programs that stand ready; what a rebuild saves the user says, or nobody. */
public final class ReadyPrograms {
  private ReadyPrograms() {}

  /**
   * @param libraryPath folders of the dynamic one's libraries, besides its own folder
   * @param savedNanos per rebuild, or -1
   * @throws StaticFallbackException if the second one uses no dylib
   */
  public static Tradeoff compare(
      Path statically,
      Path dynamically,
      List<Path> libraryPath,
      long savedNanos,
      long startsPerRebuild,
      List<String> expected,
      Examiner examiner)
      throws IOException, TradeoffException {
    Examiner.Examined one = examiner.examine(statically, libraryPath, null, List.of());
    Examiner.Examined other = examiner.examine(dynamically, libraryPath, null, expected);
    if (other.linkage() != null) {
      switch (other.linkage().verdict()) {
        case IGNORED, DROPPED ->
            throw new StaticFallbackException(
                "nothing to compare: the dylib of "
                    + dynamically
                    + " is "
                    + other.linkage().verdict().key());
        default -> {}
      }
    }
    List<Long> staticStarts = new ArrayList<>();
    List<Long> dylibStarts = new ArrayList<>();
    List<Long> staticExits = new ArrayList<>();
    List<Long> dylibExits = new ArrayList<>();
    Start last1 = Start.notRun("not yet");
    Start last2 = last1;
    for (int turn = 0; turn < Starts.TURNS; turn++) {
      boolean staticFirst = turn % 2 == 0;
      if (staticFirst) {
        last1 = sample(examiner, statically, libraryPath, staticStarts, staticExits);
      }
      last2 = sample(examiner, dynamically, libraryPath, dylibStarts, dylibExits);
      if (!staticFirst) {
        last1 = sample(examiner, statically, libraryPath, staticStarts, staticExits);
      }
    }
    Tradeoff.Side first = side(statically, one, staticStarts, staticExits, last1, libraryPath);
    Tradeoff.Side second = side(dynamically, other, dylibStarts, dylibExits, last2, libraryPath);
    boolean ends =
        staticExits.size() == staticStarts.size() && dylibExits.size() == dylibStarts.size();
    long[] differences =
        Bootstrap.differences(
            Starts.costs(dylibStarts, dylibExits, ends),
            Starts.costs(staticStarts, staticExits, ends));
    @Nullable Interval costs =
        Judgement.comparable(first, second)
            ? Bootstrap.interval(new long[][] {differences}, s -> Bootstrap.median(s[0]))
            : null;
    @Nullable Interval saved = savedNanos < 0 ? null : Interval.exactly(savedNanos);
    Tradeoff.Outcome outcome =
        saved == null ? Tradeoff.Outcome.UNDECIDED : Judgement.outcome(saved, costs);
    List<Note> notes = new ArrayList<>();
    for (Start start : List.of(last1, last2)) {
      if (start.how() != Start.How.MEASURED) {
        Note note = Judgement.estimated(String.valueOf(start.why()), costs);
        if (!notes.contains(note)) {
          notes.add(note);
        }
      }
    }
    return new Tradeoff(
        null,
        String.valueOf(dynamically.getFileName()),
        "",
        "",
        "programs",
        List.of(),
        List.of(),
        first,
        second,
        null,
        saved,
        costs,
        outcome == Tradeoff.Outcome.PAYS_UNTIL
            ? Judgement.breakEven(new long[] {savedNanos}, differences)
            : null,
        outcome,
        List.of(),
        null,
        null,
        -1,
        -1,
        null,
        null,
        startsPerRebuild,
        -1,
        List.of(),
        notes);
  }

  private static Start sample(
      Examiner examiner, Path program, List<Path> libraryPath, List<Long> into, List<Long> exits)
      throws IOException, TradeoffException {
    Start start = examiner.start(program, libraryPath, Starts.A_TURN);
    if (start.medianNanos() >= 0) {
      into.add(start.medianNanos());
    }
    if (start.exitNanos() >= 0) {
      exits.add(start.exitNanos());
    }
    return start;
  }

  private static Tradeoff.Side side(
      Path program,
      Examiner.Examined examined,
      List<Long> starts,
      List<Long> exits,
      Start last,
      List<Path> libraryPath) {
    List<Path> own = new ArrayList<>(libraryPath);
    Path folder = program.toAbsolutePath().getParent();
    if (folder != null) {
      own.add(folder);
    }
    return ProgramSides.of(
        program,
        examined,
        null,
        starts.isEmpty() ? null : Bootstrap.median(starts),
        exits.isEmpty() ? null : Bootstrap.median(exits),
        last.how().key(),
        last.pageFaults(),
        last.dirtyBytes(),
        own);
  }
}
