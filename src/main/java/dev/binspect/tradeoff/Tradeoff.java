package dev.binspect.tradeoff;

import dev.binspect.image.Note;
import dev.binspect.linkage.Linkage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Link time against load time: what a dylib of the dependencies saves at each rebuild, and what it
 * costs at each start.
 *
 * @param project folder as the user gave it, or null where two ready programs were compared
 * @param program name of the program compared
 * @param profile Cargo's profile
 * @param toolchain as rustc names itself
 * @param how "wrapper", "feature" or "programs"
 * @param wrapped names of the dependencies in the dylib
 * @param saved per rebuild after a change of the program; null where not measured
 * @param costs per start: to the entry point, and the process's end
 * @param breakEven starts per rebuild at which both are equal; null where there is none
 * @param rebuilds by linker and debug information; the first is the project as it is
 * @param dependency a rebuild after a change of a dependency, or null
 * @param changed the dependency that was touched, or null
 * @param cleanStaticNanos one build from nothing, not repeated; -1 unknown
 * @param noop Cargo's own time when nothing has changed
 * @param frontEnd rustc's own time for the program up to code generation; null where not measured
 * @param startsPerRebuild as the user says; -1 unknown
 * @param testPrograms programs that {@code cargo test} of the package starts; -1 unknown
 * @param combinations all that was measured, the cheapest first
 */
public record Tradeoff(
    @Nullable String project,
    String program,
    String profile,
    String toolchain,
    String how,
    List<String> wrapped,
    List<NotWrapped> notWrapped,
    Side statically,
    Side dynamically,
    @Nullable Side symbolic,
    @Nullable Interval saved,
    @Nullable Interval costs,
    @Nullable BreakEven breakEven,
    Outcome outcome,
    List<Rebuild> rebuilds,
    @Nullable Rebuild dependency,
    @Nullable String changed,
    long cleanStaticNanos,
    long cleanDylibNanos,
    @Nullable Interval noop,
    @Nullable Interval frontEnd,
    long startsPerRebuild,
    long testPrograms,
    List<Combination> combinations,
    List<Note> notes) {

  /** What the intervals allow to say. */
  public enum Outcome {
    /** Saves at a rebuild, costs at a start. */
    PAYS_UNTIL("pays-until"),
    /** Saves at a rebuild, costs nothing that could be measured at a start. */
    PAYS("pays"),
    /** Saves nothing, or loses. */
    LOSES("loses"),
    /** The intervals overlap. */
    UNDECIDED("undecided");

    private final String key;

    Outcome(String key) {
      this.key = key;
    }

    /** {@return the word used in reports} */
    public String key() {
      return key;
    }
  }

  /** A dependency that stayed outside of the dylib. */
  public record NotWrapped(String name, String reason) {}

  /**
   * Starts per rebuild at which the dylib stops paying.
   *
   * @param high -1 where the interval has no upper end
   */
  public record BreakEven(long value, long low, long high) {}

  /**
   * One of the two programs. Counts are -1 where unknown.
   *
   * @param libraryBytes its libraries that are not the system's: the dylib, libstd
   * @param relocations places written at a start, the whole closure
   * @param start to the program's entry point
   * @param exit the end of a process that got no further, or null where unknown
   * @param startHow "measured", "estimated" or "not-run"
   */
  public record Side(
      String path,
      long programBytes,
      long libraryBytes,
      long relocations,
      long relative,
      long lookups,
      long probes,
      long pages,
      @Nullable Linkage linkage,
      @Nullable Interval start,
      @Nullable Interval exit,
      String startHow,
      long pageFaults,
      long dirtyBytes) {}

  /**
   * Rebuilds, side by side.
   *
   * @param name "default", a linker, or a debug setting
   * @param saved median of the differences of each round
   * @param staticLink the linker's part of it, or null where unknown
   */
  public record Rebuild(
      String name,
      int rounds,
      Interval statically,
      Interval dynamically,
      @Nullable Interval staticLink,
      @Nullable Interval dynamicLink,
      Interval saved) {}

  /**
   * One way to build, measured.
   *
   * @param name "static, mold", "dylib with -Wl,-Bsymbolic-functions, default linker"
   * @param total a rebuild and as many starts as {@code starts} says
   * @param ties whether its interval overlaps that of the cheapest
   */
  public record Combination(
      String name, Interval rebuild, Interval start, long starts, Interval total, boolean ties) {}
}
