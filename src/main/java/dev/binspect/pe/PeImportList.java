package dev.binspect.pe;

import dev.binspect.image.NameColumn;
import dev.binspect.image.PeTables;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/**
 * Functions imported, in columns: four bytes of a file announce one, and a row becomes an object
 * only when it is asked for.
 */
final class PeImportList extends AbstractList<PeTables.Import> implements RandomAccess {
  private final NameColumn names = new NameColumn();

  /** The index of a name, or the complement of an ordinal. */
  private int[] rows = new int[64];

  private int count;

  // A group for each descriptor that imports something: its first row, and of which library.
  private int[] groupFrom = new int[16];
  private String[] groupLibrary = new String[16];
  private boolean[] groupDelayed = new boolean[16];
  private int groups;

  /** Where the last row was found: rows are mostly asked for in their order. */
  private int near;

  /** The rows that follow are of this library. */
  void group(String library, boolean delayed) {
    if (groups > 0 && groupFrom[groups - 1] == count) {
      groups--; // nothing came from the one before
    }
    if (groups == groupFrom.length) {
      groupFrom = Arrays.copyOf(groupFrom, groups * 2);
      groupLibrary = Arrays.copyOf(groupLibrary, groups * 2);
      groupDelayed = Arrays.copyOf(groupDelayed, groups * 2);
    }
    groupFrom[groups] = count;
    groupLibrary[groups] = library;
    groupDelayed[groups++] = delayed;
  }

  /** {@return the index of a name for {@link #named}} */
  int name(String name) {
    return names.add(name);
  }

  void named(int name) {
    row(name);
  }

  void numbered(int ordinal) {
    row(~ordinal);
  }

  private void row(int what) {
    if (count == rows.length) {
      rows = Arrays.copyOf(rows, count + (count >> 1));
    }
    rows[count++] = what;
  }

  @Override
  public PeTables.Import get(int i) {
    if (i < 0 || i >= count) {
      throw new IndexOutOfBoundsException(i);
    }
    int group = near;
    if (i < groupFrom[group] || group + 1 < groups && i >= groupFrom[group + 1]) {
      int found = Arrays.binarySearch(groupFrom, 0, groups, i);
      group = found < 0 ? -found - 2 : found;
      near = group;
    }
    int what = rows[i];
    return what < 0
        ? new PeTables.Import(groupLibrary[group], null, ~what, groupDelayed[group])
        : new PeTables.Import(groupLibrary[group], names.get(what), -1, groupDelayed[group]);
  }

  @Override
  public int size() {
    return count;
  }
}
