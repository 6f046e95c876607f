package dev.binspect.linkage;

import dev.binspect.load.LoadPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Was the dylib used, and how do we know.
 *
 * @param verdict the worst of its dylibs'
 * @param dylibs those that were expected, by the user, by Cargo or by the file itself
 * @param plain what happens at a start in a plain shell: "ok", "missing" or "undefined-symbols"
 * @param cargo the same with the library path that {@code cargo run} sets
 * @param fix one sentence that tells what to change, or null
 * @param fixAt the line of a source that the fix is about, where that is known
 * @param cargoPath the folders {@code cargo run} puts into the library path, in its order; empty
 *     where the program stands in no folder of Cargo's
 * @param cargoPlan what the loader does with that path, or null where there is none
 */
public record Linkage(
    Verdict verdict,
    Confidence confidence,
    List<Dylib> dylibs,
    @Nullable String plain,
    @Nullable String cargo,
    List<Evidence> evidence,
    @Nullable String fix,
    @Nullable SourceLine fixAt,
    List<String> cargoPath,
    @Nullable LoadPlan cargoPlan) {

  /** A judgement of a program that stands in no folder of Cargo's. */
  public Linkage(
      Verdict verdict,
      Confidence confidence,
      List<Dylib> dylibs,
      @Nullable String plain,
      @Nullable String cargo,
      List<Evidence> evidence,
      @Nullable String fix) {
    this(verdict, confidence, dylibs, plain, cargo, evidence, fix, null, List.of(), null);
  }

  /**
   * One dylib's judgement.
   *
   * @param expectedBy "option", "cargo", "needed" or "policy"
   * @param needed whether the program names it
   * @param file where it is, or null
   * @param imports symbols of it that the program asks for; -1 unknown
   * @param exports symbols it offers, without the standard library's; -1 unknown
   * @param definedInBoth symbols of it that the program defines too; -1 unknown
   * @param staticCrates crates of it whose code stands in the program
   * @param fix one sentence that tells what to change about this one, or null; of a used one null
   *     as well, for it is the program's start that may want a change then
   * @param fixAt the line of a source that the fix is about, where that is known
   */
  public record Dylib(
      String name,
      String expectedBy,
      boolean needed,
      @Nullable String file,
      Verdict verdict,
      Confidence confidence,
      long imports,
      long exports,
      long definedInBoth,
      List<String> staticCrates,
      List<Evidence> evidence,
      @Nullable String fix,
      @Nullable SourceLine fixAt) {

    /** {@return the same with what there is to change} */
    Dylib fixed(@Nullable String change, @Nullable SourceLine at) {
      return new Dylib(
          name,
          expectedBy,
          needed,
          file,
          verdict,
          confidence,
          imports,
          exports,
          definedInBoth,
          staticCrates,
          evidence,
          change,
          at);
    }
  }

  /**
   * Something a person can check.
   *
   * @param kind stable word ("needed", "imports", "defined-in-both", "static-crates", "bodies",
   *     "strings", …)
   * @param detail one sentence
   */
  public record Evidence(String kind, String detail) {}

  /**
   * A line of a source.
   *
   * @param file its path; relative ones start where binspect runs
   * @param line from 1
   */
  public record SourceLine(String file, int line) {}
}
