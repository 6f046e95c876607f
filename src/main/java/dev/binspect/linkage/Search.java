package dev.binspect.linkage;

import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.load.LeftTo;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Loaders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happens when the program is started: in a plain shell, and with the library path that {@code
 * cargo run} sets.
 */
final class Search {
  static final String OK = "ok";
  static final String MISSING = "missing";
  static final String UNDEFINED = "undefined-symbols";

  private final LoadPlan plainPlan;
  private final @Nullable LoadPlan cargoPlan;
  private final List<String> cargoPath;
  private final LoadPlan best;

  /**
   * What neither start finds, by key; what is only wanted is left out. Of several the first one
   * that was searched for.
   */
  private final Map<String, LoadPlan.Missing> missingByKey = new HashMap<>();

  /**
   * The same, by the very names: two toolchains' libstd, or two versions of a library, share a key.
   */
  private final Set<String> missingNames = new HashSet<>();

  /** The objects of the better start by their keys, filled when first asked. */
  private final Map<String, LoadedObject> objects = new HashMap<>();

  /** What each object needs, by its path, as keys. */
  private final Map<String, Set<String>> needs = new HashMap<>();

  private Search(LoadPlan plainPlan, @Nullable LoadPlan cargoPlan, List<String> cargoPath) {
    this.plainPlan = plainPlan;
    this.cargoPlan = cargoPlan;
    this.cargoPath = cargoPath;
    this.best = cargoPlan == null || better(plainPlan, cargoPlan) ? plainPlan : cargoPlan;
    Map<String, Set<String>> optional = optional(best);
    for (LoadPlan.Missing one : best.missing()) {
      if (!isOptional(optional, one)) {
        missingNames.add(one.name().toLowerCase(Locale.ROOT));
        String key = LibraryName.key(one.name());
        LoadPlan.Missing had = missingByKey.get(key);
        if (had == null || had.searched().isEmpty()) {
          missingByKey.put(key, one);
        }
      }
    }
  }

  /**
   * Plans what {@code cargo run} would do.
   *
   * @param world in which the plain shell's plan was made
   */
  static Search of(
      String path,
      Image image,
      LoadPlan plain,
      LoadOptions world,
      List<String> cargoPath,
      Door door) {
    if (cargoPath.isEmpty() || plain.loader() == LoadPlan.Loader.NONE) {
      return new Search(plain, null, cargoPath);
    }
    // The search alone is cheap; symbols need binding again only where it finds other files.
    LoadPlan searched = plan(path, image, world, cargoPath, false, door);
    if (sameObjects(plain, searched) && plain.missing().isEmpty()) {
      return new Search(plain, plain, cargoPath);
    }
    return new Search(plain, plan(path, image, world, cargoPath, true, door), cargoPath);
  }

  /** Cargo puts its folders before those of the environment. */
  private static LoadPlan plan(
      String path,
      Image image,
      LoadOptions world,
      List<String> cargoPath,
      boolean bindings,
      Door door) {
    List<String> libraryPath = new ArrayList<>(world.libraryPath());
    libraryPath.addAll(cargoPath);
    return Loaders.plan(
        path,
        image,
        new LoadOptions(
            world.sysroot(),
            libraryPath,
            world.environment(),
            world.bindNow(),
            bindings && world.bindings()),
        door);
  }

  private static boolean sameObjects(LoadPlan one, LoadPlan other) {
    if (one.objects().size() != other.objects().size()) {
      return false;
    }
    for (int i = 0; i < one.objects().size(); i++) {
      if (!one.objects().get(i).path().equals(other.objects().get(i).path())) {
        return false;
      }
    }
    return true;
  }

  /** {@return what happens in a plain shell} */
  LoadPlan plainPlan() {
    return plainPlan;
  }

  /** {@return Cargo's library path, in its order} */
  List<String> cargoPath() {
    return cargoPath;
  }

  /** {@return "ok", "missing" or "undefined-symbols"} */
  String plain() {
    return outcome(plainPlan);
  }

  /** {@return the same with Cargo's library path; as in a plain shell where there is none} */
  String cargo() {
    return cargoPlan == null ? plain() : outcome(cargoPlan);
  }

  /** {@return what the loader does with Cargo's library path, or null where there is none} */
  @Nullable LoadPlan cargoPlan() {
    return cargoPlan;
  }

