package dev.binspect.macho;

import dev.binspect.image.Imports;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Needed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The symbols an image binds, each with the number of places that are bound to it. */
final class BindTargets {
  private final List<Target> targets = new ArrayList<>();
  private final Map<Target, Integer> indexes = new HashMap<>();
  private long[] uses = new long[64];

  /**
   * What a place is bound to.
   *
   * @param ordinal library from 1, or one of the special ordinals
   * @param weakTable whether it stands in the weak table, which names no library
   */
  record Target(String symbol, int ordinal, boolean weakImport, boolean lazy, boolean weakTable) {
    @Override
    public boolean equals(@Nullable Object other) { // see Note
      return other instanceof Target target
          && symbol.equals(target.symbol)
          && ordinal == target.ordinal
          && weakImport == target.weakImport
          && lazy == target.lazy
          && weakTable == target.weakTable;
    }

    @Override
    public int hashCode() {
      return 31 * symbol.hashCode() + ordinal;
    }
  }

  /** {@return the index of a target, the same for equal ones} */
  int intern(Target target) {
    Integer known = indexes.putIfAbsent(target, targets.size());
    return known != null ? known : append(target);
  }

  /** {@return the index of a target that has its own number, as in the table of chained imports} */
  int append(Target target) {
    int index = targets.size();
    if (index == uses.length) {
      uses = java.util.Arrays.copyOf(uses, index * 2);
    }
    targets.add(target);
    return index;
  }

  int count() {
    return targets.size();
  }

  void use(int index) {
    uses[index]++;
  }

  boolean own(int index) {
    return targets.get(index).ordinal == MachoConstants.ORDINAL_SELF;
  }

  List<MachoTables.Bind> binds() {
    List<MachoTables.Bind> out = new ArrayList<>(targets.size());
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get(i);
      out.add(
          new MachoTables.Bind(
              target.symbol,
              target.ordinal,
              target.weakImport,
              target.lazy,
              target.weakTable,
              uses[i]));
    }
    return List.copyOf(out);
  }

  /**
   * {@return how many symbols are asked of others, and how many places are bound to each library}
   *
   * <p>The weak table is left out: what it names is asked in the bind table too, or is the image's
   * own.
   */
  Imports imports(List<Needed> needed) {
    Set<String> names = new HashSet<>();
    for (Target target : targets) {
      if (!target.weakTable) {
        names.add(target.symbol);
      }
    }
    return new Imports(names.size(), byLibrary(needed));
  }

  /** {@return how many places are bound to each library, the weak table left out} */
  Map<String, Long> byLibrary(List<Needed> needed) {
    Map<String, Long> byLibrary = new LinkedHashMap<>();
    int ordinal = 0;
    long count = 0;
    // Neighbours in the table mostly are of one library.
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get(i);
      if (target.weakTable || uses[i] == 0) {
        continue;
      }
      if (target.ordinal != ordinal) {
        add(byLibrary, ordinal, count, needed);
        ordinal = target.ordinal;
        count = 0;
      }
      count += uses[i];
    }
    add(byLibrary, ordinal, count, needed);
    return byLibrary;
  }

  private static void add(
      Map<String, Long> byLibrary, int ordinal, long count, List<Needed> needed) {
    if (count != 0) {
      String library = library(ordinal, needed);
      byLibrary.put(library, byLibrary.getOrDefault(library, 0L) + count);
    }
  }

  /** {@return the library's name, or what a special ordinal stands for} */
  static String library(int ordinal, List<Needed> needed) {
    if (ordinal > 0 && ordinal <= needed.size()) {
      return needed.get(ordinal - 1).name();
    }
    return switch (ordinal) {
      case MachoConstants.ORDINAL_SELF -> "<self>";
      case MachoConstants.ORDINAL_MAIN_EXECUTABLE -> "<main-executable>";
      case MachoConstants.ORDINAL_FLAT -> "<flat-lookup>";
      case MachoConstants.ORDINAL_WEAK -> "<weak-lookup>";
      default -> "<ordinal " + ordinal + ">";
    };
  }
}
