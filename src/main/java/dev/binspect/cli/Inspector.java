package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Note;
import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.LinkageJudge;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import dev.binspect.load.elf.Ahead;
import dev.binspect.report.Report;
import dev.binspect.start.Start;
import dev.binspect.start.StartModel;
import dev.binspect.start.StartProbe.Budget;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way through: path, bytes, images, load plan, linkage and start, report. */
final class Inspector implements FileReports.Source {
  private final FileOptions options;
  private final BinaryFiles files;
  private final InputStream in;
  private final boolean measure;
  private final Budget budget;
  private final boolean alone;

  /** Estimates starts; null asks the machine for it when one is estimated. */
  private final @Nullable StartModel model;

  /**
   * @param measure whether starts may be run; {@code --no-run} forbids it whatever this says
   */
  Inspector(FileOptions options, BinaryFiles files, InputStream in, boolean measure) {
    this(
        options,
        files,
        in,
        measure,
        new Budget(options.runs(), Budget.DEFAULT.time(), Budget.DEFAULT.cold()));
  }

  /**
   * @param budget how much effort a measurement may take
   */
  Inspector(
      FileOptions options, BinaryFiles files, InputStream in, boolean measure, Budget budget) {
    this.budget = budget;
    this.options = options;
    this.files = files;
    this.in = in;
    this.measure = measure && !options.noRun();
    this.alone = true;
    this.model = null;
  }

  /** For one of many threads that inspect at once: another processor would only be taken away. */
  private Inspector(Inspector one) {
    this.options = one.options;
    this.files = one.files;
    this.in = one.in;
    this.measure = one.measure;
    this.budget = one.budget;
    this.alone = false;
    this.model = one.measure ? null : MachineModel.current();
  }

  /** {@return the same, which uses no other processor than its caller's} */
  Inspector amongMany() {
    return new Inspector(this);
  }

  /**
   * {@return all that is known of a file}
   *
   * @throws IOException if it cannot be read; the message is fit for one line
   * @throws MalformedException if no report is possible
   */
  @Override
  public Report inspect(String path) throws IOException, MalformedException {
    return inspect(path, List.of());
  }

  /**
   * {@return the same, with dylibs that a policy expects}
   *
   * @throws IOException if it cannot be read; the message is fit for one line
   * @throws MalformedException if no report is possible
   */
  Report inspect(String path, List<String> policyNames) throws IOException, MalformedException {
    boolean standardInput = Subject.isStandardInput(path);
    @Nullable Ahead ahead =
        alone && !standardInput
            ? Ahead.start(path, options.loadOptions(), files, new Rehearsal(options), true)
            : null;
    try {
      return inspect(path, standardInput, policyNames, ahead);
    } finally {
      stop(ahead);
    }
  }

  private static void stop(@Nullable Ahead ahead) {
    if (ahead != null) {
      ahead.stop();
    }
  }

  private Report inspect(
      String path, boolean standardInput, List<String> policyNames, @Nullable Ahead ahead)
      throws IOException, MalformedException {
    Subject subject = Subject.read(path, files, in);
    List<Image> images = subject.images();
    Image image = images.get(0);
    @Nullable LoadPlan plan = null;
    @Nullable Linkage linkage = null;
    @Nullable Start start = null;
    List<Note> notes = new ArrayList<>();
    if (image.tables() != null
        && (image.kind() == Kind.EXECUTABLE
            || image.kind() == Kind.SHARED_LIBRARY
            || image.kind() == Kind.BUNDLE)) {
      if (measure && !standardInput && image.kind() == Kind.EXECUTABLE) {
        Starts.prepare(options);
      }
      if (images.size() > 1) {
        notes.add(
            Note.info(
                "first-slice",
                "libraries, linkage and start are those of the first slice, " + image.machine()));
      }
      LoadOptions loadOptions = options.loadOptions();
      Door door = ahead == null ? files : ahead.watched();
      plan = Loaders.plan(path, image, loadOptions, door);
      linkage =
          LinkageJudge.judge(
              path,
              image,
              plan,
              loadOptions,
              new LinkageJudge.Expectation(options.expect(), policyNames, options.cargoDir()),
              door);
      stop(ahead);
      FileOptions world = world(options, linkage);
      @Nullable LoadPlan cargoPlan = linkage.cargoPlan();
      if (cargoPlan != null && startsUnderCargoOnly(linkage)) {
        notes.add(
            Note.info(
                "cargo-library-path",
                "libraries are searched with the library path that `cargo run` sets; "
                    + (plan.missing().isEmpty()
                        ? "in a plain shell symbols are undefined"
                        : "in a plain shell " + plan.missing().get(0).name() + " is not found")));
        plan = cargoPlan;
      }
      start = start(path, image, plan, standardInput, world);
    }
    return new Report(path, subject.size(), images, plan, linkage, start, List.of(), notes);
  }

  /**
   * {@return the options with the library path of {@code cargo run} where a program starts there
   * only: the usual case of a development build, and what it costs is what it costs where it
   * starts}
   */
  static FileOptions world(FileOptions options, @Nullable Linkage linkage) {
    return linkage != null && startsUnderCargoOnly(linkage)
        ? options.withLibraryPath(linkage.cargoPath())
        : options;
  }

  /** {@return whether a plain shell does not start it, and {@code cargo run} does} */
  private static boolean startsUnderCargoOnly(@Nullable Linkage linkage) {
    return linkage != null
        && !linkage.cargoPath().isEmpty()
        && linkage.plain() != null
        && !linkage.plain().equals("ok")
        && "ok".equals(linkage.cargo());
  }

  private Start start(
      String path, Image image, LoadPlan plan, boolean standardInput, FileOptions world) {
    if (image.kind() != Kind.EXECUTABLE) {
      return Start.notRun("a library does not start by itself");
    }
    if (standardInput) {
      return Start.notRun("read from standard input");
    }
    StartModel known = model;
    if (known != null) {
      return Starts.estimate(known, plan, world);
    }
    return Starts.of(path, plan, world, files, budget, measure);
  }
}
