package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Imports;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Needed;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;

/**
 * The symbols an image binds, each with the number of places that are bound to it: in columns, for
 * few bytes of a table announce one.
 *
 * <p>A target is a name, an ordinal (library from 1, or one of the special ones) and how it is
 * asked for.
 */
final class BindTargets {
  static final int WEAK_IMPORT = 1;
  static final int LAZY = 2;

  /** It stands in the weak table, which names no library. */
  static final int WEAK_TABLE = 4;

  private static final int FLAG_BITS = 3;
  private static final int MOST_ORDINAL = 1 << 27;

  /** Another one in each process: whoever makes a file cannot choose names that share a slot. */
  private static final int MULTIPLIER = (int) (System.nanoTime() * 0x9e3779b97f4a7c15L >>> 32) | 1;

  /** Ordinals that stand for no library and are told one by one. */
  private static final int MOST_STRANGE = 256;

  private final Bytes file;

  /** Names, each up to a NUL. */
  private byte[] names = new byte[256];

  private int namesEnd;
  private int[] nameAt = new int[64];
  private int[] asked = new int[64];
  private int[] uses = new int[64];
  private int count;

  // To find equal ones: the hash of each name, and the targets by it (index + 1, 0 for none).
  private int[] hashes = new int[0];
  private int[] slots = new int[0];

  /** Those before it have their own numbers and are not found. */
  private int firstInterned;

  BindTargets(Bytes file) {
    this.file = file;
  }

  /** {@return where a name stands that was put behind the others} */
  int keep(byte[] from, int start, int length) {
    if (length >= names.length - namesEnd) {
      names =
          Arrays.copyOf(
              names,
              (int)
                  Math.min(
                      Integer.MAX_VALUE - 8L,
                      Math.max(namesEnd + length + 1L, namesEnd * 3L / 2 + 64)));
    }
    int at = namesEnd;
    System.arraycopy(from, start, names, at, length);
    names[at + length] = 0;
    namesEnd = at + length + 1;
    return at;
  }

  /** {@return a name's hash for {@link #intern}} */
  static int hash(byte[] bytes, int from, int length) {
    int hash = length;
    for (int i = from; i < from + length; i++) {
      hash = hash * MULTIPLIER + bytes[i];
    }
    return hash ^ hash >>> 15;
  }

  /**
   * {@return the index of a target, the same for equal ones}
   *
   * @param known where the name was kept before, or -1
   */
  int intern(byte[] bytes, int from, int length, int hash, int known, int ordinal, int flags)
      throws MalformedException {
    if ((count - firstInterned) * 4L >= slots.length * 3L) {
      grow();
    }
    int wanted = asked(ordinal, flags);
    int slot = slot(hash, wanted);
    while (slots[slot] != 0) {
      int i = slots[slot] - 1;
      if (asked[i] == wanted
          && hashes[i] == hash
          && (nameAt[i] == known || is(nameAt[i], bytes, from, length))) {
        return i;
      }
      slot = slot + 1 & slots.length - 1;
    }
    int index = append(known >= 0 ? known : keep(bytes, from, length), ordinal, flags);
    if (index >= hashes.length) {
      hashes = Arrays.copyOf(hashes, asked.length);
    }
    hashes[index] = hash;
    slots[slot] = index + 1;
    return index;
  }

  private int slot(int hash, int wanted) {
    return (hash + wanted * 0x9e3779b9) * MULTIPLIER >>> 1 & slots.length - 1;
  }

