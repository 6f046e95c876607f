package dev.binspect.cli;

import dev.binspect.report.Escape;
import dev.binspect.report.JsonReport;
import dev.binspect.report.TradeoffHtml;
import dev.binspect.report.TradeoffJson;
import dev.binspect.report.TradeoffMarkdown;
import dev.binspect.report.TradeoffText;
import dev.binspect.tradeoff.Question;
import dev.binspect.tradeoff.Question.Effort;
import dev.binspect.tradeoff.ReadyPrograms;
import dev.binspect.tradeoff.StaticFallbackException;
import dev.binspect.tradeoff.Study;
import dev.binspect.tradeoff.Tradeoff;
import dev.binspect.tradeoff.TradeoffException;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code binspect tradeoff PROJECT}: link time against load time. */
final class TradeoffCommand implements Command {
  private static final List<String> FORMATS = List.of("text", "json", "ndjson", "markdown", "html");

  @Override
  public String name() {
    return "tradeoff";
  }

  @Override
  public String summary() {
    return "A Cargo project built both ways: what a dylib saves at a rebuild, and costs at a start.";
  }

  @Override
  public void describe(OptionTable options) {
    FileOptions.describe(options);
    options.parameters(
        "PROJECT", 0, 1, "Folder of a Cargo package or workspace (default: this one).");
    options.text("NAME", "The package whose program is compared.", "-p", "--package");
    options.text("NAME", "The program, where there are several.", "--bin");
    options.flag("The same as --profile release.", "--release");
    options.text("NAME", "Cargo's profile (default: dev).", "--profile");
    options.texts("NAMES", "Features to build both with, as Cargo takes them.", "-F", "--features");
    options.flag("As Cargo takes it.", "--all-features");
    options.flag("As Cargo takes it.", "--no-default-features");
    options.flag("Cargo uses no network.", "--offline");
    options.text(
        "NAME",
        "A feature of the project that makes the dylib (as Bevy's dynamic_linking): no wrapper is"
            + " generated.",
        "--feature");
    options.texts("NAME", "A dependency to leave outside; repeatable.", "--exclude");
    options.text("FILE", "Compare ready programs: the static one.", "--static");
    options.text("FILE", "Compare ready programs: the one with the dylib.", "--dynamic");
    options.text(
        "TIME", "With --static and --dynamic: what a rebuild saves (1.2s, 300ms).", "--link-saved");
    options.longInteger("N", "How often you start the program after a rebuild.", "--starts");
    options.flag("The comparison alone, in three rounds.", "--quick");
    options.flag(
        "With less debug information as well: builds everything two times more.", "--full");
    options.integer(
        "N", "Rounds of rebuilds (default: 7, 3 with --quick, 9 with --full).", "--rounds");
    options.text("DIR", "Where copies and builds go.", "--work-dir");
    options.flag("Go on where the last run was interrupted.", "--resume");
    options.flag("Keep copies and builds.", "--keep");
    options.flag("Write the wrapper crate into the project, for good.", "--init");
    options.flag("Take the wrapper crate of --init out again.", "--undo");
    options.footer(
        "",
        "Nothing of the project is touched (but by --init): it is copied, and built in the"
            + " working folder.",
        "",
        "Examples:",
        "  binspect tradeoff .",
        "  binspect tradeoff -p app --release --starts 20 path/to/workspace",
        "  binspect tradeoff --feature dynamic_linking path/to/game",
        "  binspect tradeoff --static old/app --dynamic new/app --link-saved 1.2s");
  }

  @Override
  public int run(Given given, Console console) {
    FileOptions options = FileOptions.of(given);
    if (!FORMATS.contains(options.format())) {
      throw new UsageException("tradeoff writes " + String.join(", ", FORMATS));
    }
    if (options.runs() > 0) {
      throw new UsageException("tradeoff makes its own number of starts: --runs is not for it");
    }
    String what = options.files().isEmpty() ? "." : options.files().getFirst();
    boolean ready = given.has("--static");
    TradeoffProgress progress = new TradeoffProgress(console.err(), options);
    try {
      if (given.has("--init") || given.has("--undo")) {
        List<Path> changed = install(given, what, progress);
        progress.end();
        for (Path file : changed) {
          console.out().println(Escape.text(file.toString()));
        }
        return ExitCode.OK;
      }
      Tradeoff found = find(given, options, what, progress);
      progress.end();
      try (Output to = Output.open(options, console)) {
        write(found, to.writer(), options);
        to.complete();
      }
      return ExitCode.OK;
    } catch (StaticFallbackException e) {
      progress.end();
      tell(console, ready, what, e.getMessage());
      return ExitCode.DOES_NOT_HOLD;
    } catch (TradeoffException | IOException | InvalidPathException e) {
      progress.end();
      tell(console, ready, what, String.valueOf(e.getMessage()));
      return ExitCode.UNUSABLE;
    }
  }

  /** Of two ready programs the sentence says which one it is about. */
  private static void tell(Console console, boolean ready, String what, String sentence) {
    if (ready) {
      console.misused(sentence);
    } else {
      console.diagnose(what, sentence);
    }
  }

