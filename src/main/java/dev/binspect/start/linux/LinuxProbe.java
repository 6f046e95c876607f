package dev.binspect.start.linux;

import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.load.Door;
import dev.binspect.load.LoadPlan;
import dev.binspect.start.Measurement;
import dev.binspect.start.Run;
import dev.binspect.start.Start;
import dev.binspect.start.StartModel;
import dev.binspect.start.StartProbe;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Measures starts on Linux. */
public final class LinuxProbe implements StartProbe {
  /** How long one start may take before it is given up. */
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private static final int X_OK = 1;

  private final Door door;
  private final Map<String, String> environment;
  private final StartModel model;
  private final Duration limit;

  /**
   * @param door through which the loader's symbols are read
   * @param environment of the programs started
   * @param model for what cannot be measured
   */
  public LinuxProbe(Door door, Map<String, String> environment, StartModel model) {
    this(door, environment, model, LIMIT);
  }

  /**
   * @param limit how long one start may take before it is ended
   */
  LinuxProbe(Door door, Map<String, String> environment, StartModel model, Duration limit) {
    this.door = door;
    this.environment = Map.copyOf(environment);
    this.model = model;
    this.limit = limit;
  }

  @Override
  public Start measure(File file, LoadPlan plan, Budget budget) {
    Cpu cpu = Cpu.host();
    if (cpu == null || !System.getProperty("os.name", "").equals("Linux")) {
      return model.estimate(plan, "starts are measured on Linux only, on x86-64 and aarch64");
    }
    Image image = plan.objects().isEmpty() ? null : plan.objects().getFirst().image();
    String unfit = image == null ? null : unfit(image, cpu);
    if (unfit != null) {
      return model.estimate(plan, unfit);
    }
    try {
      return onOwnThread(file, plan, budget, cpu);
    } catch (LinkageError e) {
      // JNA could not unpack or load its library: a read-only or noexec temporary folder.
      return model.estimate(plan, "native calls are not possible here: " + e.getMessage());
    }
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

  /** ptrace belongs to a thread, and the thread's end is the tracees' end. */
  private Start onOwnThread(File file, LoadPlan plan, Budget budget, Cpu cpu) {
    Start[] result = new Start[1];
    Throwable[] thrown = new Throwable[1];
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                result[0] = measure(file, plan, budget, cpu);
              } catch (Throwable e) {
                thrown[0] = e; // handed on below
              }
            },
            "tracer",
            512 << 10);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thrown[0] instanceof Error error) {
      throw error;
    }
    if (thrown[0] instanceof RuntimeException exception) {
      throw exception;
    }
    return result[0];
  }

  private Start measure(File file, LoadPlan plan, Budget budget, Cpu cpu) {
    String path = file.getAbsolutePath();
    FileStatus status = FileStatus.of(cpu, path);
    if (status == null) {
      return model.estimate(plan, "the file cannot be examined");
    }
    String refusal = status.refusal(Libc.geteuid());
    if (refusal != null) {
      return model.estimate(plan, "not run: " + refusal);
    }
    try (com.sun.jna.Memory name = Libc.string(path)) {
      if (Libc.access(Libc.address(name), X_OK) != 0) {
        return model.estimate(plan, "it is not executable for you");
      }
    }
    String interpreter = interpreter(file);
    try (LinuxTracer tracer =
        new LinuxTracer(
            cpu, door, path, interpreter == null ? status : null, environment, limit.toNanos())) {
      Measurement measurement = measure(tracer, plan, budget, cpu);
      Run failure = measurement.failure();
      return failure == null
          ? measurement.start(
              plan,
              interpreter == null ? null : "a script: its interpreter was measured: " + interpreter)
          : model.estimate(plan, Reasons.of(failure, plan));
    } catch (IOException e) {
      return model.estimate(plan, "the launcher cannot be written: " + e.getMessage());
    }
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
