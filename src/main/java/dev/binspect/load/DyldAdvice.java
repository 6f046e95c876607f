package dev.binspect.load;

import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Needed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
    boolean[] bound = new boolean[image.needed().size() + 1];
    for (MachoTables.Bind bind : tables.binds()) {
      if (bind.ordinal() == MachoTables.FLAT_LOOKUP) {
        return;
      }
      if (bind.ordinal() > 0 && bind.ordinal() < bound.length) {
        bound[bind.ordinal()] = true;
      }
    }
    for (int i = 0; i < image.needed().size(); i++) {
      Needed needed = image.needed().get(i);
      if (!bound[i + 1]
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
