package dev.binspect.linkage;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.image.SearchPaths;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadedObject;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoUnits;
import dev.binspect.rust.DylibFiles;
import dev.binspect.rust.Toolchains;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which libraries were meant to be used: those that the user or a policy names, those that Cargo
 * built for this program, and those that the program itself needs.
 */
final class Expectations {
  /** Libraries that a program needs itself and that are judged: no honest one needs more. */
  static final int MOST_NEEDED = 500;

  private final Program program;
  private final Search search;
  private final @Nullable CargoFolder folder;
  private final @Nullable CargoUnits units;
  private final @Nullable String namedFolder;
  private final Map<String, Candidate> candidates = new LinkedHashMap<>();
  private final Map<String, String> unitFiles = new LinkedHashMap<>();
  private @Nullable LibraryPlaces places;

  private Expectations(
      Program program,
      Search search,
      @Nullable String namedFolder,
      @Nullable CargoFolder folder,
      @Nullable CargoUnits units) {
    this.namedFolder = namedFolder;
    this.program = program;
    this.search = search;
    this.folder = folder;
    this.units = units;
  }

  static List<Candidate> of(
      Program program,
      Search search,
      LinkageJudge.Expectation expectation,
      @Nullable CargoFolder folder,
      @Nullable CargoUnits units) {
    Expectations all = new Expectations(program, search, expectation.cargoFolder(), folder, units);
    all.findUnits();
    for (String name : expectation.names()) {
      all.add(name, "option", name.indexOf('/') >= 0 ? name : null);
    }
    for (String name : expectation.policyNames()) {
      all.add(name, "policy", null);
    }
    all.addCargo();
    all.addNeeded();
    return new ArrayList<>(all.candidates.values());
  }

  /** Finds the dylibs among the units that the program was built with. */
  private void findUnits() {
    if (folder == null || units == null) {
      return;
    }
    for (CargoUnits.Unit unit : units.units()) {
      String file = DylibFiles.dylib(folder, unit, program.door());
      if (file != null || DylibFiles.wasDylib(folder, unit, program.door())) {
        unitFiles.put(LibraryName.key(unit.target()), file == null ? "" : file);
      }
    }
  }

  private void addCargo() {
    if (units == null) {
      return;
    }
    for (String key : unitFiles.keySet()) {
      add(key, "cargo", null);
    }
    for (String library : units.linkInstructions().libraries()) {
      if (!LibraryName.isRuntime(library) && !systems(library)) {
        add(library, "cargo", null);
      }
    }
  }

  /**
   * Whether a build script's library came from the system, as it should: a Bevy program that needs
   * libasound, itself or by its dylib, is not one that uses its dylib.
   */
  private boolean systems(String library) {
    String key = LibraryName.key(library);
    LoadedObject object = search.object(key);
    if (object == null) {
      return false;
    }
    Image image = object.image();
    return image != null
        && ofTheSystem(object)
        && !RustOrigin.of(image)
        && (program.neededName(key) != null || neededByTheBuild(key));
  }

  private boolean neededByTheBuild(String key) {
    for (LoadedObject object : search.best().objects()) {
      if (object.depth() > 0 && !ofTheSystem(object) && search.needs(object, key)) {
        return true;
      }
    }
    return false;
  }

  private static boolean ofTheSystem(LoadedObject object) {
    return object.foundBy() == FoundBy.CACHE || object.foundBy() == FoundBy.DEFAULT;
  }

  /**
   * A Rust program names its dylibs; a C library that it needs besides was not the question. Of a
   * program in another language every library is its own, as far as something binds to it.
   */
  private void addNeeded() {
    // Whether it is a Rust program is asked last: to answer no, every symbol's name is looked at.
    List<Needed> names = program.image().needed();
    for (Needed needed : names.subList(0, Math.min(MOST_NEEDED, names.size()))) {
      String key = LibraryName.key(needed.name());
      boolean absent = search.lacks(needed.name());
      if (LibraryName.isRuntime(needed.name()) && !(absent && lost(needed.name()))) {
        continue;
      }
      LoadedObject object = search.object(key);
      Image image = object == null ? null : object.image();
      boolean wanted;
      if (absent) {
        wanted = true;
      } else if (image != null) {
        wanted = !program.rust() || RustOrigin.of(image) || inCargoFolder(object);
      } else {
        // dyld's shared cache holds Apple's libraries alone.
        wanted =
            !program.rust() || program.image().format() != Format.MACHO && program.asksForCrates();
      }
      if (wanted) {
        add(needed.name(), "needed", null);
      }
    }
  }

  private boolean inCargoFolder(@Nullable LoadedObject object) {
    return folder != null
        && object != null
        && (object.path().startsWith(folder.build() + "/")
            || object.path().startsWith(folder.uplifted() + "/"));
  }

