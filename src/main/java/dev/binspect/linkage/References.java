package dev.binspect.linkage;

import dev.binspect.image.Door;
import dev.binspect.linkage.Linkage.Evidence;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoSources;
import dev.binspect.rust.CargoUnits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the sources that a program was built from refer to a dylib.
 *
 * @param known whether any source was at hand
 * @param at the first reference under no condition, or null
 * @param conditional the first one that a condition may compile out, or null
 * @param root source of the first dependent's crate root, or null
 */
record References(
    boolean known,
    CargoSources.@Nullable Reference at,
    CargoSources.@Nullable Reference conditional,
    @Nullable String root,
    List<Evidence> evidence) {

  static References of(CargoFolder folder, CargoUnits.Unit unit, Door door) {
    boolean known = false;
    CargoSources.@Nullable Reference unconditional = null;
    CargoSources.@Nullable Reference conditional = null;
    @Nullable String root = null;
    List<Evidence> evidence = new ArrayList<>();
    for (String dependent : unit.dependents()) {
      CargoSources.Found found = CargoSources.references(folder, dependent, unit.name(), door);
      if (found.files().isEmpty()) {
        continue;
      }
      known = true;
      if (root == null) {
        root = found.files().get(0);
      }
      for (CargoSources.Reference one : found.references()) {
        if (one.condition() == null) {
          unconditional = unconditional == null ? one : unconditional;
        } else if (conditional == null) {
          conditional = one;
        }
        if (evidence.size() < 3) {
          evidence.add(
              new Evidence(
                  "reference",
                  one.file()
                      + ":"
                      + one.line()
                      + " refers to "
                      + unit.name()
                      + (one.condition() == null ? "" : " under " + one.condition())));
        }
      }
    }
    if (known && evidence.isEmpty()) {
      evidence.add(
          new Evidence(
              "never-referenced",
              "no source of "
                  + String.join(", ", unit.dependents())
                  + " refers to "
                  + unit.name()));
    }
    return new References(known, unconditional, conditional, root, evidence);
  }
}
