package dev.binspect.start.linux;

import com.sun.jna.Memory;
import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.start.Comparison;
import dev.binspect.start.Measurement;
import dev.binspect.start.ReferenceSpeed;
import dev.binspect.start.Run;
import dev.binspect.start.Run.Ending;
import dev.binspect.start.Start;
import dev.binspect.start.StartModel;
import dev.binspect.start.StartProbe;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures starts on Linux. */
public final class LinuxProbe implements StartProbe {
  /** How long one start may take before it is given up. */
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private static final int X_OK = 1;

  private static final String COLD =
      "cold: before each run its files were dropped from the page cache, as far as no other process"
          + " maps them";

  private final Door door;
  private final Map<String, String> environment;
  private final StartModel model;
  private final @Nullable ReferenceSpeed reference;
  private final Duration limit;

  /**
   * @param door through which the loader's symbols are read
   * @param environment of the programs started
   * @param model for what cannot be measured
   * @param reference the speed to compare at, or null: that of each measurement itself
   */
  public LinuxProbe(
      Door door,
      Map<String, String> environment,
      StartModel model,
      @Nullable ReferenceSpeed reference) {
    this(door, environment, model, reference, LIMIT);
  }

  /**
   * @param limit how long one start may take before it is ended
   */
  LinuxProbe(
      Door door,
      Map<String, String> environment,
      StartModel model,
      @Nullable ReferenceSpeed reference,
      Duration limit) {
    this.door = door;
    this.environment = Map.copyOf(environment);
    this.model = model;
    this.reference = reference;
    this.limit = limit;
  }

  private @Nullable ReferenceSpeed reference(LoadPlan plan) {
    Image image = plan.objects().isEmpty() ? null : plan.objects().getFirst().image();
    boolean same =
        reference != null && image != null && reference.loader().equals(image.interpreter());
    return same ? reference : null;
  }

  /**
   * Sets native calls up on another thread, for who knows that a measurement follows: it takes
   * longer than reading a small file.
   */
  public static void prepare() {
    if (Cpu.host() != null && System.getProperty("os.name", "").equals("Linux")) {
      new Preparation().start();
    }
  }

  private static final class Preparation extends DaemonThread {
    Preparation() {
      super("native calls", 256 << 10);
    }

    @Override
    public void run() {
      try {
        Libc.getpid();
      } catch (Error e) {
        // Not only a LinkageError: JNA throws plain ones. The measurement meets it again, and
        // tells.
        return;
      }
    }
  }

  @Override
  public Start measure(File file, LoadPlan plan, Budget budget) {
    Cpu cpu = Cpu.host();
    String unfit = unfit(plan, cpu);
    if (unfit != null || cpu == null) {
      return model.estimate(plan, String.valueOf(unfit));
    }
    try {
      return TracerThread.run(new Measuring(file, plan, budget, cpu));
    } catch (LinkageError e) {
      return model.estimate(plan, noNativeCalls(e));
    }
  }

  /** Measures two programs by turns, where both can be measured. */
  public Comparison compare(
      File base, LoadPlan basePlan, File changed, LoadPlan changedPlan, Budget budget) {
    Cpu cpu = Cpu.host();
    if (cpu == null || unfit(basePlan, cpu) != null || unfit(changedPlan, cpu) != null) {
      return Comparison.apart(
          measure(base, basePlan, budget), measure(changed, changedPlan, budget));
    }
    try {
      return TracerThread.run(() -> compare(base, basePlan, changed, changedPlan, budget, cpu));
    } catch (LinkageError e) {
      return Comparison.apart(
          model.estimate(basePlan, noNativeCalls(e)),
          model.estimate(changedPlan, noNativeCalls(e)));
    }
  }

