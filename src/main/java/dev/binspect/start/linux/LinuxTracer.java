package dev.binspect.start.linux;

import com.sun.jna.Memory;
import dev.binspect.image.Door;
import dev.binspect.start.Run;
import dev.binspect.start.Run.Ending;
import dev.binspect.start.Tracer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Starts a program under ptrace and stops it before its first own instruction.
 *
 * <p>Everything must be called from the thread that made it, and that thread must be a platform
 * thread: ptrace knows threads and not processes. Children of other threads are never waited for.
 */
final class LinuxTracer implements Tracer {
  /** Of a page of environment: the stack's position within a page is what matters. */
  static final int MOST_PADDING = 4096;

  /**
   * Stops of each kind for the calibration; the first of them is dearer and the median is taken.
   */
  private static final int STOPS = 15;

  private static final int PR_SET_CHILD_SUBREAPER = 36;

  final Cpu cpu;
  final Tracee tracee;
  final ProcFiles files = new ProcFiles();

  final InstructionCounter counter;
  final Precedence precedence;
  StopCosts costs = StopCosts.UNKNOWN;

  private final Door door;
  private final String program;
  private final int user;
  private final Map<String, String> environment;
  private final long limitNanos;
  private final Spawner spawner;
  private final Memory status = new Memory(8);
  private final ResourceUsage usage = new ResourceUsage();
  private final Arguments argv;
  private final Arguments envp;
  private final Watchdog watchdog;
  private final Launchers launchers;

  /** Whether what others may use as well is closed with this one. */
  private final boolean owner;

  private final Map<String, String> loaderNames = new HashMap<>();
  private List<String> cold = List.of();
  private int awaited;
  private int followed;
  private boolean ended;
  private boolean orphans;
  private boolean threads;
  private int runs;
  private @Nullable FileStatus expected;
  private final boolean script;
  private boolean rendezvousKnown;
  private @Nullable Rendezvous rendezvous;

  /**
   * @param program path of an executable file or script
   * @param expected what the kernel must execute, or null where that shows only then (scripts)
   * @param limitNanos how long a start may take
   */
  LinuxTracer(
      Cpu cpu,
      Door door,
      String program,
      @Nullable FileStatus expected,
      Map<String, String> environment,
      long limitNanos)
      throws IOException {
    this.cpu = cpu;
    this.door = door;
    this.program = program;
    this.expected = expected;
    this.script = expected == null;
    this.user = Libc.geteuid();
    this.tracee = new Tracee(cpu);
    this.environment = environment;
    this.limitNanos = limitNanos;
    this.counter = new InstructionCounter(cpu);
    // Before the processor is kept: the watchdog must not wait for the one it is to end.
    this.watchdog = new Watchdog(cpu, limitNanos);
    this.precedence = new Precedence();
    this.spawner = new Spawner();
    this.owner = true;
    launchers = new Launchers(cpu);
    argv = new Arguments(List.of("binspect-launcher", program, program), 0);
    envp = new Arguments(variables(environment), MOST_PADDING);
    calibrate();
  }

  /** A tracer for another program that shares everything with its model. */
  private LinuxTracer(LinuxTracer like, String program) {
    this.cpu = like.cpu;
    this.door = like.door;
    this.program = program;
    this.user = like.user;
    this.script = false;
    this.tracee = like.tracee;
    this.environment = like.environment;
    this.limitNanos = like.limitNanos;
    this.costs = like.costs;
    this.counter = like.counter;
    this.precedence = like.precedence;
    this.spawner = like.spawner;
    this.owner = false;
    launchers = like.launchers;
    argv = new Arguments(List.of("binspect-launcher", program, program), 0);
    envp = like.envp;
    watchdog = like.watchdog;
  }

  /**
   * {@return a tracer for another program in the same environment, with the same calibration; it
   * must be closed before this one}
   */
  LinuxTracer another(String other) {
    return new LinuxTracer(this, other);
  }

