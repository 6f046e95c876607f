package dev.binspect.tradeoff;

import dev.binspect.image.Note;
import dev.binspect.linkage.Linkage;
import dev.binspect.tradeoff.Tradeoff.BreakEven;
import dev.binspect.tradeoff.Tradeoff.Outcome;
import dev.binspect.tradeoff.Tradeoff.Rebuild;
import dev.binspect.tradeoff.Workbench.Side;
import dev.binspect.tradeoff.Workbench.Variant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** From what was measured to what may be said. */
final class Judgement {
  /** From so many on the extremes of a sample hold its median in 95 of 100 cases. */
  private static final int FEW_ROUNDS = 6;

  /** More rounds are not listed in a note. */
  private static final int MOST_SHOWN = 9;

  private final Question question;
  private final Prepared prepared;
  private final Journal journal;
  private final Examiner examiner;
  private final List<Note> notes = new ArrayList<>();

  Judgement(Question question, Prepared prepared, Journal journal, Examiner examiner) {
    this.question = question;
    this.prepared = prepared;
    this.journal = journal;
    this.examiner = examiner;
  }

  Tradeoff of(
      List<Variant> variants,
      List<KeptProgram> programs,
      Wrapping wrapping,
      @Nullable Linkage linkage)
      throws IOException, TradeoffException {
    List<Rebuild> rebuilds = new ArrayList<>();
    for (Variant variant : variants) {
      rebuilds.add(rebuild(shown(variant), variant));
    }
    Tradeoff.Side statically = side(programs, Side.STATIC.key, null);
    Tradeoff.Side dynamically = side(programs, Side.DYLIB.key, linkage);
    boolean symbolic = programs.stream().anyMatch(KeptProgram::isSymbolic);
    boolean ends = Starts.ends(journal, programs);
    List<Long> staticStarts = starts(Side.STATIC.key, ends);
    List<Long> dylibStarts = starts(Side.DYLIB.key, ends);
    Interval saved = rebuilds.getFirst().saved();
    @Nullable Interval costs =
        comparable(statically, dynamically)
            ? Bootstrap.pairedDifference(dylibStarts, staticStarts)
            : null;
    addNotes(rebuilds.getFirst(), programs, costs);
    Outcome outcome = outcome(saved, costs);
    long tests = tests();
    return new Tradeoff(
        question.project().toString(),
        prepared.binary().name(),
        question.profile(),
        prepared.toolchain(),
        question.feature() == null ? "wrapper" : "feature",
        wrapping.names(),
        wrapping.left(),
        statically,
        dynamically,
        symbolic ? side(programs, KeptProgram.SYMBOLIC, null) : null,
        saved,
        costs,
        outcome == Outcome.PAYS_UNTIL
            ? breakEven(savedInRounds(), Bootstrap.differences(dylibStarts, staticStarts))
            : null,
        outcome,
        rebuilds,
        dependency(),
        journal.fact("changed"),
        first(Series.clean(Side.STATIC)),
        first(Series.clean(Side.DYLIB)),
        interval(Series.NOOP),
        interval(Series.FRONT_END),
        question.startsPerRebuild(),
        tests,
        costs == null
            ? List.of()
            : Combinations.of(
                journal,
                programs,
                this::shown,
                question.startsPerRebuild() >= 0
                    ? question.startsPerRebuild()
                    : Math.max(1, tests)),
        notes);
  }

  /** {@return whether a difference of their starts means anything: a model's error is its own} */
  static boolean comparable(Tradeoff.Side one, Tradeoff.Side other) {
    return one.start() != null && other.start() != null && one.startHow().equals(other.startHow());
  }

  private void addNotes(Rebuild first, List<KeptProgram> kept, @Nullable Interval costs) {
    Note apart = apart(first, savedInRounds());
    if (apart != null) {
      notes.add(apart);
    }
    if (journal.count(Series.link(Linker.DEFAULT_NAME, Side.STATIC)) == 0) {
      notes.add(
          Note.info(
              "linker-not-timed",
              "the linker's own share is unknown: the project's flags name a linker themselves, or"
                  + " it builds for another target"));
    }
    int rounds = journal.count(Series.rebuild(Linker.DEFAULT_NAME, Side.STATIC));
    if (rounds < FEW_ROUNDS) {
      notes.add(
          Note.warning(
              "few-rounds",
              "the rebuilds' intervals are little more than the range of what "
                  + rounds
                  + " rounds saw, and hold the median in "
                  + (100 - (200 >> rounds))
                  + " of 100 cases at most, not in 95; --rounds 15 says more"));
    }
    boolean measured = true;
    for (KeptProgram program : kept) {
      String why = journal.fact(Series.startWhy(program.name()));
      if (why != null) {
        measured = false;
        Note note = estimated(why, costs);
        if (!notes.contains(note)) {
          notes.add(note);
        }
      }
    }
    if (measured) {
      notes.add(
          Note.info(
              "start-to-entry",
              "a start is measured up to the program's entry point, and the end of a process that"
                  + " got no further: what first calls cost comes on top, so the break-even is"
                  + " rather lower"));
    }
    for (String refused : journal.facts("refused/")) {
      notes.add(Note.info("variant-refused", refused));
    }
    int programs = Prepared.programs(prepared.program()).size();
    if (programs > 1) {
      notes.add(
          Note.info(
              "one-of-several",
              "package "
                  + prepared.program().name()
                  + " has "
                  + programs
                  + " programs, compared was "
                  + prepared.binary().name()
                  + " (another: --bin)"));
    }
  }

  private long[] savedInRounds() {
    return Bootstrap.differences(
        journal.series(Series.rebuild(Variant.DEFAULT.name(), Side.STATIC)),
        journal.series(Series.rebuild(Variant.DEFAULT.name(), Side.DYLIB)));
  }

