package dev.binspect.linkage;

import dev.binspect.image.Format;
import dev.binspect.linkage.Linkage.Dylib;
import dev.binspect.linkage.Linkage.Evidence;
import dev.binspect.linkage.Linkage.SourceLine;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoUnits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a library was not used as it was meant to be, and the one thing to change.
 *
 * @param evidence what shows the cause
 * @param fix one sentence, or null where nothing is to be changed
 * @param at the line to change, where it is known
 */
record Cause(List<Evidence> evidence, @Nullable String fix, @Nullable SourceLine at) {
  static final Cause NONE = new Cause(List.of(), null);

  Cause(List<Evidence> evidence, @Nullable String fix) {
    this(evidence, fix, null);
  }

  static Cause of(
      Dylib dylib,
      Program program,
      Search search,
      @Nullable CargoFolder folder,
      @Nullable CargoUnits units) {
    return switch (dylib.verdict()) {
      case IGNORED -> FallbackCause.of(dylib, program, folder, units);
      case DROPPED -> dropped(dylib, program, folder, units);
      case UNRESOLVABLE -> SearchCause.unresolvable(dylib, program, search, folder, units);
      case STALE ->
          new Cause(
              List.of(),
              program.rust()
                  ? "Rebuild the program together with "
                      + dylib.name()
                      + ": the library was built again after the program was linked, or another"
                      + " file of that name is found first."
                  : "Rebuild the program against the "
                      + dylib.name()
                      + " that is found at start, or let the right one be found first.");
      case PARTIAL -> partial(dylib, program);
      case LINKED_UNUSED ->
          new Cause(
              List.of(),
              "Leave "
                  + dylib.name()
                  + " out of the link, or link with "
                  + (program.image().format() == Format.MACHO
                      ? "-Wl,-dead_strip_dylibs."
                      : "-Wl,--as-needed before it on the linker's command line."));
      case USED -> SearchCause.used(program, search);
      case UNKNOWN -> unknown(dylib, program);
      case STATIC -> NONE;
    };
  }

  private static Cause dropped(
      Dylib dylib, Program program, @Nullable CargoFolder folder, @Nullable CargoUnits units) {
    List<Evidence> evidence = new ArrayList<>();
    boolean std = false;
    for (var needed : program.image().needed()) {
      std |= LibraryName.isStd(needed.name());
    }
    if (std && units != null && units.known() && !preferDynamic(units)) {
      evidence.add(
          new Evidence(
              "referenced",
              "libstd is dynamic though -C prefer-dynamic is not set: the code refers to the dylib,"
                  + " and the linker's --as-needed dropped it, because nothing of it is used"));
      return new Cause(
          evidence,
          "Use something of " + dylib.name() + ", or take the dependency away: it does nothing.");
    }
    CargoUnits.Unit unit = unit(dylib, units);
    if (folder != null && unit != null) {
      References referenced = References.of(folder, unit, program.door());
      evidence.addAll(referenced.evidence());
    }
    return new Cause(
        evidence,
        "Take "
            + dylib.name()
            + " out of the build, or use something of it: the program is linked without it.");
  }

  private static Cause partial(Dylib dylib, Program program) {
    String what =
        dylib.staticCrates().isEmpty() ? "its objects" : SharedCrates.named(dylib.staticCrates());
    return new Cause(
        List.of(),
        program.rust()
            ? "Let the program and "
                + dylib.name()
                + " share "
                + what
                + ": one version of each (cargo tree -d), and a dylib instead of a cdylib."
            : "Take the objects that "
                + dylib.name()
                + " has too out of the link: the program has two copies of them.");
  }

  private static Cause unknown(Dylib dylib, Program program) {
    for (Evidence one : dylib.evidence()) {
      if (one.kind().equals("search-path")) {
        return SearchCause.notInPlace(dylib, program);
      }
      if (one.kind().equals("no-such-library")) {
        return new Cause(
            List.of(),
            "Look whether "
                + dylib.name()
                + " is what the library is called: "
                + one.detail()
                + ".");
      }
    }
    return NONE;
  }

  static CargoUnits.@Nullable Unit unit(Dylib dylib, @Nullable CargoUnits units) {
    if (units == null) {
      return null;
    }
    String key = LibraryName.key(dylib.name());
    for (CargoUnits.Unit unit : units.units()) {
      if (LibraryName.key(unit.target()).equals(key)) {
        return unit;
      }
    }
    return null;
  }

  static boolean preferDynamic(CargoUnits units) {
    for (String flag : units.rustflags()) {
      if (flag.contains("prefer-dynamic") && !flag.endsWith("=no")) {
        return true;
      }
    }
    return false;
  }
}
