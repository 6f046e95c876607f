package dev.binspect.linkage;

import dev.binspect.image.Image;
import dev.binspect.load.Door;
import dev.binspect.load.LoadPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Weighs the evidence. */
public final class LinkageJudge {
  private LinkageJudge() {}

  /**
   * What is expected of a program, from outside of it.
   *
   * @param names dylibs that must be linked and used ({@code --expect})
   * @param policyNames the same, from a policy
   * @param cargoFolder Cargo's target or profile folder where the program does not stand in it
   *     ({@code --cargo-dir})
   */
  public record Expectation(
      List<String> names, List<String> policyNames, @Nullable String cargoFolder) {
    public static final Expectation NONE = new Expectation(List.of(), List.of(), null);
  }

  /**
   * @param path of the program
   * @param plan what its loader does in a plain shell
   * @param door opens the dylibs and Cargo's files
   */
  public static Linkage judge(
      String path, Image image, LoadPlan plan, Expectation expectation, Door door) {
    return new Linkage(Verdict.UNKNOWN, Confidence.LOW, List.of(), null, null, List.of(), null);
  }
}
