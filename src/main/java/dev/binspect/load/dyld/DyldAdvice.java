package dev.binspect.load.dyld;

import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Needed;
import dev.binspect.load.LoadPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Changes of the build that would save dyld work. */
final class DyldAdvice {
  private DyldAdvice() {}

  /**
   * @param loaded the closure, the program first
   */
  static List<LoadPlan.Advice> of(List<DyldImage> loaded) {
    List<LoadPlan.Advice> out = new ArrayList<>();
    for (DyldImage object : loaded) {
      Image image = object.image;
      if (image != null && object.tables != null && image.imports() != null) {
        unused(object, image, object.tables, out);
      }
    }
    return List.copyOf(out);
  }

  private static void unused(
      DyldImage object, Image image, MachoTables tables, List<LoadPlan.Advice> out) {
    if (!tables.twoLevel()) {
      return;
    }
    Set<String> bound = new HashSet<>();
    for (MachoTables.Bind bind : tables.binds()) {
      if (bind.ordinal() == MachoTables.FLAT_LOOKUP) {
        return;
      }
      if (bind.ordinal() > 0 && bind.ordinal() <= image.needed().size()) {
        bound.add(image.needed().get(bind.ordinal() - 1).name());
      }
    }
    for (Needed needed : image.needed()) {
      // A library may be named twice, once to be reexported.
      if (needed.how() == Needed.How.REEXPORT) {
        bound.add(needed.name());
      }
    }
    for (Needed needed : image.needed()) {
      if (!bound.contains(needed.name())
          && needed.how() == Needed.How.LOAD
          && !DyldSearch.inSharedCache(needed.name())) {
        out.add(
            new LoadPlan.Advice(
                "drop-library",
                object.path,
                "Nothing binds to " + needed.name() + "; the linker can leave it out.",
                Map.of("objects", 1L),
                "-C link-arg=-Wl,-dead_strip_dylibs",
                "initializers of " + needed.name() + " no longer run"));
      }
    }
  }
}