  private Comparison compare(
      File base, LoadPlan basePlan, File changed, LoadPlan changedPlan, Budget budget, Cpu cpu) {
    if (refusal(base, cpu) != null || refusal(changed, cpu) != null) {
      return Comparison.apart(
          measure(base, basePlan, budget, cpu), measure(changed, changedPlan, budget, cpu));
    }
    try (LinuxTracer one = tracer(base, cpu);
        LinuxTracer other = tracer(changed, cpu)) {
      if (budget.cold()) {
        one.chill(files(base, basePlan));
        other.chill(files(changed, changedPlan));
      }
      List<Measurement> both = Measurement.takeBoth(one, other, budget);
      if (denied(both.get(0).failure()) || denied(both.get(1).failure())) {
        return Comparison.apart(
            measure(base, basePlan, budget, cpu), measure(changed, changedPlan, budget, cpu));
      }
      Start before = start(both.get(0), base, basePlan);
      Start after = start(both.get(1), changed, changedPlan);
      return budget.cold()
          ? Comparison.of(before.withWhy(COLD), after.withWhy(COLD))
          : Comparison.of(before, after);
    } catch (IOException e) {
      String why = "the launcher cannot be written: " + e.getMessage();
      return Comparison.apart(model.estimate(basePlan, why), model.estimate(changedPlan, why));
    }
  }

  /** JNA could not unpack or load its library: a read-only or noexec temporary folder. */
  private static String noNativeCalls(LinkageError e) {
    return "native calls are not possible here: " + e.getMessage();
  }

  private static @Nullable String unfit(LoadPlan plan, @Nullable Cpu cpu) {
    if (cpu == null || !System.getProperty("os.name", "").equals("Linux")) {
      return "starts are measured on Linux only, on x86-64 and aarch64";
    }
    Image image = plan.objects().isEmpty() ? null : plan.objects().getFirst().image();
    return image == null ? null : unfit(image, cpu);
  }

  private static @Nullable String unfit(Image image, Cpu cpu) {
    if (image.kind() != Kind.EXECUTABLE) {
      return "not a program: it has no start of its own";
    }
    if (!image.machine().equals(cpu.machine)) {
      return "this machine cannot run it: it is for " + image.machine();
    }
    if (image.bits() != 64) {
      return "32-bit programs are not measured";
    }
    return null;
  }

  /** The work of {@link #measure}; no lambda: linking the first costs more than a start. */
  private final class Measuring implements Supplier<Start> {
    private final File file;
    private final LoadPlan plan;
    private final Budget budget;
    private final Cpu cpu;

    Measuring(File file, LoadPlan plan, Budget budget, Cpu cpu) {
      this.file = file;
      this.plan = plan;
      this.budget = budget;
      this.cpu = cpu;
    }

    @Override
    public Start get() {
      return measure(file, plan, budget, cpu);
    }
  }

  private Start measure(File file, LoadPlan plan, Budget budget, Cpu cpu) {
    String refusal = refusal(file, cpu);
    if (refusal != null) {
      return model.estimate(plan, refusal);
    }
    try (LinuxTracer tracer = tracer(file, cpu)) {
      if (budget.cold()) {
        tracer.chill(files(file, plan));
      }
      Measurement measurement = measure(tracer, plan, budget, cpu);
      Run failure = measurement.failure();
      Start start =
          failure != null && denied(failure)
              ? untraced(file, plan, budget, cpu, Reasons.of(failure, plan))
              : start(measurement, file, plan);
      return budget.cold() ? start.withWhy(COLD) : start;
    } catch (IOException e) {
      return model.estimate(plan, "the launcher cannot be written: " + e.getMessage());
    }
  }

