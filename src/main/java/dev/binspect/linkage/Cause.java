package dev.binspect.linkage;

import dev.binspect.image.Format;
import dev.binspect.linkage.Linkage.Dylib;
import dev.binspect.linkage.Linkage.Evidence;
import dev.binspect.linkage.Linkage.SourceLine;
import dev.binspect.load.LoadedObject;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoSources;
import dev.binspect.rust.CargoUnits;
import dev.binspect.rust.DylibFiles;
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
  private static final Cause NONE = new Cause(List.of(), null);

  private Cause(List<Evidence> evidence, @Nullable String fix) {
    this(evidence, fix, null);
  }

  static Cause of(
      Dylib dylib,
      Program program,
      Search search,
      @Nullable CargoFolder folder,
      @Nullable CargoUnits units) {
    return switch (dylib.verdict()) {
      case IGNORED -> ignored(dylib, program, folder, units);
      case DROPPED -> dropped(dylib, program, folder, units);
      case UNRESOLVABLE -> unresolvable(dylib, program, folder, units);
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
                      : "-Wl,--as-needed."));
      case USED -> used(program, search);
      case UNKNOWN -> unknown(dylib);
      case STATIC -> NONE;
    };
  }

  private static Cause ignored(
      Dylib dylib, Program program, @Nullable CargoFolder folder, @Nullable CargoUnits units) {
    CargoUnits.Unit unit = unit(dylib, units);
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
    if (folder == null || units == null || unit == null) {
      return new Cause(List.of(), withoutUnit(dylib, program));
    }
    String crate = unit.name();
    References referenced = References.of(folder, unit, program.door());
    List<Evidence> evidence = new ArrayList<>(referenced.evidence());
    boolean preferDynamic = preferDynamic(units);
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
    String name = LibraryName.key(dylib.name());
    if (program.rust() && !linkedByHand(dylib, program)) {
      return "Refer to the dylib in the program's source (`use "
          + name
          + " as _;`), and build it with crate-type = [\"dylib\"] alone.";
    }
    if (program.rust()) {
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
    return "Link the shared "
        + dylib.name()
        + " (-l"
        + name
        + " without -static and -Wl,-Bstatic), and keep lib"
        + name
        + ".a out of the link.";
  }

  /** {@return whether it is a library that rustc does not link by itself: a cdylib, or C's} */
  private static boolean linkedByHand(Dylib dylib, Program program) {
    String file = dylib.file();
    return file != null && DylibFiles.kind(file, program.door()) == DylibFiles.Kind.OTHER;
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

  private static Cause unresolvable(
      Dylib dylib, Program program, @Nullable CargoFolder folder, @Nullable CargoUnits units) {
    if (LibraryName.isStd(dylib.name())) {
      return new Cause(
          List.of(),
          "Install the Rust toolchain that "
              + dylib.name()
              + " belongs to, or rebuild the program with the toolchain at hand.");
    }
    if (folder != null && unit(dylib, units) != null) {
      return new Cause(
          List.of(),
          "Run the build again: Cargo made "
              + dylib.name()
              + " for this program, and it is gone from "
              + folder.build()
              + ".");
    }
    return new Cause(
        List.of(),
        "Put "
            + dylib.name()
            + " beside the program"
            + besideIsSearched(program)
            + ", or name its folder in "
            + variable(program)
            + ".");
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

  private static Cause unknown(Dylib dylib) {
    for (Evidence one : dylib.evidence()) {
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

  /** A used dylib needs a fix only where the program does not start without Cargo. */
  private static Cause used(Program program, Search search) {
    if (!search.plain().equals(Search.MISSING) || !search.cargo().equals(Search.OK)) {
      return NONE;
    }
    List<String> folders = new ArrayList<>();
    List<String> names = new ArrayList<>();
    boolean std = false;
    for (var missing : search.plainPlan().missing()) {
      LoadedObject object = search.object(LibraryName.key(missing.name()));
      names.add(missing.name());
      std |= LibraryName.isStd(missing.name());
      if (object != null) {
        String path = object.path();
        String folder = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        if (!folders.contains(folder)) {
          folders.add(folder);
        }
      }
    }
    return new Cause(
        List.of(
            new Evidence(
                "search",
                "a plain shell does not find "
                    + String.join(", ", names)
                    + "; cargo run does, with "
                    + String.join(":", folders))),
        "To start it without cargo, "
            // rustc writes search paths for its own dylibs only, and those need libstd.
            + (program.image().format() == Format.PE || !std
                ? ""
                : "link with -C rpath=yes on this machine, or ")
            + "ship "
            + String.join(" and ", names)
            + " beside the program"
            + besideIsSearched(program)
            + ", or set "
            + variable(program)
            + "="
            + String.join(program.image().format() == Format.PE ? ";" : ":", folders)
            + ".");
  }

  /**
   * {@return what makes the loader look into the program's own folder, as its builder writes it}
   */
  private static String besideIsSearched(Program program) {
    String origin =
        switch (program.image().format()) {
          case ELF -> "$ORIGIN";
          case MACHO -> "@executable_path";
          case PE -> "";
        };
    if (origin.isEmpty()) {
      return ""; // Windows looks there first.
    }
    return " and link with "
        + (program.rust() ? "-C link-arg=-Wl,-rpath," + origin : "-Wl,-rpath,'" + origin + "'");
  }

  /** {@return the variable in which the loader finds folders to search} */
  private static String variable(Program program) {
    return switch (program.image().format()) {
      case ELF -> "LD_LIBRARY_PATH";
      case MACHO -> "DYLD_LIBRARY_PATH";
      case PE -> "PATH";
    };
  }

  /** Whether there is no such file, or one in Cargo's folder that rustc can link against. */
  private static boolean otherBuilds(Dylib dylib, @Nullable CargoFolder folder, Program program) {
    String file = dylib.file();
    return file == null
        || folder != null
            && (file.startsWith(folder.build() + "/") || file.startsWith(folder.uplifted() + "/"))
            && DylibFiles.kind(file, program.door()) == DylibFiles.Kind.DYLIB;
  }

  private static CargoUnits.@Nullable Unit unit(Dylib dylib, @Nullable CargoUnits units) {
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