  static List<String> variables(Map<String, String> environment) {
    List<String> variables = new ArrayList<>(environment.size());
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      variables.add(variable.getKey() + "=" + variable.getValue());
    }
    return variables;
  }

  /**
   * Measures what a stop costs the process, with a program that does nothing but stop: the clock is
   * read while it is held, so what lies between two stops is the cost of one.
   */
  private void calibrate() {
    AnonymousFile launcher = launchers.forRuns(Detail.PHASES);
    try (AnonymousFile stops = AnonymousFile.of(Launcher.stops(cpu, STOPS));
        Arguments arguments =
            new Arguments(
                List.of("binspect-launcher", stops.pathFor(Libc.getpid()), "binspect-stops"), 0)) {
      if (spawner.spawn(launcher, arguments, envp) != 0) {
        return;
      }
      int pid = spawner.pid();
      watchdog.arm(pid);
      if (untilLauncherStops(pid) == null) {
        Stops measured = new Stops(this, pid, STOPS);
        measured.follow();
        costs = measured.costs();
      }
      watchdog.disarm();
    } catch (IOException e) {
      return; // the costs stay unknown
    }
  }

  /** From now on drops these files from the page cache before each run. */
  void chill(List<String> paths) {
    cold = List.copyOf(paths);
  }

  @Override
  public Run run(Detail detail, int padding) {
    runs++;
    PageCache.drop(cold);
    AnonymousFile launcher = launchers.forRuns(detail);
    envp.pad(Math.min(padding, MOST_PADDING));
    int error = spawner.spawn(launcher, argv, envp);
    if (error != 0) {
      return Run.failed(Ending.NOT_TRACED, error, List.of());
    }
    int pid = spawner.pid();
    followed = pid;
    ended = false;
    watchdog.arm(pid);
    try {
      Run refused = untilLauncherStops(pid);
      if (refused != null) {
        if (refused.code() >= Launcher.NO_FILTER && launchers.withFilter()) {
          launchers.giveFiltersUp(); // a sandbox forbids them: the rendezvous alone tells phases
          return run(detail, padding);
        }
        return refused;
      }
      Observation observation = new Observation(this, detail, pid);
      Run run;
      try {
        run = observation.follow();
      } finally {
        observation.end();
      }
      return observation.ended(run);
    } finally {
      watchdog.disarm();
    }
  }

  /** {@return null if the launcher is stopped and traced, else how it failed} */
  private @Nullable Run untilLauncherStops(int pid) {
    int tid = await();
    int state = status();
    if (tid == pid && (state & 0xff) == 0x7f && tracee.setOptions(pid)) {
      if (cpu == Cpu.AARCH64 && tracee.readRegisters(pid)) {
        tracee.jump(pid, tracee.trapAddress() + cpu.breakpointSize());
      }
      return null;
    }
    boolean exited = tid == pid && (state & 0x7f) == 0;
    if (!exited) {
      Libc.kill(pid, Libc.SIGKILL);
    }
    while (tid > 0) {
      tid = await();
    }
    return Run.failed(Ending.NOT_TRACED, exited ? state >> 8 & 0xff : Libc.EPERM, List.of());
  }

  /** Waits for the next stop or end. {@return the thread's id, or minus errno} */
  int await() {
    // Once the first process is gone, what is known of it must not be written over.
    long used = ended ? 0 : Libc.address(usage.memory());
    int tid = Libc.wait4(-1, Libc.address(status), Libc.WALL | Libc.WNOTHREAD, used);
    awaited = tid;
    if (tid == followed && (status() & 0xff) != 0x7f) {
      ended = true;
    }
    return tid < 0 ? -Math.max(1, Libc.errno()) : tid;
  }

  int awaited() {
    return awaited;
  }

  int status() {
    return status.getInt(0);
  }

  /** {@return what the run's first process used, once it is gone; null before} */
  @Nullable ResourceUsage endedUsage() {
    return ended ? usage : null;
  }

  boolean timedOut() {
    return watchdog.fired();
  }

  /** {@return the path of what is executed: a script's interpreter is not the script} */
  String program(int pid) {
    if (!script) {
      return program;
    }
    String link = "/proc/" + pid + "/exe";
    String path = door.realPath(link);
    return path.equals(link) ? program : path;
  }

  /**
   * Compares what the kernel executed with what was asked for, before an instruction of it ran: the
   * name may lead elsewhere by now.
   *
   * @return why it must not go on, or null
   */
  @Nullable String check(int pid) {
    FileStatus actual = FileStatus.of(cpu, "/proc/" + pid + "/exe");
    if (actual == null) {
      return null; // not dumpable: reading its memory will tell
    }
    FileStatus wanted = expected;
    if (wanted == null) {
      String refusal = actual.refusal(user);
      if (refusal == null) {
        expected = actual;
      }
      return refusal;
    }
    return actual.sameFile(wanted) ? actual.refusal(user) : "the file was replaced";
  }

  /** {@return the loader's, read once: each run has the same loader} */
  @Nullable Rendezvous rendezvous(int pid, long loaderBase) {
    if (!rendezvousKnown) {
      rendezvousKnown = true;
      for (ProcFiles.Mapping mapping : files.mappings(pid)) {
        if (loaderBase >= mapping.from() && loaderBase < mapping.to()) {
          rendezvous = Rendezvous.of(mapping.path(), door);
        }
      }
    }
    return rendezvous;
  }

  /**
   * {@return the path by which the loader knows a file that the kernel knows by its real path}
   *
   * @param objects the loader's paths
   */
  String loaderName(String file, List<String> objects) {
    String known = loaderNames.get(file);
    if (known == null) {
      known = file;
      for (String object : objects) {
        if (object.equals(file) || door.realPath(object).equals(file)) {
          known = object;
        }
      }
      loaderNames.put(file, known);
    }
    return known;
  }

  /**
   * Lets processes whose parent dies come to this one and not to the first process, which in a
   * container may never wait for them.
   */
  void expectOrphans() {
    if (!orphans) {
      orphans = Libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
    }
  }

  /**
   * {@return whether the program may start threads in its constructors}: they may ask how many
   * processors there are. The first run tells.
   */
  boolean startsThreads() {
    return threads || runs <= 1;
  }

  void threadsSeen() {
    threads = true;
  }

  /** Waits for processes that came by {@link #expectOrphans}. They are dead already. */
  void reapOrphans(Set<Integer> pids) {
    for (int pid : pids) {
      Libc.waitpid(pid, Libc.address(status), Libc.WALL);
    }
  }

  @Override
  public void close() {
    if (orphans) {
      orphans = false;
      Libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
    }
    argv.close();
    if (owner) {
      precedence.end();
      watchdog.close();
      launchers.close();
      spawner.close();
      envp.close();
    }
  }
}
