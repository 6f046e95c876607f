package dev.binspect.tradeoff;

import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.Verdict;
import dev.binspect.tradeoff.Workbench.Side;
import dev.binspect.tradeoff.Workbench.Timed;
import dev.binspect.tradeoff.Workbench.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One comparison from beginning to end: copies, builds both ways, measures in turns, and hands the
 * journal to {@link Judgement}. Whatever interrupts it, only the working folder has changed.
 */
public final class Study {
  private final Question asked;
  private final Examiner examiner;
  private final Consumer<String> progress;
  private final Map<String, String> environment;

  /**
   * @param environment of Cargo and its children
   * @param progress is told what is being done, a short line each
   */
  public Study(
      Question asked,
      Examiner examiner,
      Map<String, String> environment,
      Consumer<String> progress) {
    this.asked = asked;
    this.examiner = examiner;
    this.environment = environment;
    this.progress = progress;
  }

  /**
   * {@return what was found}
   *
   * @throws TradeoffException if there is nothing to compare, with the reason
   * @throws StaticFallbackException if the dylib was built and not used
   */
  public Tradeoff run() throws IOException, TradeoffException {
    return inFolder(this::run);
  }

  /**
   * Writes the wrapper into the project: finds out in a copy what rustc accepts, and writes then.
   *
   * @return what was written and changed, relative to the workspace
   * @throws TradeoffException if nothing can be wrapped, or a wrapper is there
   */
  public List<Path> init() throws IOException, TradeoffException {
    return inFolder(
        (question, children, journal) -> {
          Cargo cargo = new Cargo(children, environment);
          Prepared prepared = Prepared.of(question, cargo, journal, environment);
          Path workspace = Path.of(String.valueOf(journal.fact("copied")));
          Workbench bench =
              new Workbench(question, cargo, prepared, LinkerSetting.of(prepared, environment));
          Wrapping wrapping =
              Wrapping.find(bench, prepared, question.excluded(), journal, progress);
          return Installation.install(
              workspace,
              prepared.metadata().workspaceRoot(),
              prepared.program(),
              wrapping.wrapped());
        });
  }

  /**
   * Takes the wrapper of {@link #init} out of a project.
   *
   * @return what was restored, relative to the workspace
   * @throws TradeoffException if there is none, or it was changed; nothing was done then
   */
  public static List<Path> undo(Path project, Map<String, String> environment)
      throws IOException, TradeoffException {
    try (Children children = new Children()) {
      Path folder = Prepared.project(project);
      return Installation.undo(
          Prepared.workspace(new Cargo(children, environment), folder.resolve("Cargo.toml")));
    }
  }

  private interface Task<T> {
    T run(Question question, Children children, Journal journal)
        throws IOException, TradeoffException;
  }

  private <T> T inFolder(Task<T> task) throws IOException, TradeoffException {
    try (WorkFolder work = WorkFolder.open(asked.work());
        Children children = new Children()) {
      Question question = asked.in(work.path());
      if (!question.resume()) {
        work.forget();
      }
      Journal journal = new Journal(work.journal());
      String before = journal.fact("question");
      if (before == null) {
        journal.fact("question", question.identity());
      } else if (!before.equals(question.identity())) {
        throw new TradeoffException("--resume: the interrupted run asked for something else");
      }
      T found = task.run(question, children, journal);
      if (!question.keep()) {
        progress.accept("clearing up");
        work.finish();
      }
      return found;
    }
  }

  private Tradeoff run(Question question, Children children, Journal journal)
      throws IOException, TradeoffException {
    progress.accept("copying " + question.project());
    Cargo cargo = new Cargo(children, environment);
    Prepared prepared = Prepared.of(question, cargo, journal, environment);
    String configured = LinkerSetting.of(prepared, environment);
    Workbench bench = new Workbench(question, cargo, prepared, configured);

    progress.accept("building " + prepared.binary().name() + " statically");
    Timed statically = bench.built(Side.STATIC, Variant.DEFAULT);
    if (journal.count(Series.clean(Side.STATIC)) == 0) {
      journal.sample(Series.clean(Side.STATIC), statically.build().nanos());
      journal.fact("linker", statically.chosen());
      journal.fact("debug", statically.build().debug());
    }
    boolean wraps = question.feature() == null;
    Wrapping wrapping =
        wraps
            ? Wrapping.find(bench, prepared, question.excluded(), journal, progress)
            : Wrapping.NONE;
    progress.accept("building " + prepared.binary().name() + " with the dylib");
    Timed dynamically = bench.built(Side.DYLIB, Variant.DEFAULT);
    if (!wraps && journal.count(Series.clean(Side.DYLIB)) == 0) {
      journal.sample(Series.clean(Side.DYLIB), dynamically.build().nanos());
    }
    Path program = bench.executable(dynamically);
    Examiner.Examined dylib =
        examiner.examine(
            program,
            bench.libraryPath(program),
            bench.target(Side.DYLIB, Variant.DEFAULT),
            wraps ? List.of(Wrapper.CRATE) : List.of());
    requireUsed(dylib.linkage());

    List<Variant> variants =
        Variants.of(
            question.effort(),
            prepared.sysroot(),
            prepared.host(),
            String.valueOf(journal.fact("linker")),
            String.valueOf(journal.fact("debug")),
            environment);
    List<KeptProgram> programs =
        new KeptPrograms(question, bench, journal, examiner, progress).of(variants);
    new Rounds(question, bench, prepared, journal, progress).measure(variants, wrapping.names());
    if (question.effort() != Question.Effort.QUICK) {
      new FrontEnd(bench, cargo)
          .measure(journal, prepared, question.work().resolve("front-end"), progress);
    }
    Starts.measure(question, journal, examiner, programs, progress);
    return new Judgement(question, prepared, journal, examiner)
        .of(variants, programs, wrapping, dylib.linkage());
  }

  /** The comparison of a dylib that is not used would be one of a program with itself. */
  private static void requireUsed(@Nullable Linkage linkage) throws StaticFallbackException {
    if (linkage == null) {
      return;
    }
    Verdict verdict = linkage.verdict();
    if (verdict == Verdict.USED || verdict == Verdict.PARTIAL) {
      return;
    }
    String why =
        switch (verdict) {
          case IGNORED -> "the dylib was built and ignored (static fallback)";
          case DROPPED -> "the program uses nothing of the dylib: the linker dropped it";
          case STATIC -> "no dylib was built: both programs are the same";
          default -> "the dylib's program is " + verdict.key();
        };
    String fix = linkage.fix();
    throw new StaticFallbackException(
        "nothing to compare: " + why + (fix == null ? "" : "; " + fix));
  }
}