  /**
   * Measures where tracing is forbidden: a copy that ends at its entry point, against a program
   * that ends at once.
   *
   * @param why tracing is not possible
   */
  private Start untraced(File file, LoadPlan plan, Budget budget, Cpu cpu, String why) {
    Image image = plan.objects().isEmpty() ? null : plan.objects().getFirst().image();
    String unfit = image == null ? "nothing is known of its loader" : CopyTracer.unfit(image);
    if (unfit != null) {
      return model.estimate(plan, why + "; nor is a copy of it timed: " + unfit);
    }
    try (CopyTracer tracer = new CopyTracer(cpu, file, environment, limit.toNanos())) {
      if (budget.cold()) {
        tracer.chill(files(file, plan));
      }
      Measurement measurement = Measurement.take(tracer, null, budget);
      Run failure = measurement.failure();
      return failure != null
          ? model.estimate(plan, why + "; of a copy: " + Reasons.of(failure, plan))
          : measurement.start(plan, why + "; " + CopyTracer.HOW, "patched-copy", null);
    } catch (IOException e) {
      return model.estimate(plan, why + "; nor can it be copied: " + e.getMessage());
    }
  }

  /** {@return whether ptrace is forbidden; EACCES is about the one file, which no copy helps} */
  private static boolean denied(@Nullable Run failure) {
    return failure != null
        && failure.ending() == Ending.NOT_TRACED
        && failure.code() != Libc.EACCES;
  }

  private static List<String> files(File file, LoadPlan plan) {
    List<String> paths = new ArrayList<>();
    paths.add(file.getAbsolutePath());
    for (LoadedObject object : plan.objects()) {
      paths.add(object.path());
    }
    return paths;
  }

  /** {@return why the file must not or cannot be run, or null} */
  private static @Nullable String refusal(File file, Cpu cpu) {
    String path = file.getAbsolutePath();
    FileStatus status = FileStatus.of(cpu, path);
    if (status == null) {
      return "the file cannot be examined";
    }
    String refusal = status.refusal(Libc.geteuid());
    if (refusal != null) {
      return "not run: " + refusal;
    }
    try (Memory name = Libc.string(path)) {
      return Libc.access(Libc.address(name), X_OK) == 0 ? null : "it is not executable for you";
    }
  }

  private LinuxTracer tracer(File file, Cpu cpu) throws IOException {
    String path = file.getAbsolutePath();
    FileStatus expected = interpreter(file) == null ? FileStatus.of(cpu, path) : null;
    return new LinuxTracer(cpu, door, path, expected, environment, limit.toNanos());
  }

  private Start start(Measurement measurement, File file, LoadPlan plan) {
    Run failure = measurement.failure();
    if (failure != null) {
      return model.estimate(plan, Reasons.of(failure, plan));
    }
    String interpreter = interpreter(file);
    String why = null;
    if (interpreter != null) {
      why = "a script: its interpreter was measured: " + interpreter;
      if (interpreter.split("\\s", 2)[0].endsWith("/env")) {
        why += "; the start of the program that env looks up comes on top";
      }
    } else if (measurement.withoutLoader()) {
      why =
          "static: there is no loader, this is the kernel's part alone; what the program does to"
              + " itself after its entry point is not measured";
    }
    return measurement.start(plan, why, "ptrace", reference(plan));
  }

  /** Measures beside a program that does nothing, where the loader is known. */
  private Measurement measure(LinuxTracer tracer, LoadPlan plan, Budget budget, Cpu cpu)
      throws IOException {
    Image image = plan.objects().isEmpty() ? null : plan.objects().getFirst().image();
    String loader = image == null ? null : image.interpreter();
    if (loader == null) {
      return Measurement.take(tracer, null, budget);
    }
    try (AnonymousFile file = AnonymousFile.of(Launcher.idle(cpu, loader));
        LinuxTracer idle = tracer.another(file.pathFor(Libc.getpid()))) {
      return Measurement.take(tracer, idle, budget);
    }
  }

  /** {@return the program after {@code #!} with its argument, or null} */
  private static @Nullable String interpreter(File file) {
    byte[] head = new byte[256];
    int n;
    try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
      n = in.read(head);
    } catch (IOException e) {
      return null;
    }
    if (n < 3 || head[0] != '#' || head[1] != '!') {
      return null;
    }
    int end = 2;
    while (end < n && head[end] != '\n') {
      end++;
    }
    return new String(head, 2, end - 2, StandardCharsets.UTF_8).strip();
  }
}