  static Note estimated(String why, @Nullable Interval costs) {
    return Note.warning(
        "starts-estimated",
        costs == null
            ? "the starts of one program are estimates, and not compared with measured ones: " + why
            : "starts are estimates, not measured: " + why);
  }

  /**
   * {@return a note where what the rounds saved is not what lies between the medians that stand
   * beside it, or null}
   *
   * @param rounds what each of them saved
   */
  static @Nullable Note apart(Rebuild rebuild, long[] rounds) {
    long apart = rebuild.statically().value() - rebuild.dynamically().value();
    long saved = rebuild.saved().value();
    if (Math.abs(apart - saved) * 10 <= Math.abs(saved)) {
      return null;
    }
    StringBuilder each = new StringBuilder();
    for (int i = 0; i < rounds.length && rounds.length <= MOST_SHOWN; i++) {
      each.append(i == 0 ? " (" : ", ").append(millis(rounds[i]));
      each.append(i == rounds.length - 1 ? " ms)" : "");
    }
    return Note.info(
        "rounds-differ",
        "what a rebuild saves, "
            + millis(saved)
            + " ms, is the middle of what each round saved"
            + each
            + ", because both builds of a round meet the machine in the same state; the medians of"
            + " all static and all dylib builds lie "
            + millis(apart)
            + " ms apart, because its speed changed from round to round");
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
  }

  private String shown(Variant variant) {
    if (!variant.equals(Variant.DEFAULT)) {
      return variant.name();
    }
    String chosen = String.valueOf(journal.fact("linker"));
    return switch (chosen) {
      case "lld" -> "default (lld)";
      case "-", "null" -> "default";
      default -> "default (" + chosen + ")";
    };
  }

  private Rebuild rebuild(String name, Variant variant) {
    List<Long> statically = journal.series(Series.rebuild(variant.name(), Side.STATIC));
    List<Long> dynamically = journal.series(Series.rebuild(variant.name(), Side.DYLIB));
    return new Rebuild(
        name,
        Math.min(statically.size(), dynamically.size()),
        Bootstrap.median(statically),
        Bootstrap.median(dynamically),
        interval(Series.link(variant.name(), Side.STATIC)),
        interval(Series.link(variant.name(), Side.DYLIB)),
        Bootstrap.pairedDifference(statically, dynamically));
  }

  private @Nullable Rebuild dependency() {
    List<Long> statically = journal.series(Series.dependency(Side.STATIC));
    List<Long> dynamically = journal.series(Series.dependency(Side.DYLIB));
    return statically.isEmpty() || dynamically.isEmpty()
        ? null
        : new Rebuild(
            "dependency",
            Math.min(statically.size(), dynamically.size()),
            Bootstrap.median(statically),
            Bootstrap.median(dynamically),
            null,
            null,
            Bootstrap.pairedDifference(statically, dynamically));
  }

  private @Nullable Interval interval(String series) {
    return journal.count(series) == 0 ? null : Bootstrap.median(journal.series(series));
  }

  private long first(String series) {
    return journal.count(series) == 0 ? -1 : journal.series(series).getFirst();
  }

  private List<Long> starts(String side, boolean ends) {
    return Starts.costs(journal, Series.program(Variant.DEFAULT.name(), side), ends);
  }

  private Tradeoff.Side side(List<KeptProgram> programs, String side, @Nullable Linkage linkage)
      throws IOException, TradeoffException {
    for (KeptProgram kept : programs) {
      if (kept.variant().equals(Variant.DEFAULT) && kept.side().equals(side)) {
        return ProgramSides.of(
            kept.file(),
            examiner.examine(kept.file(), kept.libraryPath(), null, List.of()),
            linkage,
            interval(Series.start(kept.name())),
            interval(Series.exit(kept.name())),
            String.valueOf(journal.fact(Series.startHow(kept.name()))),
            number(journal.fact("faults/" + kept.name())),
            number(journal.fact("dirty/" + kept.name())),
            kept.libraryPath());
      }
    }
    throw new TradeoffException("the " + side + " program is gone");
  }

  private static long number(@Nullable String text) {
    return text == null ? -1 : Long.parseLong(text);
  }

  /**
   * {@return saved / cost, or null where one of them is not above zero}
   *
   * @param saved in each round
   * @param costs in each turn
   */
  static @Nullable BreakEven breakEven(long[] saved, long[] costs) {
    if (saved.length == 0 || costs.length == 0) {
      return null;
    }
    long[][] series = {costs, saved};
    Bootstrap.Statistic ratio =
        s -> {
          double price = Bootstrap.median(s[0]);
          double gain = Bootstrap.median(s[1]);
          return gain <= 0 ? 0 : price <= 0 ? Double.POSITIVE_INFINITY : gain / price;
        };
    double value = ratio.of(series);
    if (value == 0 || Double.isInfinite(value)) {
      return null;
    }
    double[] ends = Bootstrap.ends(series, ratio);
    return new BreakEven(
        Math.round(value),
        Math.round(ends[0]),
        Double.isInfinite(ends[1]) ? -1 : Math.round(ends[1]));
  }

  static Outcome outcome(Interval saved, @Nullable Interval costs) {
    if (saved.negative()) {
      return costs != null && costs.negative() ? Outcome.UNDECIDED : Outcome.LOSES;
    }
    if (!saved.positive() || costs == null) {
      return Outcome.UNDECIDED;
    }
    return costs.positive() ? Outcome.PAYS_UNTIL : Outcome.PAYS;
  }

  private long tests() {
    return prepared.program().targets().stream()
        .filter(t -> t.tested() && !t.kinds().contains("custom-build"))
        .count();
  }
}