  /** {@return whether Cargo's library path is known: the program stands in a folder of Cargo's} */
  boolean knowsCargo() {
    return cargoPlan != null;
  }

  private static String outcome(LoadPlan plan) {
    if (hardMissing(plan)) {
      return MISSING;
    }
    // What a plug-in asks its host for hinders no start.
    return plan.undefined(LeftTo.NOBODY).isEmpty() && plan.refusal() == null ? OK : UNDEFINED;
  }

  /** A library that is only wanted, not needed, keeps nothing from starting. */
  private static boolean hardMissing(LoadPlan plan) {
    Map<String, Set<String>> optional = optional(plan);
    for (LoadPlan.Missing missing : plan.missing()) {
      if (!isOptional(optional, missing)) {
        return true;
      }
    }
    return false;
  }

  /** {@return the names of what is missing and only wanted, by the path of who wants it} */
  private static Map<String, Set<String>> optional(LoadPlan plan) {
    Map<String, Set<String>> missing = new HashMap<>();
    for (LoadPlan.Missing one : plan.missing()) {
      Set<String> names = missing.get(one.requiredBy());
      if (names == null) {
        names = new HashSet<>();
        missing.put(one.requiredBy(), names);
      }
      names.add(one.name());
    }
    Map<String, Set<String>> optional = new HashMap<>();
    if (missing.isEmpty()) {
      return optional;
    }
    for (LoadedObject object : plan.objects()) {
      Image image = object.image();
      Set<String> names = missing.get(object.path());
      if (image == null || names == null || optional.containsKey(object.path())) {
        continue;
      }
      Set<String> first = new HashSet<>();
      Set<String> wanted = new HashSet<>();
      for (Needed one : image.needed()) {
        if (names.contains(one.name())
            && first.add(one.name())
            && (one.how() == Needed.How.WEAK
                || one.how() == Needed.How.LAZY
                || one.how() == Needed.How.DELAY)) {
          wanted.add(one.name());
        }
      }
      optional.put(object.path(), wanted);
    }
    return optional;
  }

  private static boolean isOptional(Map<String, Set<String>> optional, LoadPlan.Missing one) {
    Set<String> names = optional.get(one.requiredBy());
    return names != null && names.contains(one.name());
  }

  /** {@return the better of the two starts: what the program finds if it is started rightly} */
  LoadPlan best() {
    return best;
  }

  /** Of two starts that fail alike the one that finds more is the better; else the plain one. */
  private static boolean better(LoadPlan plain, LoadPlan cargo) {
    int one = rank(outcome(plain));
    int other = rank(outcome(cargo));
    return one < other || (one == other && plain.missing().size() <= cargo.missing().size());
  }

  private static int rank(String outcome) {
    return outcome.equals(OK) ? 0 : outcome.equals(UNDEFINED) ? 1 : 2;
  }

  /** {@return the object of that name in the better start, or null} */
  @Nullable LoadedObject object(String key) {
    if (objects.isEmpty()) {
      for (LoadedObject object : best.objects()) {
        if (object.depth() > 0) {
          keep(LibraryName.key(object.name()), object);
          keep(LibraryName.key(object.path()), object);
        }
      }
    }
    return objects.get(key);
  }

  /** The first object of a key answers to it. */
  private void keep(String key, LoadedObject object) {
    if (!objects.containsKey(key)) {
      objects.put(key, object);
    }
  }

  /** {@return whether an object names a library of that key as needed} */
  boolean needs(LoadedObject object, String key) {
    Set<String> keys = needs.get(object.path());
    if (keys == null) {
      keys = new HashSet<>();
      Image image = object.image();
      if (image != null) {
        for (Needed needed : image.needed()) {
          keys.add(LibraryName.key(needed.name()));
        }
      }
      needs.put(object.path(), keys);
    }
    return keys.contains(key);
  }

  /** {@return whether neither start finds a library of that very name; Windows knows no case} */
  boolean lacks(String name) {
    return missingNames.contains(name.toLowerCase(Locale.ROOT));
  }

  /** {@return the library of that key that neither start finds, or null} */
  LoadPlan.@Nullable Missing missing(String key) {
    return missingByKey.get(key);
  }
}
