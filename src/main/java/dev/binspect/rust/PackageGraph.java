package dev.binspect.rust;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Packages and what they depend on, as Cargo resolved them: what a dylib that is not at hand has
 * inside is among what its package depends on. Names count, not versions, and are written with
 * underscores, as crates are.
 */
public final class PackageGraph {
  private final Map<String, List<String>> dependencies = new HashMap<>();

  /** Takes a package; of several versions all dependencies count. */
  void add(String name, List<String> needs) {
    List<String> known = dependencies.get(crate(name));
    if (known == null) {
      known = new ArrayList<>(needs.size());
      dependencies.put(crate(name), known);
    }
    for (String one : needs) {
      known.add(crate(one));
    }
  }

  /** {@return whether there are no packages} */
  boolean isEmpty() {
    return dependencies.isEmpty();
  }

  /**
   * {@return everything that a package depends on, and itself; null where there is no package of
   * that name}
   */
  public @Nullable Set<String> below(String name) {
    String root = crate(name);
    if (!dependencies.containsKey(root)) {
      return null;
    }
    Set<String> found = new HashSet<>();
    ArrayDeque<String> queue = new ArrayDeque<>();
    queue.add(root);
    found.add(root);
    while (!queue.isEmpty()) {
      for (String one : dependencies.getOrDefault(queue.remove(), List.of())) {
        if (found.add(one)) {
          queue.add(one);
        }
      }
    }
    return new TreeSet<>(found);
  }

  private static String crate(String name) {
    return name.replace('-', '_');
  }
}
