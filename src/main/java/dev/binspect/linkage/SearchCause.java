package dev.binspect.linkage;

import dev.binspect.image.Format;
import dev.binspect.linkage.Linkage.Dylib;
import dev.binspect.linkage.Linkage.Evidence;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoUnits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a loader needs to find a library: where to put it, or which folder to name. */
final class SearchCause {
  private SearchCause() {}

  static Cause unresolvable(
      Dylib dylib,
      Program program,
      Search search,
      @Nullable CargoFolder folder,
      @Nullable CargoUnits units) {
    String loader = missingLoader(program, search);
    if (loader != null) {
      return new Cause(
          List.of(),
          "Name the folder that holds the files of a machine this program is for with --sysroot: its"
              + " loader "
              + loader
              + " is not on this one.");
    }
    if (LibraryName.isStd(dylib.name())) {
      return new Cause(
          List.of(),
          "Install the Rust toolchain that "
              + dylib.name()
              + " belongs to, or rebuild the program with the toolchain at hand.");
    }
    if (folder != null && Cause.unit(dylib, units) != null) {
      return new Cause(
          List.of(),
          "Run the build again: Cargo made "
              + dylib.name()
              + " for this program, and it is gone from "
              + folder.build()
              + ".");
    }
    if (folder != null
        && search.knowsCargo()
        && program.rust()
        && dylib.file() == null
        && mayBeBuilt(dylib, program, folder, units)) {
      return new Cause(
          List.of(),
          "Run the build again: "
              + dylib.name()
              + " is gone from "
              + folder.build()
              + ", where Cargo put it or the program was linked with it.");
    }
    String beside = besideIsSearched(program);
    String file = dylib.file();
    if (file != null && !beside.isEmpty() && folderOf(file).equals(folderOf(program.path()))) {
      return new Cause(
          List.of(),
          dylib.name()
              + " stands beside the program, where the loader does not look: link with "
              + originFlag(program)
              + ", or name its folder in "
              + variable(program)
              + ".");
    }
    return new Cause(
        List.of(),
        "Put "
            + dylib.name()
            + " beside the program"
            + beside
            + ", or name its folder in "
            + variable(program)
            + ".");
  }

  /**
   * {@return whether a build makes the library} What build scripts name, or has a version in its
   * name, is the system's or a vendor's, but where a script tells the linker to search what it
   * made.
   */
  private static boolean mayBeBuilt(
      Dylib dylib, Program program, CargoFolder folder, @Nullable CargoUnits units) {
    boolean foreign = dylib.name().contains(".so.");
    if (units == null) {
      return !foreign;
    }
    CargoUnits.LinkInstructions told = units.linkInstructions();
    String key = LibraryName.key(dylib.name());
    for (String library : told.libraries()) {
      foreign |= LibraryName.key(library).equals(key);
    }
    if (!foreign) {
      return true;
    }
    String build = program.door().realPath(folder.build()) + "/";
    for (String searched : told.searched()) {
      if (program.door().realPath(searched).startsWith(build)) {
        return true;
      }
    }
    return false;
  }

  private static String folderOf(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /**
   * {@return the program's loader, if it was not found: then what else is missing says nothing, for
   * another machine was meant; null if it is there}
   */
  private static @Nullable String missingLoader(Program program, Search search) {
    String loader = program.image().interpreter();
    if (loader != null) {
      for (LoadPlan.Missing missing : search.plainPlan().missing()) {
        if (missing.name().equals(loader)) {
          return loader;
        }
      }
    }
    return null;
  }

  /** The program names folders for its libraries, and this one is in none of them. */
  static Cause notInPlace(Dylib dylib, Program program) {
    return new Cause(
        List.of(),
        "Put "
            + dylib.name()
            + " where the program looks for it, or name its folder in "
            + variable(program)
            + ".");
  }

  /** A used dylib needs a fix only where the program does not start without Cargo. */
  static Cause used(Program program, Search search) {
    if (!search.plain().equals(Search.MISSING)) {
      return Cause.NONE;
    }
    if (!search.cargo().equals(Search.OK)) {
      return search.knowsCargo() ? Cause.NONE : copied(program, search);
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
            + (program.image().format() == Format.PE
                ? String.join(";", folders)
                : forShell(String.join(":", folders)))
            + ".");
  }

  /** {@return the text as a shell takes it for one word} */
  static String forShell(String text) {
    boolean plain = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      plain &= Character.isLetterOrDigit(c) || "/._-+:@%,=".indexOf(c) >= 0;
    }
    return plain ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  /** The program was copied away from what it needs, or installed without. */
  private static Cause copied(Program program, Search search) {
    List<String> names = new ArrayList<>();
    for (var missing : search.plainPlan().missing()) {
      if (!names.contains(missing.name())) {
        names.add(missing.name());
      }
    }
    return new Cause(
        List.of(),
        "To start it here, put "
            + String.join(" and ", names)
            + " beside the program"
            + besideIsSearched(program)
            + ", or name the folders that hold them in "
            + variable(program)
            + ".");
  }

  /**
   * {@return what makes the loader look into the program's own folder, as its builder writes it}
   */
  private static String besideIsSearched(Program program) {
    // Windows looks there first.
    return program.image().format() == Format.PE ? "" : " and link with " + originFlag(program);
  }

  private static String originFlag(Program program) {
    String origin = program.image().format() == Format.MACHO ? "@executable_path" : "$ORIGIN";
    return program.rust() ? "-C link-arg=-Wl,-rpath," + origin : "-Wl,-rpath,'" + origin + "'";
  }

  /** {@return the variable in which the loader finds folders to search} */
  private static String variable(Program program) {
    return switch (program.image().format()) {
      case ELF -> "LD_LIBRARY_PATH";
      case MACHO -> "DYLD_LIBRARY_PATH";
      case PE -> "PATH";
    };
  }
}
