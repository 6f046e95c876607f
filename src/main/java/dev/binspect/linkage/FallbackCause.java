package dev.binspect.linkage;

import dev.binspect.linkage.Linkage.Dylib;
import dev.binspect.linkage.Linkage.Evidence;
import dev.binspect.linkage.Linkage.SourceLine;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoSources;
import dev.binspect.rust.CargoUnits;
import dev.binspect.rust.DylibFiles;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a library's code stands in the program instead of being asked for: not built for it, not
 * referred to, referred to under a condition that is off, or there as an rlib too.
 */
final class FallbackCause {
  private FallbackCause() {}

  static Cause of(
      Dylib dylib, Program program, @Nullable CargoFolder folder, @Nullable CargoUnits units) {
    CargoUnits.Unit unit = Cause.unit(dylib, units);
    if (unit == null && units != null && units.known() && otherBuilds(dylib, folder, program)) {
      return new Cause(
          List.of(
              new Evidence(
                  "not-built",
                  "Cargo built no "
                      + dylib.name()
                      + " for the program"
                      + (dylib.file() == null ? "" : "; what lies there is another build's"))),
          "Turn on the feature that brings in "
              + dylib.name()
              + ", or depend on it: Cargo did not build it for this program.");
    }
    if (folder == null || units == null || unit == null || systems(dylib, folder, program)) {
      return new Cause(List.of(), withoutUnit(dylib, program));
    }
    String crate = unit.name();
    References referenced = References.of(folder, unit, program.door());
    List<Evidence> evidence = new ArrayList<>(referenced.evidence());
    boolean preferDynamic = Cause.preferDynamic(units);
    String rlib = DylibFiles.rlib(folder, unit, program.door());
    if (rlib != null) {
      evidence.add(
          new Evidence(
              "crate-type",
              crate
                  + " was built as an rlib too ("
                  + rlib
                  + ")"
                  + (preferDynamic ? "" : ", which rustc takes without -C prefer-dynamic")));
    }
    boolean alone =
        rlib != null
            && DylibFiles.dylib(folder, unit, program.door()) == null
            && !DylibFiles.wasDylib(folder, unit, program.door());
    if (alone) {
      return new Cause(
          evidence,
          "Give "
              + crate
              + " crate-type = [\"dylib\"] in its manifest: Cargo built an rlib of it for this"
              + " program.");
    }
    if (rlib != null && !preferDynamic && (referenced.at() != null || !referenced.known())) {
      return new Cause(
          evidence,
          "Build "
              + crate
              + " with crate-type = [\"dylib\"] alone, or set -C prefer-dynamic in rustflags:"
              + " rustc prefers the rlib.");
    }
    CargoSources.Reference at = referenced.conditional();
    if (at != null && referenced.at() == null) {
      return new Cause(
          evidence,
          "Turn on what "
              + at.condition()
              + " at "
              + at.file()
              + ":"
              + at.line()
              + " asks for, or take the condition away: the reference to "
              + crate
              + " is compiled out.",
          line(folder, at.file(), at.line(), program));
    }
    CargoSources.Reference plain = referenced.at();
    if (plain != null) {
      // It stands in the sources of this very build, and rustc did not see it.
      return new Cause(
          evidence,
          "Put `use "
              + crate
              + " as _;` outside of any condition or macro: the reference at "
              + plain.file()
              + ":"
              + plain.line()
              + " is not compiled.",
          line(folder, plain.file(), plain.line(), program));
    }
    String first = referenced.root();
    String root = first != null ? first : "the crate's root (src/main.rs)";
    return new Cause(
        evidence,
        "Add `use "
            + crate
            + " as _;` to "
            + root
            + ": rustc links a dylib only if the code refers to it.",
        first == null ? null : line(folder, first, 1, program));
  }

  /**
   * {@return a line whose file is named from where binspect runs, not from the workspace's root}
   */
  private static SourceLine line(CargoFolder folder, String file, int line, Program program) {
    String workspace = file.startsWith("/") ? null : folder.workspace(program.door());
    return new SourceLine(workspace == null ? file : workspace + "/" + file, line);
  }

  private static String withoutUnit(Dylib dylib, Program program) {
    // C programs have Rust's static libraries inside, and are linked by hand.
    boolean rust = program.rust() && (program.stripped() || program.rootCrate() != null);
    if (rust && !linkedByHand(dylib, program)) {
      return "Refer to the dylib in the program's source (`use "
          + LibraryName.key(dylib.name())
          + " as _;`), and build it with crate-type = [\"dylib\"] alone.";
    }
    String name = LibraryName.forLinker(dylib.name());
    if (rust) {
      return "Link the shared "
          + dylib.name()
          + " (cargo::rustc-link-lib=dylib="
          + name
          + ", or #[link(name = \""
          + name
          + "\", kind = \"dylib\")]), and keep lib"
          + name
          + ".a and its crates out of the program.";
    }
    boolean weak = false;
    for (Evidence one : dylib.evidence()) {
      weak |= one.kind().equals("weak-copies");
    }
    return "Link the shared "
        + dylib.name()
        + " (-l"
        + name
        + " without -static and -Wl,-Bstatic), and keep lib"
        + name
        + (weak
            ? ".a, and headers that do without the library, out of the program."
            : ".a out of the link.");
  }

  /**
   * {@return whether it is a library that Cargo did not build: the crate of its name ({@code zstd})
   * is one that uses it}
   */
  private static boolean systems(Dylib dylib, CargoFolder folder, Program program) {
    String file = dylib.file();
    return file != null
        && !file.startsWith(folder.build() + "/")
        && !file.startsWith(folder.uplifted() + "/")
        && DylibFiles.kind(file, program.door()) == DylibFiles.Kind.OTHER;
  }

  /** {@return whether it is a library that rustc does not link by itself: a cdylib, or C's} */
  private static boolean linkedByHand(Dylib dylib, Program program) {
    for (Evidence one : dylib.evidence()) {
      if (one.kind().equals("plain-functions")) {
        return true;
      }
    }
    String file = dylib.file();
    return file != null && DylibFiles.kind(file, program.door()) == DylibFiles.Kind.OTHER;
  }

  /** Whether there is no such file, or one in Cargo's folder that rustc can link against. */
  private static boolean otherBuilds(Dylib dylib, @Nullable CargoFolder folder, Program program) {
    String file = dylib.file();
    return file == null
        || folder != null
            && (file.startsWith(folder.build() + "/") || file.startsWith(folder.uplifted() + "/"))
            && DylibFiles.kind(file, program.door()) == DylibFiles.Kind.DYLIB;
  }
}
