package dev.binspect.check;

import dev.binspect.image.Image;
import dev.binspect.linkage.CrateSizes;
import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.RustOrigin;
import dev.binspect.linkage.Verdict;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.report.Report;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Crates that must come from a dylib. The judge of linkage names those of a library whose code
 * stands in the program as well; where no library that is loaded holds the crate, whatever the
 * program's symbols show of it is the program's own copy.
 */
final class ForbiddenCrates {
  private final Report report;
  private final @Nullable Linkage linkage;
  private final @Nullable Map<String, Long> crates;

  /** The crates of the libraries that are loaded, once asked for. */
  private @Nullable Set<String> held;

  /** Some libraries do not tell theirs. */
  private boolean hidden;

  private ForbiddenCrates(Report report) {
    this.report = report;
    this.linkage = report.linkage();
    this.crates = report.images().isEmpty() ? null : CrateSizes.of(report.images().getFirst());
  }

  static List<Check> judge(Report report, Policy policy) {
    List<Check> checks = new ArrayList<>();
    if (!policy.forbidStatic().isEmpty()) {
      ForbiddenCrates program = new ForbiddenCrates(report);
      for (String crate : policy.forbidStatic()) {
        checks.add(program.judge(crate));
      }
    }
    return checks;
  }

  private Check judge(String crate) {
    String plain = crate.replace('-', '_');
    List<String> copies = new ArrayList<>();
    @Nullable String fix = null;
    @Nullable String link = null;
    boolean judged = false;
    boolean fallback = false;
    List<Linkage.Dylib> dylibs = linkage == null ? List.of() : linkage.dylibs();
    for (Linkage.Dylib dylib : dylibs) {
      judged |= dylib.verdict() != Verdict.UNKNOWN;
      boolean copied = dylib.staticCrates().contains(plain) || dylib.staticCrates().contains(crate);
      if (dylib.verdict() == Verdict.IGNORED) {
        fallback |= copied;
        link = link == null || copied ? dylib.fix() : link;
      } else if (copied) {
        copies.add(dylib.name());
        fix = fix == null ? dylib.fix() : fix;
      }
    }
    if (!copies.isEmpty()) {
      return Check.fails(
          Rule.FORBIDDEN_STATIC,
          crate,
          "crate " + crate + " of " + String.join(", ", copies) + " stands in the program too",
          fix);
    }
    boolean stands = crates != null && crates.getOrDefault(plain, 0L) != 0;
    boolean loaded = loaded(plain);
    if (fallback || (stands && !loaded)) {
      return Check.fails(
          Rule.FORBIDDEN_STATIC,
          crate,
          "crate "
              + crate
              + " stands in the program"
              + (loaded ? "" : ", and no library that it loads holds it"),
          link);
    }
    if (judged && (loaded || crates != null)) {
      return Check.holds(
          Rule.FORBIDDEN_STATIC,
          crate,
          stands
              ? "of crate "
                  + crate
                  + " no more stands in the program than generic and inline functions"
              : "crate " + crate + " does not stand in the program");
    }
    return Check.fails(
        Rule.FORBIDDEN_STATIC,
        crate,
        "crate "
            + crate
            + " cannot be judged: "
            + (linkage == null
                ? "this is no file that a loader links"
                : judged
                    ? "the program's symbols are gone, and no library that it loads holds the crate"
                    : "no dylib is known that could hold it"),
        "name the dylib with --expect, or point --cargo-dir to Cargo's target folder");
  }

  /** {@return whether a library that the program loads holds the crate, or may hold it} */
  private boolean loaded(String crate) {
    Set<String> known = held;
    if (known == null) {
      known = new HashSet<>();
      hidden = !addHeld(known);
      held = known;
    }
    return hidden || known.contains(crate);
  }

  /**
   * {@return whether the crates of all libraries are told; where one is missing or was stripped
   * they are not}
   */
  private boolean addHeld(Set<String> crates) {
    LoadPlan load = report.load();
    if (load != null && !load.missing().isEmpty()) {
      return false;
    }
    List<LoadedObject> objects = load == null ? List.of() : load.objects();
    for (int i = 1; i < objects.size(); i++) {
      Image image = objects.get(i).image();
      if (image == null) {
        return false;
      }
      if (RustOrigin.of(image)) {
        Map<String, Long> own = CrateSizes.of(image);
        if (own == null) {
          return false;
        }
        crates.addAll(own.keySet());
      }
    }
    return true;
  }
}
