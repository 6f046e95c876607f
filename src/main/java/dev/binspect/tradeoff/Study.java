package dev.binspect.tradeoff;

import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.Verdict;
import dev.binspect.load.LoadedObject;
import dev.binspect.start.Start;
import dev.binspect.tradeoff.Workbench.Side;
import dev.binspect.tradeoff.Workbench.Timed;
import dev.binspect.tradeoff.Workbench.Variant;
import dev.binspect.tradeoff.Wrapper.Candidate;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One comparison from beginning to end: copies, builds both ways, measures in turns, and hands the
 * journal to {@link Judgement}. Whatever interrupts it, only the working folder has changed.
 */
public final class Study {
  private static final String MARKER = "binspect-tradeoff";
  private static final String SYMBOLIC_FLAG = "-Wl,-Bsymbolic-functions";
  private static final int STARTS_A_TURN = 15;

  private Question question;
  private final Examiner examiner;
  private final Consumer<String> progress;
  private final Map<String, String> environment;

  /**
   * @param environment of Cargo and its children
   * @param progress is told what is being done, a short line each
   */
  public Study(
      Question question,
      Examiner examiner,
      Map<String, String> environment,
      Consumer<String> progress) {
    this.question = question;
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
        (children, journal) -> {
          Cargo cargo = new Cargo(children, environment);
          Prepared prepared = Prepared.of(question, cargo, journal, environment);
          Path workspace = Path.of(String.valueOf(journal.fact("copied")));
          Workbench bench =
              new Workbench(question, cargo, prepared, LinkerSetting.of(prepared, environment));
          List<Candidate> wrapped =
              select(bench, prepared, journal, new ArrayList<>(), new ArrayList<>());
          return Installation.install(
              workspace, prepared.metadata().workspaceRoot(), prepared.program(), wrapped);
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
    T run(Children children, Journal journal) throws IOException, TradeoffException;
  }

  private <T> T inFolder(Task<T> task) throws IOException, TradeoffException {
    openFolder(question.work());
    // Cargo tells real paths, and the copy's are held against them
    Path work = question.work().toRealPath();
    question = question.in(work);
    try (FileChannel channel =
            FileChannel.open(
                work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        Children children = new Children()) {
      if (lock == null) {
        throw new TradeoffException(work + ": another comparison is at work there");
      }
      Path log = work.resolve("results.jsonl");
      if (!question.resume()) {
        clear(work);
      }
      Journal journal = new Journal(log);
      String asked = journal.fact("question");
      if (asked == null) {
        journal.fact("question", question.identity());
      } else if (!asked.equals(question.identity())) {
        throw new TradeoffException("--resume: the interrupted run asked for something else");
      }
      T found = task.run(children, journal);
      if (!question.keep()) {
        progress.accept("clearing up");
        clear(work, log);
      }
      return found;
    }
  }

  private static void openFolder(Path work) throws IOException, TradeoffException {
    if (Files.exists(work) && !Files.exists(work.resolve(MARKER))) {
      try (var entries = Files.list(work)) {
        if (entries.findAny().isPresent()) {
          throw new TradeoffException(
              work + ": is not empty and not of an earlier run: choose another with --work-dir");
        }
      }
    }
    Files.createDirectories(work);
    Path marker = work.resolve(MARKER);
    if (!Files.exists(marker)) {
      Files.writeString(marker, "Working folder of binspect tradeoff; it may be deleted.\n");
      // backup programs and Cargo-aware tools pass over folders with this tag
      Files.writeString(
          work.resolve("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n");
    }
  }

  private static void clear(Path work, Path... kept) throws IOException {
    for (String name : List.of("static", "dylib", "target", "programs", "linkers")) {
      WorkspaceCopy.delete(work.resolve(name));
    }
    if (kept.length == 0) {
      Files.deleteIfExists(work.resolve("results.jsonl"));
    } else {
      // what was built is gone: a later --resume has only the figures, and must not build on them
      Files.move(kept[0], work.resolve("last-results.jsonl"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private Tradeoff run(Children children, Journal journal) throws IOException, TradeoffException {
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
    List<String> wrapped = new ArrayList<>();
    List<Tradeoff.NotWrapped> left = new ArrayList<>();
    if (question.feature() == null) {
      select(bench, prepared, journal, wrapped, left);
    }
    progress.accept("building " + prepared.binary().name() + " with the dylib");
    Timed dynamically = bench.built(Side.DYLIB, Variant.DEFAULT);
    if (question.feature() != null && journal.count(Series.clean(Side.DYLIB)) == 0) {
      journal.sample(Series.clean(Side.DYLIB), dynamically.build().nanos());
    }
    Path program = executable(bench, dynamically);
    Examiner.Examined dylib =
        examiner.examine(
            program,
            bench.libraryPath(program),
            bench.target(Side.DYLIB, Variant.DEFAULT),
            question.feature() == null ? List.of(Wrapper.CRATE) : List.of());
    requireUsed(dylib.linkage());

    List<Variant> variants = variants(prepared, journal);
    List<Kept> programs = keepPrograms(bench, journal, variants);
    new Rounds(question, bench, prepared, journal, progress).measure(variants, wrapped);
    measureStarts(journal, programs);
    return new Judgement(question, prepared, journal, examiner, bench)
        .of(variants, programs, wrapped, left, dylib.linkage());
  }

  private Path executable(Workbench bench, Timed timed) throws TradeoffException {
    Path executable = bench.executable(timed);
    if (executable == null) {
      throw new TradeoffException("Cargo names no executable");
    }
    return executable;
  }

  /** Finds out what can be wrapped, or remembers it. */
  private List<Candidate> select(
      Workbench bench,
      Prepared prepared,
      Journal journal,
      List<String> wrapped,
      List<Tradeoff.NotWrapped> left)
      throws IOException, TradeoffException {
    Wrapper.Plan plan = Wrapper.plan(prepared.metadata(), prepared.program(), question.excluded());
    left.addAll(plan.left());
    if (journal.fact("selected") != null) {
      List<Candidate> before = new ArrayList<>();
      for (Candidate c : plan.candidates()) {
        String why = journal.fact("left/" + c.crate());
        if (why == null) {
          before.add(c);
          wrapped.add(c.of().name());
        } else {
          left.add(new Tradeoff.NotWrapped(c.of().name(), why));
        }
      }
      return before;
    }
    if (plan.candidates().isEmpty()) {
      throw new TradeoffException(
          prepared.program().name()
              + (left.isEmpty()
                  ? " has no dependencies: there is nothing to put into a dylib"
                  : " has no dependency that can stand in a dylib: "
                      + left.getFirst().name()
                      + " "
                      + left.getFirst().reason()));
    }
    bench.copyForDylib();
    Selection.Result result =
        Selection.largest(
            plan.candidates(),
            candidates -> {
              progress.accept(
                  "trying a dylib of " + candidates.size() + " of " + plan.candidates().size());
              bench.wrap(candidates);
              Timed timed = bench.build(Side.DYLIB, Variant.DEFAULT);
              if (timed.build().failure() == null
                  && journal.count(Series.clean(Side.DYLIB)) == 0
                  && candidates.size() == plan.candidates().size()) {
                journal.sample(Series.clean(Side.DYLIB), timed.build().nanos());
              }
              return timed.build().failure();
            });
    for (Candidate c : plan.candidates()) {
      if (result.wrapped().contains(c)) {
        wrapped.add(c.of().name());
      }
    }
    for (Tradeoff.NotWrapped each : result.left()) {
      left.add(each);
      for (Candidate c : plan.candidates()) {
        if (c.of().name().equals(each.name())) {
          journal.fact("left/" + c.crate(), each.reason());
        }
      }
    }
    journal.fact("selected", "1");
    return result.wrapped();
  }

  private void requireUsed(@Nullable Linkage linkage) throws StaticFallbackException {
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

  private List<Variant> variants(Prepared prepared, Journal journal) {
    List<Variant> variants = new ArrayList<>();
    variants.add(Variant.DEFAULT);
    if (question.effort() == Question.Effort.QUICK) {
      return variants;
    }
    String chosen = String.valueOf(journal.fact("linker"));
    for (Linker linker : Linker.found(prepared.sysroot(), prepared.host(), environment)) {
      // the toolchain's own is what -fuse-ld=lld means by default
      if (!(chosen.equals("lld") && linker.name().equals("rust-lld"))
          && !(chosen.equals("-") && linker.name().equals("ld.bfd"))
          && !linker.name().equals(chosen)) {
        variants.add(new Variant(linker.name(), linker, null, null));
      }
    }
    if (question.effort() == Question.Effort.FULL) {
      String debug = String.valueOf(journal.fact("debug"));
      for (String less : List.of("line-tables-only", "0")) {
        boolean lessThanNow =
            debug.equals("2") || debug.equals("1") || debug.equals("line-tables-only");
        if (lessThanNow && !less.equals(debug)) {
          variants.add(new Variant("debug=" + less, Linker.DEFAULT, less, null));
        }
      }
    }
    return variants;
  }

  /**
   * A program put aside so that later builds do not change it.
   *
   * @param side "static", "dylib" or "symbolic"
   */
  record Kept(Variant variant, String side, Path file, List<Path> libraryPath) {
    String name() {
      return Series.program(variant.name(), side);
    }
  }

  /** Builds each variant once, which is the warming up as well, and keeps its programs. */
  private List<Kept> keepPrograms(Workbench bench, Journal journal, List<Variant> variants)
      throws IOException, TradeoffException {
    List<Kept> programs = new ArrayList<>();
    for (Variant variant : List.copyOf(variants)) {
      try {
        for (Side side : Side.values()) {
          programs.add(keep(bench, journal, variant, side, side.key));
        }
      } catch (TradeoffException e) {
        if (variant.equals(Variant.DEFAULT)) {
          throw e;
        }
        journal.fact("refused/" + variant.name(), e.getMessage());
        variants.remove(variant);
        programs.removeIf(kept -> kept.variant().equals(variant));
      }
    }
    if (question.feature() == null && question.effort() != Question.Effort.QUICK) {
      Variant symbolic = new Variant(Linker.DEFAULT_NAME, Linker.DEFAULT, null, SYMBOLIC_FLAG);
      try {
        Kept kept = keep(bench, journal, symbolic, Side.DYLIB, "symbolic");
        programs.add(new Kept(Variant.DEFAULT, "symbolic", kept.file(), kept.libraryPath()));
      } catch (TradeoffException e) {
        journal.fact("refused/symbolic", e.getMessage());
      }
      // and back, for the rounds
      bench.touchWrapper();
      bench.built(Side.DYLIB, Variant.DEFAULT);
    }
    return programs;
  }

  private Kept keep(Workbench bench, Journal journal, Variant variant, Side side, String as)
      throws IOException, TradeoffException {
    String name = Series.program(variant.name(), as);
    Path folder = question.work().resolve("programs").resolve(name);
    Path standard = bench.standardLibraries();
    String done = journal.fact("kept/" + name);
    if (done != null && Files.exists(Path.of(done))) {
      return new Kept(variant, as, Path.of(done), List.of(folder, standard));
    }
    progress.accept("building " + name);
    if (side == Side.DYLIB && question.feature() == null && variant.debug() == null) {
      bench.touchWrapper();
    }
    if (variant.debug() == null) {
      bench.touchMain(side);
    }
    Timed timed = bench.built(side, variant);
    Path executable = executable(bench, timed);
    Files.createDirectories(folder);
    Path file = folder.resolve(String.valueOf(executable.getFileName()));
    Files.copy(executable, file, StandardCopyOption.REPLACE_EXISTING);
    Examiner.Examined examined =
        examiner.examine(
            executable, bench.libraryPath(executable), bench.target(side, variant), List.of());
    if (examined.plan() != null) {
      Path target = bench.target(side, variant);
      for (LoadedObject object : examined.plan().objects()) {
        Path library = Path.of(object.path());
        if (object.depth() > 0 && library.startsWith(target)) {
          Path name1 = Path.of(object.name()).getFileName();
          Files.copy(
              library, folder.resolve(String.valueOf(name1)), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    journal.fact("kept/" + name, file.toString());
    return new Kept(variant, as, file, List.of(folder, standard));
  }

  /** In turns, so that what the machine does besides falls on all alike. */
  private void measureStarts(Journal journal, List<Kept> programs)
      throws IOException, TradeoffException {
    int turns = question.effort() == Question.Effort.QUICK ? 3 : 6;
    for (int turn = 0; turn < turns; turn++) {
      for (Kept kept : programs) {
        String series = Series.start(kept.name());
        if (journal.count(series) >= (turn + 1) * STARTS_A_TURN) {
          continue;
        }
        progress.accept("starting " + kept.name());
        Start start = examiner.start(kept.file(), kept.libraryPath(), STARTS_A_TURN);
        journal.fact("start-how", start.how().key());
        if (start.how() != Start.How.MEASURED) {
          journal.fact("start-why", String.valueOf(start.why()));
        }
        if (start.samples().isEmpty() && start.medianNanos() >= 0) {
          journal.sample(series, start.medianNanos());
        }
        for (Start.Sample sample : start.samples()) {
          journal.sample(series, sample.cpuNanos());
        }
        journal.fact("faults/" + kept.name(), Long.toString(start.pageFaults()));
        journal.fact("dirty/" + kept.name(), Long.toString(start.dirtyBytes()));
      }
    }
  }
}
