package dev.binspect.start;

import java.util.List;

/**
 * One observed start, stopped before the program's first own instruction.
 *
 * <p>Times are nanoseconds since the launcher called execve, the observer's own cost subtracted;
 * they are indexed by {@link Milestone} and {@link #UNSEEN} where the milestone was not passed.
 *
 * @param code exit status, signal or errno, after {@code ending}
 * @param cpu the process's CPU clock
 * @param wall the monotonic clock, without the time the process was held by the tracer
 * @param faults minor and major page faults since execve
 * @param dirtyBytes private dirty memory at the entry point, -1 where it was not asked for
 * @param instructions executed in user mode since execve was called, -1 where nothing counts them
 * @param exit CPU nanoseconds of the process's end, which takes down what the start has mapped and
 *     written; -1 where unknown
 * @param objects paths mapped at the entry point in the order of loading; empty where not asked for
 * @param steps what a detailed run saw on its way, in order
 * @param incidents what the program did besides starting ("forked", "stopped itself"), each once
 */
public record Run(
    Ending ending,
    int code,
    long[] cpu,
    long[] wall,
    long faults,
    long majorFaults,
    long dirtyBytes,
    long instructions,
    long exit,
    List<String> objects,
    List<Step> steps,
    List<String> incidents) {
  public static final long UNSEEN = -1;

  /** An incident: its processor time is another's. */
  public static final String STARTS_PROCESS = "starts another process";

  /** An incident: a thread's processor time is the process's. */
  public static final String STARTS_THREAD = "starts a thread or process";

  /** How a run ended. */
  public enum Ending {
    /** Stopped at the entry point, as it should be. */
    ENTRY,
    /** The process exited before its entry point; the code is its status. */
    EXITED,
    /** A signal killed the process before its entry point; the code is its number. */
    KILLED,
    /** It did not come to its entry point within the time limit. */
    TIMED_OUT,
    /** A constructor executed another program. */
    EXECUTED_ANOTHER,
    /** execve refused; the code is its errno. */
    NOT_EXECUTED,
    /** The kernel executed another file than the one asked for. */
    OTHER_FILE,
    /** The process cannot be traced; the code is the errno. */
    NOT_TRACED
  }

  /** The points of a start, in their order. */
  public enum Milestone {
    /** execve was called. */
    CALL(0),
    /** The kernel has replaced the process; the loader (or the program) is about to run. */
    EXEC(1),
    /** The loader relocated itself and begins to map (RT_ADD). */
    ADD(2),
    /** All libraries are mapped. */
    MAPPED(3),
    /** All objects are relocated (RT_CONSISTENT). */
    CONSISTENT(4),
    /** The program's entry point. */
    ENTRY(5);

    private final int at;

    Milestone(int at) {
      this.at = at;
    }

    /** {@return its index in the times} */
    public int at() {
      return at;
    }
  }

  /** What a step of a detailed run was. */
  public enum StepKind {
    /** The loader opens {@code object}, or tries to. */
    OPEN,
    /** The loader made the relocated data of {@code object} read-only: its relocation is done. */
    PROTECT,
    /** The first constructor of {@code object} is about to run. */
    CONSTRUCT
  }

  /**
   * A step of a detailed run.
   *
   * @param cpu as {@link Run#cpu}
   */
  public record Step(StepKind kind, String object, long cpu) {}

  /** {@return a run that did not come to the entry point} */
  public static Run failed(Ending ending, int code, List<String> incidents) {
    return new Run(
        ending,
        code,
        unseen(),
        unseen(),
        -1,
        -1,
        -1,
        -1,
        -1,
        List.of(),
        List.of(),
        List.copyOf(incidents));
  }

  /** {@return times of a run that passed no milestone yet} */
  public static long[] unseen() {
    long[] times = new long[Milestone.values().length];
    java.util.Arrays.fill(times, UNSEEN);
    return times;
  }

  /** {@return the same with what its process's end cost, and its page faults as above} */
  public Run ended(long nanos, long allFaults, long major) {
    return new Run(
        ending,
        code,
        cpu,
        wall,
        allFaults,
        major,
        dirtyBytes,
        instructions,
        nanos,
        objects,
        steps,
        incidents);
  }

  /** {@return CPU nanoseconds between two milestones, or {@link #UNSEEN}} */
  public long cpu(Milestone from, Milestone to) {
    long a = cpu[from.at()];
    long b = cpu[to.at()];
    return a == UNSEEN || b == UNSEEN ? UNSEEN : Math.max(0, b - a);
  }

  /** {@return whether the program has no loader: its entry point follows the exec at once} */
  public boolean withoutLoader() {
    return ending == Ending.ENTRY && cpu[Milestone.EXEC.at()] == cpu[Milestone.ENTRY.at()];
  }
}
