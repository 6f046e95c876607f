package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.MachoTables;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The export trie of LC_DYLD_INFO or LC_DYLD_EXPORTS_TRIE (EXPORT_SYMBOL_FLAGS_* of {@code
 * <mach-o/loader.h>}). Counted at once, without making names; a name is looked for as dyld does,
 * from edge to edge.
 */
final class ExportTrie implements MachoTables.Exports {
  private static final String STRUCTURE = "export trie";

  private final OpcodeStream in;
  private int count;
  private long weakDefinitions;

  private ExportTrie(OpcodeStream in) {
    this.in = in;
  }

  /**
   * @throws MalformedException if it is cut off, loops, or its names would take many times its size
   */
  static ExportTrie read(Bytes slice, Range range) throws MalformedException {
    ExportTrie trie = new ExportTrie(new OpcodeStream(slice, range, STRUCTURE));
    if (!range.empty()) {
      TrieWalk walk = new TrieWalk(trie.in.again(), false);
      while (walk.next()) {
        trie.count++;
        trie.weakDefinitions += walk.weakDefinition() ? 1 : 0;
      }
    }
    return trie;
  }

  long weakDefinitions() {
    return weakDefinitions;
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public MachoTables.@Nullable Export find(String name, MachoTables.Effort effort) {
    if (count == 0) {
      return null;
    }
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    OpcodeStream at = in.again();
    try {
      return find(at, name, wanted, effort);
    } catch (MalformedException e) {
      throw walkedBefore(e);
    }
  }

  private static MachoTables.@Nullable Export find(
      OpcodeStream at, String name, byte[] wanted, MachoTables.Effort effort)
      throws MalformedException {
    int matched = 0;
    while (true) {
      long terminal = at.uleb();
      int children = at.at + (int) terminal;
      if (matched == wanted.length && terminal > 0) {
        return TrieWalk.export(at, name);
      }
      at.at = children;
      int node = -1;
      for (int left = at.u8(); left > 0 && node < 0; left--) {
        int from = at.at;
        int length = at.skipName();
        int child = (int) at.uleb();
        if (begins(at.bytes, from, length, wanted, matched)) {
          matched += length;
          node = child;
        }
        effort.spend(at.at - from);
      }
      if (node < 0) {
        return null;
      }
      at.at = node;
    }
  }

  private static boolean begins(byte[] edges, int from, int length, byte[] wanted, int matched) {
    if (length > wanted.length - matched) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (edges[from + i] != wanted[matched + i]) {
        return false;
      }
    }
    return true;
  }

  private static IllegalStateException walkedBefore(MalformedException e) {
    return new IllegalStateException("the same bytes were walked before", e);
  }

  @Override
  public Iterator<MachoTables.Export> iterator() {
    return new Each(new TrieWalk(in.again(), true), count);
  }

  /** Each export, made in its turn. */
  private static final class Each implements Iterator<MachoTables.Export> {
    private final TrieWalk walk;
    private int left;

    Each(TrieWalk walk, int count) {
      this.walk = walk;
      this.left = count;
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public MachoTables.Export next() {
      if (left == 0) {
        throw new NoSuchElementException();
      }
      left--;
      try {
        walk.next();
        return walk.export();
      } catch (MalformedException e) {
        throw walkedBefore(e);
      }
    }
  }
}
