package dev.binspect.tradeoff;

import dev.binspect.tradeoff.Question.Effort;
import dev.binspect.tradeoff.Workbench.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The ways to build that are compared: the project's own, each linker found, less debugging. */
final class Variants {
  private Variants() {}

  /**
   * {@return the project's own first}
   *
   * @param chosen what {@code -fuse-ld} says in the project's own build, or "-"
   * @param debug the profile's debug information as Cargo says it
   */
  static List<Variant> of(
      Effort effort,
      Path sysroot,
      String host,
      String chosen,
      String debug,
      Map<String, String> environment) {
    List<Variant> variants = new ArrayList<>(List.of(Variant.DEFAULT));
    if (effort == Effort.QUICK) {
      return variants;
    }
    List<Linker> linkers = new ArrayList<>();
    for (Linker linker : Linker.found(sysroot, host, environment)) {
      if (!linker.isChosenBy(chosen)) {
        linkers.add(linker);
        variants.add(new Variant(linker.name(), linker, null, null));
      }
    }
    if (effort == Effort.FULL) {
      for (String less : less(debug)) {
        variants.add(new Variant("debug=" + less, Linker.DEFAULT, less, null));
        for (Linker linker : linkers) {
          variants.add(new Variant(linker.name() + ", debug=" + less, linker, less, null));
        }
      }
    }
    return variants;
  }

  /** {@return values of {@code debug} that give less than this one} */
  private static List<String> less(String debug) {
    return switch (debug) {
      case "2", "full", "1", "limited" -> List.of("line-tables-only", "0");
      case "line-tables-only", "line-directives-only" -> List.of("0");
      default -> List.of();
    };
  }
}