  private void grow() {
    if (slots.length == 0) {
      firstInterned = count;
    }
    slots = new int[Math.max(64, slots.length * 2)];
    for (int i = firstInterned; i < count; i++) {
      int slot = slot(hashes[i], asked[i]);
      while (slots[slot] != 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = i + 1;
    }
  }

  private boolean is(int at, byte[] bytes, int from, int length) {
    return at + length < namesEnd
        && names[at + length] == 0
        && Arrays.equals(names, at, at + length, bytes, from, from + length);
  }

  private static int asked(int ordinal, int flags) {
    return Math.clamp(ordinal, -MOST_ORDINAL, MOST_ORDINAL) << FLAG_BITS | flags;
  }

  /**
   * {@return the index of a target that has its own number, as in the table of chained imports}
   *
   * @param name where it stands ({@link #keep})
   * @throws MalformedException if these are more targets than a file of this size can name
   */
  int append(int name, int ordinal, int flags) throws MalformedException {
    // A symbol takes its name and an opcode at least, and is not all that a file has.
    if (count > file.length() / 8 + (1 << 16)) {
      throw file.malformed(0, "bind targets", "are more than a file of its size has room for");
    }
    if (count == nameAt.length) {
      int more = count + (count >> 1);
      nameAt = Arrays.copyOf(nameAt, more);
      asked = Arrays.copyOf(asked, more);
      uses = Arrays.copyOf(uses, more);
    }
    nameAt[count] = name;
    asked[count] = asked(ordinal, flags);
    return count++;
  }

  int count() {
    return count;
  }

  void use(int index) {
    uses[index]++;
  }

  /** {@return where a target's name stands} */
  int nameAt(int index) {
    return nameAt[index];
  }

  private int ordinal(int index) {
    return asked[index] >> FLAG_BITS;
  }

  boolean own(int index) {
    return ordinal(index) == MachoConstants.ORDINAL_SELF;
  }

  /** {@return all targets; this must not be added to any more} */
  List<MachoTables.Bind> binds() {
    hashes = new int[0];
    slots = new int[0];
    return new Binds();
  }

  /**
   * {@return how many symbols are asked of others, and how many places are bound to each library}
   *
   * <p>The weak table is left out: what it names is asked in the bind table too, or is the image's
   * own. All targets must have been interned.
   */
  Imports imports(List<Needed> needed) {
    int[] seen = slots; // not needed any more to find targets
    Arrays.fill(seen, 0);
    long distinct = 0;
    for (int i = 0; i < count; i++) {
      if ((asked[i] & WEAK_TABLE) != 0) {
        continue;
      }
      int slot = slot(hashes[i], 0);
      boolean had = false;
      while (seen[slot] != 0 && !had) {
        int j = seen[slot] - 1;
        had = hashes[i] == hashes[j] && sameName(i, j);
        slot = slot + 1 & seen.length - 1;
      }
      if (!had) {
        seen[slot] = i + 1;
        distinct++;
      }
    }
    return new Imports(distinct, byLibrary(needed));
  }

  private boolean sameName(int i, int j) {
    if (nameAt[i] == nameAt[j]) {
      return true;
    }
    int length = end(nameAt[i]) - nameAt[i];
    return is(nameAt[j], names, nameAt[i], length);
  }

  private int end(int at) {
    int end = at;
    while (names[end] != 0) {
      end++;
    }
    return end;
  }

  /** {@return how many places are bound to each library, the weak table left out} */
  Map<String, Long> byLibrary(List<Needed> needed) {
    Map<String, Long> byLibrary = new LinkedHashMap<>();
    int ordinal = 0;
    long places = 0;
    // Neighbours in the table mostly are of one library.
    for (int i = 0; i < count; i++) {
      if ((asked[i] & WEAK_TABLE) != 0 || uses[i] == 0) {
        continue;
      }
      if (ordinal(i) != ordinal) {
        add(byLibrary, ordinal, places, needed);
        ordinal = ordinal(i);
        places = 0;
      }
      places += uses[i];
    }
    add(byLibrary, ordinal, places, needed);
    return byLibrary;
  }

  private static void add(
      Map<String, Long> byLibrary, int ordinal, long count, List<Needed> needed) {
    if (count != 0) {
      boolean strange = ordinal > needed.size() && byLibrary.size() > needed.size() + MOST_STRANGE;
      String library = strange ? "<other ordinals>" : library(ordinal, needed);
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

  /** Made one by one when asked for. */
  private final class Binds extends AbstractList<MachoTables.Bind> implements RandomAccess {
    @Override
    public MachoTables.Bind get(int i) {
      int at = nameAt[i];
      int how = asked[i];
      return new MachoTables.Bind(
          new String(names, at, end(at) - at, StandardCharsets.UTF_8),
          ordinal(i),
          (how & WEAK_IMPORT) != 0,
          (how & LAZY) != 0,
          (how & WEAK_TABLE) != 0,
          uses[i]);
    }

    @Override
    public int size() {
      return count;
    }
  }
}
