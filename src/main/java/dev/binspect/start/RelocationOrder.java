package dev.binspect.start;

import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * In which order the loader relocates, and how much work each object is by the model.
 *
 * <p>glibc since 2.35 walks the libraries from the last to the first in depth (dl-sort-maps.c):
 * what a library needs comes before it. musl takes them as they were loaded, and the program last.
 */
final class RelocationOrder {
  private final List<String> paths = new ArrayList<>();
  private final Map<String, Double> work = new HashMap<>();

  private String loader = "";

  private RelocationOrder() {}

  /**
   * @param program the path that the process calls the program by
   */
  static RelocationOrder of(LoadPlan plan, String program) {
    RelocationOrder order = new RelocationOrder();
    List<LoadedObject> objects = plan.objects();
    if (plan.loader() == LoadPlan.Loader.GLIBC) {
      Map<String, LoadedObject> byName = new HashMap<>();
      for (LoadedObject object : objects) {
        byName.putIfAbsent(object.name(), object);
        Image image = object.image();
        if (image != null && image.name() != null) {
          byName.putIfAbsent(image.name(), object);
        }
      }
      Set<LoadedObject> seen = Collections.newSetFromMap(new IdentityHashMap<>());
      for (int i = objects.size() - 1; i >= 0; i--) {
        order.inDepth(objects.get(i), byName, seen, program);
      }
    } else {
      for (int i = 1; i <= objects.size(); i++) {
        order.add(objects.get(i % objects.size()), program);
      }
    }
    return order;
  }

  private void inDepth(
      LoadedObject object,
      Map<String, LoadedObject> byName,
      Set<LoadedObject> seen,
      String program) {
    if (!seen.add(object)) {
      return;
    }
    if (object.image() != null) {
      for (Needed needed : object.image().needed()) {
        LoadedObject library = byName.get(needed.name());
        if (library != null) {
          inDepth(library, byName, seen, program);
        }
      }
    }
    add(object, program);
  }

  private void add(LoadedObject object, String program) {
    String path = object.foundBy() == FoundBy.PROGRAM ? program : object.path();
    work.put(path, StartModel.DEFAULT.relocating(object));
    // The loader has relocated itself before, and closes its own data last.
    if (object.foundBy() == FoundBy.LOADER) {
      loader = path;
    } else {
      paths.add(path);
    }
  }

  /** {@return its turn, the loader's being after all others; -1 for what was not foreseen} */
  int turn(String path) {
    return path.equals(loader) ? paths.size() : paths.indexOf(path);
  }

  /** {@return how many have a turn, the loader itself not counted} */
  int size() {
    return paths.size();
  }

  /** {@return whose turn it is} */
  String at(int turn) {
    return paths.get(turn);
  }

  /** {@return nanoseconds by the model, 0 for what was not foreseen} */
  double work(String path) {
    return work.getOrDefault(path, 0.0);
  }
}
