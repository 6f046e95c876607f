package dev.binspect.start;

import dev.binspect.start.Start.LibraryCost;
import java.util.Comparator;

/** The order of a ranked list. No lambda: linking one costs a start more than the estimate. */
final class DearestFirst implements Comparator<LibraryCost> {
  static final DearestFirst ORDER = new DearestFirst();

  private DearestFirst() {}

  @Override
  public int compare(LibraryCost a, LibraryCost b) {
    return Long.compare(total(b), total(a));
  }

  private static long total(LibraryCost cost) {
    return cost.mapNanos() + cost.relocateNanos() + cost.constructorsNanos();
  }
}
