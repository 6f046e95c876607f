package dev.binspect.linkage;

import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Loaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happens when the program is started: in a plain shell, and with the library path that {@code
 * cargo run} sets.
 *
 * @param plainPlan in a plain shell
 * @param cargoPlan with Cargo's library path; null where the program stands in no folder of Cargo's
 * @param cargoPath Cargo's library path, in its order
 */
record Search(LoadPlan plainPlan, @Nullable LoadPlan cargoPlan, List<String> cargoPath) {
  static final String OK = "ok";
  static final String MISSING = "missing";
  static final String UNDEFINED = "undefined-symbols";

  static Search of(String path, Image image, LoadPlan plain, List<String> cargoPath, Door door) {
    if (cargoPath.isEmpty() || plain.loader() == LoadPlan.Loader.NONE) {
      return new Search(plain, null, cargoPath);
    }
    // The search alone is cheap; symbols need binding again only where it finds other files.
    LoadPlan searched = plan(path, image, cargoPath, false, door);
    if (sameObjects(plain, searched) && plain.missing().isEmpty()) {
      return new Search(plain, plain, cargoPath);
    }
    return new Search(plain, plan(path, image, cargoPath, true, door), cargoPath);
  }

  private static LoadPlan plan(
      String path, Image image, List<String> libraryPath, boolean bindings, Door door) {
    return Loaders.plan(
        path, image, new LoadOptions(null, libraryPath, Map.of(), false, bindings), door);
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

  /** {@return "ok", "missing" or "undefined-symbols"} */
  String plain() {
    return outcome(plainPlan);
  }

  /** {@return the same with Cargo's library path; as in a plain shell where there is none} */
  String cargo() {
    return cargoPlan == null ? plain() : outcome(cargoPlan);
  }

  /** {@return whether Cargo's library path is known: the program stands in a folder of Cargo's} */
  boolean knowsCargo() {
    return cargoPlan != null;
  }

  private static String outcome(LoadPlan plan) {
    if (hardMissing(plan)) {
      return MISSING;
    }
    return plan.undefined().isEmpty() ? OK : UNDEFINED;
  }

  /** A library that is only wanted, not needed, keeps nothing from starting. */
  private static boolean hardMissing(LoadPlan plan) {
    for (LoadPlan.Missing missing : plan.missing()) {
      if (!optional(plan, missing)) {
        return true;
      }
    }
    return false;
  }

  static boolean optional(LoadPlan plan, LoadPlan.Missing missing) {
    for (LoadedObject object : plan.objects()) {
      Image image = object.image();
      if (image == null || !object.path().equals(missing.requiredBy())) {
        continue;
      }
      for (Needed needed : image.needed()) {
        if (needed.name().equals(missing.name())) {
          return needed.how() == Needed.How.WEAK
              || needed.how() == Needed.How.LAZY
              || needed.how() == Needed.How.DELAY;
        }
      }
    }
    return false;
  }

  /** {@return the better of the two starts: what the program finds if it is started rightly} */
  LoadPlan best() {
    LoadPlan cargo = cargoPlan;
    if (cargo == null) {
      return plainPlan;
    }
    return rank(outcome(plainPlan)) <= rank(outcome(cargo)) ? plainPlan : cargo;
  }

  private static int rank(String outcome) {
    return outcome.equals(OK) ? 0 : outcome.equals(UNDEFINED) ? 1 : 2;
  }

  /** {@return the object of that name in the better start, or null} */
  @Nullable LoadedObject object(String key) {
    for (LoadedObject object : best().objects()) {
      if (object.depth() > 0
          && (LibraryName.key(object.name()).equals(key)
              || LibraryName.key(object.path()).equals(key))) {
        return object;
      }
    }
    return null;
  }

  /** {@return libraries that neither start finds, those that are only wanted left out} */
  List<LoadPlan.Missing> missing() {
    List<LoadPlan.Missing> missing = new ArrayList<>();
    LoadPlan plan = best();
    for (LoadPlan.Missing one : plan.missing()) {
      if (!optional(plan, one)) {
        missing.add(one);
      }
    }
    return missing;
  }
}
