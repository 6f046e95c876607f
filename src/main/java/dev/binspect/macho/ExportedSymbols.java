package dev.binspect.macho;

import static dev.binspect.macho.MachoConstants.*;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.MachoTables;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The exports of a file that has no export trie: its external symbols. Where their names stand is
 * read at the first use.
 */
final class ExportedSymbols implements MachoTables.Exports {
  private static final int LONGEST_NAME = 1 << 20;

  private final SymbolTable table;
  private final int size;
  private @Nullable Index index;

  private ExportedSymbols(SymbolTable table, int size) {
    this.table = table;
    this.size = size;
  }

  static MachoTables.Exports of(SymbolTable table, long count) {
    return count == 0 ? MachoTables.Exports.NONE : new ExportedSymbols(table, (int) count);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public MachoTables.@Nullable Export find(String name, MachoTables.Effort effort) {
    return name.isEmpty() || name.indexOf(0) >= 0 ? null : index().find(name, effort);
  }

  @Override
  public Iterator<MachoTables.Export> iterator() {
    return new Each(index());
  }

  private synchronized Index index() {
    Index known = index;
    if (known == null) {
      known = new Index(size);
      try {
        known.read(table);
      } catch (MalformedException e) {
        // The table was counted before: only the names can be beyond what is read at once, and then
        // these are exports nobody can ask for.
        known = new Index(size);
      }
      index = known;
    }
    return known;
  }

  /** In columns: a name takes few bytes of a file. */
  private static final class Index implements SymbolTable.Exports {
    /** Another one in each process: whoever makes a file cannot choose names that share a slot. */
    private static final int MULTIPLIER =
        (int) (System.nanoTime() * 0x9e3779b97f4a7c15L >>> 32) | 1;

    /** Names may stand within names, so that all of them take many times the file. */
    private static final int HASHED = 64;

    byte[] strings = new byte[1];
    final int[] nameAt;
    final boolean[] weak;
    int count;

    private int[] heads = new int[1];
    private final int[] next;

    Index(int size) {
      this.nameAt = new int[size];
      this.weak = new boolean[size];
      this.next = new int[size];
    }

    void read(SymbolTable table) throws MalformedException {
      strings = table.strings();
      table.exports(this);
      heads = new int[Integer.highestOneBit(Math.max(1, count)) * 2];
      // From the last to the first, so that the first of a name is found.
      for (int i = count - 1; i >= 0; i--) {
        int at = nameAt[i];
        int end = at;
        while (end < at + HASHED && strings[end] != 0) {
          end++;
        }
        int slot = hash(strings, at, end) & heads.length - 1;
        next[i] = heads[slot];
        heads[slot] = i + 1;
      }
    }

    @Override
    public void take(long nameOffset, boolean weakDefinition) {
      if (count < nameAt.length) {
        // Names beyond the table are empty: they are taken to stand at its last NUL.
        nameAt[count] = (int) Math.min(nameOffset, strings.length - 1);
        weak[count++] = weakDefinition;
      }
    }

    private static int hash(byte[] bytes, int from, int to) {
      int hash = 0;
      for (int i = from; i < to; i++) {
        hash = hash * MULTIPLIER + bytes[i];
      }
      return hash ^ hash >>> 15;
    }

    MachoTables.@Nullable Export find(String name, MachoTables.Effort effort) {
      byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
      int slot = hash(wanted, 0, Math.min(HASHED, wanted.length)) & heads.length - 1;
      for (int i = heads[slot]; i != 0 && !effort.exhausted(); i = next[i - 1]) {
        int at = nameAt[i - 1];
        int same = 0;
        while (same < wanted.length && strings[at + same] == wanted[same]) {
          same++;
        }
        effort.spend(same + 1L);
        if (same == wanted.length && strings[at + same] == 0) {
          return new MachoTables.Export(name, weak[i - 1], 0, null);
        }
      }
      return null;
    }
  }

  /** Each export, made in its turn. */
  private static final class Each implements Iterator<MachoTables.Export> {
    private final Index index;
    private int at;

    /** Bytes of names that may still be made: symbols may share names, and their ends. */
    private long left;

    Each(Index index) {
      this.index = index;
      this.left = 4L * index.strings.length + (1 << 16);
    }

    @Override
    public boolean hasNext() {
      return at < index.nameAt.length;
    }

    @Override
    public MachoTables.Export next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      byte[] strings = index.strings;
      int from = index.nameAt[at];
      int end = from;
      long limit = from + Math.min(LONGEST_NAME, left);
      while (strings[end] != 0 && end < limit) {
        end++;
      }
      left -= end + 1L - from;
      String name =
          strings[end] != 0 ? "" : new String(strings, from, end - from, StandardCharsets.UTF_8);
      return new MachoTables.Export(name, index.weak[at++], 0, null);
    }
  }
}
