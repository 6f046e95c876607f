package dev.binspect.load.elf;

import java.util.ArrayList;
import java.util.List;

/**
 * The order in which ld.so initialises objects, and in reverse relocates them: depth first over
 * what each needs, the program first (dl-sort-maps.c of glibc 2.35 and later).
 */
final class DependencyOrder {
  private final List<LinkMap> last = new ArrayList<>();

  private DependencyOrder() {}

  /** {@return the objects in the order of relocation: the program last} */
  static List<LinkMap> relocation(List<LinkMap> scope) {
    DependencyOrder order = new DependencyOrder();
    for (LinkMap object : scope) {
      object.visited = false;
    }
    for (int i = scope.size() - 1; i > 0; i--) {
      order.visit(scope.get(i));
    }
    List<LinkMap> sorted = order.last;
    sorted.add(scope.getFirst());
    return sorted;
  }

  /** Post order, with a stack of our own: a chain of needed libraries may be thousands long. */
  private void visit(LinkMap start) {
    if (start.visited) {
      return;
    }
    List<LinkMap> path = new ArrayList<>();
    List<Integer> next = new ArrayList<>();
    start.visited = true;
    path.add(start);
    next.add(0);
    while (!path.isEmpty()) {
      int top = path.size() - 1;
      LinkMap object = path.get(top);
      int at = next.get(top);
      if (at == object.needs.size()) {
        path.remove(top);
        next.remove(top);
        last.add(object);
        continue;
      }
      next.set(top, at + 1);
      LinkMap need = object.needs.get(at);
      if (!need.visited && !need.program && need.index >= 0) {
        need.visited = true;
        path.add(need);
        next.add(0);
      }
    }
  }
}