  private static void write(Tradeoff found, Writer out, FileOptions options) throws IOException {
    switch (options.format()) {
      case "json" -> TradeoffJson.write(found, out, JsonReport.Layout.INDENTED);
      case "ndjson" -> TradeoffJson.write(found, out, JsonReport.Layout.LINE);
      case "markdown" -> TradeoffMarkdown.write(found, out);
      case "html" -> TradeoffHtml.write(found, out);
      default -> TradeoffText.write(found, out, Terminal.view(options));
    }
  }

  /** {@return what was written or restored} */
  private static List<Path> install(Given given, String what, Consumer<String> progress)
      throws IOException, TradeoffException {
    if (given.has("--init") == given.has("--undo")) {
      throw new UsageException("either --init or --undo");
    }
    if (given.has("--undo")) {
      return Study.undo(Path.of(what), CallerEnvironment.variables());
    }
    return new Study(
            question(given, what, -1),
            new ProgramExaminer(FileOptions.of(given)),
            CallerEnvironment.variables(),
            progress)
        .init();
  }

  private static Tradeoff find(
      Given given, FileOptions options, String what, Consumer<String> progress)
      throws IOException, TradeoffException {
    ProgramExaminer examiner = new ProgramExaminer(options);
    long starts = given.number("--starts", -1);
    if (given.has("--starts") && starts < 0) {
      throw new UsageException("--starts needs a number from 0 on");
    }
    @Nullable String statically = given.text("--static");
    @Nullable String dynamically = given.text("--dynamic");
    if ((statically == null) != (dynamically == null)) {
      throw new UsageException("--static and --dynamic belong together");
    }
    @Nullable String saved = given.text("--link-saved");
    if (statically != null && dynamically != null) {
      if (!options.files().isEmpty()) {
        throw new UsageException("either a project or two programs");
      }
      List<Path> folders = new ArrayList<>();
      for (String folder : options.libraryPath()) {
        folders.add(Path.of(folder));
      }
      return ReadyPrograms.compare(
          Path.of(statically),
          Path.of(dynamically),
          folders,
          saved == null ? -1 : nanos(saved),
          starts,
          options.expect(),
          examiner);
    }
    if (saved != null) {
      throw new UsageException("--link-saved needs --static and --dynamic");
    }
    return new Study(
            question(given, what, starts), examiner, CallerEnvironment.variables(), progress)
        .run();
  }

  private static Question question(Given given, String what, long starts) throws TradeoffException {
    if (given.has("--quick") && given.has("--full")) {
      throw new UsageException("either --quick or --full");
    }
    int rounds = (int) given.number("--rounds", 0);
    if (given.has("--rounds") && rounds < 2) {
      throw new UsageException("--rounds needs a number from 2 on: one round has no interval");
    }
    List<String> features = new ArrayList<>();
    for (String names : given.all("-F")) {
      features.add("--features");
      features.add(names);
    }
    for (String flag : List.of("--all-features", "--no-default-features")) {
      if (given.has(flag)) {
        features.add(flag);
      }
    }
    Set<String> excluded = new TreeSet<>(given.all("--exclude"));
    Path project = Path.of(what);
    @Nullable String work = given.text("--work-dir");
    return new Question(
        project,
        given.text("-p"),
        given.text("--bin"),
        given.has("--release") ? "release" : given.text("--profile", "dev"),
        features,
        given.text("--feature"),
        excluded,
        given.has("--offline"),
        given.has("--quick") ? Effort.QUICK : given.has("--full") ? Effort.FULL : Effort.NORMAL,
        rounds,
        starts,
        work == null ? place(project) : absolute(Path.of(work)),
        given.has("--resume"),
        given.has("--keep"));
  }

  /** {@return a folder of this project's own below the user's cache} */
  private static Path place(Path project) throws TradeoffException {
    String cache = System.getenv("XDG_CACHE_HOME");
    String home = System.getenv("HOME");
    if ((cache == null || cache.isEmpty()) && (home == null || home.isEmpty())) {
      throw new TradeoffException("neither HOME nor XDG_CACHE_HOME is set: give --work-dir");
    }
    Path base =
        cache == null || cache.isEmpty() ? Path.of(String.valueOf(home), ".cache") : Path.of(cache);
    Path real = absolute(project);
    String key =
        UUID.nameUUIDFromBytes(real.toString().getBytes(StandardCharsets.UTF_8))
            .toString()
            .substring(0, 8);
    return absolute(base).resolve("binspect/tradeoff").resolve(real.getFileName() + "-" + key);
  }

  private static Path absolute(Path path) {
    try {
      return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath().normalize();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }

  /** Reads "1.2s", "300ms", "1m". */
  static long nanos(String time) {
    String text = time.strip().toLowerCase(Locale.ROOT);
    String[] units = {"ms", "us", "ns", "min", "s", "m"};
    long[] sizes = {1_000_000, 1_000, 1, 60_000_000_000L, 1_000_000_000L, 60_000_000_000L};
    for (int i = 0; i < units.length; i++) {
      if (text.endsWith(units[i])) {
        String number = text.substring(0, text.length() - units[i].length()).strip();
        try {
          BigDecimal value = new BigDecimal(number);
          if (value.signum() >= 0 && value.precision() - value.scale() < 9) {
            return value.multiply(BigDecimal.valueOf(sizes[i])).longValue();
          }
        } catch (NumberFormatException e) {
          break;
        }
        break;
      }
    }
    throw new UsageException("a time is a number and a unit, as 1.2s or 300ms, not '" + time + "'");
  }
}
