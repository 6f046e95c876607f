package dev.binspect.tradeoff;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be compared, and how thoroughly.
 *
 * @param project folder of a package or workspace
 * @param packageName null for the one that has a program
 * @param binary null for the package's default
 * @param profile "dev", "release" or a profile of the project's own
 * @param features Cargo's own options about features, handed on
 * @param feature a feature of the project that makes a dylib of the dependencies; null to generate
 *     a wrapper
 * @param excluded dependencies to leave outside
 * @param offline whether Cargo may use what it has only
 * @param rounds of rebuilds; 0 for as many as the effort says
 * @param startsPerRebuild as the user says; -1 unknown
 * @param work folder of our own
 * @param resume whether to go on where the last run was interrupted
 * @param keep whether the builds are kept
 */
public record Question(
    Path project,
    @Nullable String packageName,
    @Nullable String binary,
    String profile,
    List<String> features,
    @Nullable String feature,
    Set<String> excluded,
    boolean offline,
    Effort effort,
    int rounds,
    long startsPerRebuild,
    Path work,
    boolean resume,
    boolean keep) {

  /** How much is measured. */
  public enum Effort {
    /** The comparison alone, three rounds. */
    QUICK(3, 3),
    /** With each linker found and with -Bsymbolic-functions. */
    NORMAL(7, 5),
    /** With less debug information as well: everything is built once more for each. */
    FULL(9, 5);

    final int rounds;
    final int otherRounds;

    Effort(int rounds, int otherRounds) {
      this.rounds = rounds;
      this.otherRounds = otherRounds;
    }
  }

  /** {@return the same with another working folder} */
  Question in(Path folder) {
    return new Question(
        project,
        packageName,
        binary,
        profile,
        features,
        feature,
        excluded,
        offline,
        effort,
        rounds,
        startsPerRebuild,
        folder,
        resume,
        keep);
  }

  int mainRounds() {
    return rounds > 0 ? rounds : effort.rounds;
  }

  int otherRounds() {
    return rounds > 0 ? Math.min(rounds, effort.otherRounds) : effort.otherRounds;
  }

  /** {@return what an interrupted run must have asked for this one to go on with it} */
  String identity() {
    return String.join(
        "|",
        project.toAbsolutePath().normalize().toString(),
        String.valueOf(packageName),
        String.valueOf(binary),
        profile,
        String.join(" ", features),
        String.valueOf(feature),
        String.join(" ", excluded.stream().sorted().toList()));
  }
}