  /**
   * Whether a library that the loader does not find is not to be found at all. Of a Rust program
   * that was copied out of Cargo's folder nobody knows the library path that Cargo would set: only
   * what the program itself says of places, and what every toolchain has, can be looked after.
   */
  private boolean lost(String library) {
    if (search.knowsCargo() || !program.rust()) {
      return true;
    }
    if (LibraryName.isStd(library)) {
      Door door = program.door();
      return !Toolchains.standardLibraries(door).isEmpty()
          && Toolchains.holding(library, folder, door) == null;
    }
    if (library.endsWith(".dll")) {
      // Windows searches beside the program; cargo run sets PATH, and only for what it built.
      return !program.importsByLibrary().namesRust(library);
    }
    if (library.contains(".so.")) {
      // Libraries with a version in their name are the system's.
      return true;
    }
    SearchPaths paths = program.image().searchPaths();
    return absolute(paths.rpath()) || absolute(paths.runpath());
  }

  private static boolean absolute(List<String> folders) {
    for (String folder : folders) {
      if (folder.startsWith("/") && !folder.contains("/rustlib/")) {
        return true;
      }
    }
    return false;
  }

  private void add(String name, String by, @Nullable String file) {
    String spelt = LibraryName.key(name);
    if (spelt.isEmpty() || candidates.containsKey(spelt)) {
      return;
    }
    LoadedObject object = search.object(spelt);
    AtHand there = object == null ? find(spelt, file) : null;
    String key = object == null ? loadedAs(spelt, there) : spelt;
    if (candidates.containsKey(key)) {
      return;
    }
    if (!key.equals(spelt)) {
      object = search.object(key);
    }
    String neededName = program.neededName(key);
    @Nullable String found = object != null ? object.path() : there == null ? null : there.path();
    @Nullable Image image = object != null ? object.image() : there == null ? null : there.image();
    String shown =
        neededName != null
            ? neededName
            : found != null ? found.substring(found.lastIndexOf('/') + 1) : name;
    candidates.put(
        key,
        new Candidate(
            shown,
            key,
            by,
            neededName,
            found,
            image,
            object != null,
            neededName == null
                ? search.missing(key) != null && lost(name)
                : search.lacks(neededName) && lost(neededName)));
  }

  /** A library at hand. */
  private record AtHand(String path, Image image) {}

  /** {@return the library where the user, Cargo or the folders at hand have it, or null} */
  private @Nullable AtHand find(String key, @Nullable String file) {
    for (String path : new String[] {file, unitFiles.get(key)}) {
      Image there = path != null && !path.isEmpty() ? image(path) : null;
      if (path != null && there != null) {
        return new AtHand(path, there);
      }
    }
    LibraryPlaces known = places;
    if (known == null) {
      known =
          new LibraryPlaces(
              program,
              folder,
              namedFolder,
              units == null ? List.of() : units.linkInstructions().searched());
      places = known;
    }
    boolean runtime = LibraryName.isRuntime(key) && program.rust();
    for (String path : known.of(key)) {
      Image there = image(path);
      // Who asks a Rust program for "util" means a crate, not glibc's libutil.so.1.
      if (there != null && !(runtime && !RustOrigin.of(there))) {
        return new AtHand(path, there);
      }
    }
    return null;
  }

  /**
   * {@return the key under which the loader knows the library}
   *
   * <p>A linker takes {@code libpng.so} for {@code -lpng} and writes down what that file calls
   * itself: {@code libpng16.so.16}. Where the file is not at hand, a needed name of the system's
   * that only adds a number is taken for the same library's.
   *
   * @param spelt as it was asked for; the program does not load it under this name
   */
  private String loadedAs(String spelt, @Nullable AtHand there) {
    if (program.neededName(spelt) != null) {
      return spelt;
    }
    if (there != null) {
      String own = there.image().name();
      String key = own == null ? spelt : LibraryName.key(own);
      return program.neededName(key) != null || search.object(key) != null ? key : spelt;
    }
    String numbered = null;
    for (Needed needed : program.image().needed()) {
      if (LibraryName.isNumbered(needed.name(), spelt)) {
        if (numbered != null) {
          return spelt;
        }
        numbered = LibraryName.key(needed.name());
      }
    }
    return numbered == null ? spelt : numbered;
  }

  private @Nullable Image image(String path) {
    try {
      List<Image> images = program.door().isFile(path) ? program.door().images(path) : List.of();
      for (Image image : images) {
        if (fits(image)) {
          return image;
        }
      }
      return null;
    } catch (IOException | MalformedException e) {
      // Not at hand, as far as the judgement goes; the loader's simulation tells of damage.
      return null;
    }
  }

  private boolean fits(@Nullable Image image) {
    return image != null
        && image.format() == program.image().format()
        && image.machine().equals(program.image().machine())
        && image.bits() == program.image().bits()
        && image.tables() != null;
  }
}
