package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.MachoTables;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The export trie of LC_DYLD_INFO or LC_DYLD_EXPORTS_TRIE (EXPORT_SYMBOL_FLAGS_* of {@code
 * <mach-o/loader.h>}). Counted at once, without making names; the names are made when asked for.
 */
final class ExportTrie {
  private static final String STRUCTURE = "export trie";
  private static final int WEAK_DEFINITION = 4;
  private static final int REEXPORT = 8;

  private final OpcodeStream in;
  private long count;
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
      trie.walk(null);
    }
    return trie;
  }

  long count() {
    return count;
  }

  long weakDefinitions() {
    return weakDefinitions;
  }

  /** {@return every export; decoded at the first use} */
  List<MachoTables.Export> exports() {
    return count == 0 ? List.of() : new Names(this);
  }

  /**
   * Goes over every node once: a node that is come upon twice makes a loop, or names that grow
   * without end.
   *
   * @param out takes the exports; null only counts
   */
  private void walk(@Nullable List<MachoTables.Export> out) throws MalformedException {
    long nameBytes = 64L * in.bytes.length + (1 << 16);
    long[] seen = new long[(in.bytes.length >>> 6) + 1];
    int[] nodes = new int[64];
    int[] depths = new int[64];
    byte[] name = new byte[256];
    byte[][] edges = new byte[64][];
    int[] edgeFrom = new int[64];
    int top = 1;
    long exports = 0;
    long weak = 0;
    while (top > 0) {
      top--;
      int node = nodes[top];
      int depth = depths[top];
      byte[] edge = edges[top];
      if (edge != null) {
        // The name so far is the parent's; this node's edge follows it.
        int parent = edgeFrom[top];
        if (name.length < depth) {
          name = Arrays.copyOf(name, Math.max(depth, name.length * 2));
        }
        System.arraycopy(edge, 0, name, parent, edge.length);
      }
      if ((seen[node >>> 6] & 1L << node) != 0) {
        in.at = node;
        throw in.malformed("comes back to a node");
      }
      seen[node >>> 6] |= 1L << node;
      in.at = node;
      long terminal = in.uleb();
      long children = in.at + terminal;
      if (terminal < 0 || terminal > in.bytes.length || children >= in.bytes.length) {
        throw in.malformed("has a node beyond its end");
      }
      if (terminal > 0) {
        exports++;
        long flags = in.uleb();
        if ((flags & WEAK_DEFINITION) != 0) {
          weak++;
        }
        long ordinal = 0;
        int there = 0;
        int thereLength = 0;
        if ((flags & REEXPORT) != 0) {
          ordinal = in.uleb();
          there = in.at;
          thereLength = in.skipName();
        }
        nameBytes -= depth + (long) thereLength;
        if (nameBytes < 0) {
          throw in.malformed("has names many times its size");
        }
        if (out != null) {
          out.add(
              new MachoTables.Export(
                  new String(name, 0, depth, StandardCharsets.UTF_8),
                  (flags & WEAK_DEFINITION) != 0,
                  Math.clamp(ordinal, 0, Integer.MAX_VALUE),
                  thereLength == 0
                      ? null
                      : new String(in.bytes, there, thereLength, StandardCharsets.UTF_8)));
        }
      }
      in.at = (int) children;
      int n = in.u8();
      for (int i = 0; i < n; i++) {
        int from = in.at;
        int length = in.skipName();
        byte[] text = out == null ? null : Arrays.copyOfRange(in.bytes, from, from + length);
        long child = in.uleb();
        if (child < 0 || child >= in.bytes.length) {
          throw in.malformed("has a node beyond its end");
        }
        if (top == nodes.length) {
          nodes = Arrays.copyOf(nodes, top * 2);
          depths = Arrays.copyOf(depths, top * 2);
          edges = Arrays.copyOf(edges, top * 2);
          edgeFrom = Arrays.copyOf(edgeFrom, top * 2);
        }
        nodes[top] = (int) child;
        depths[top] = depth + length;
        edges[top] = text;
        edgeFrom[top] = depth;
        top++;
      }
    }
    count = exports;
    weakDefinitions = weak;
  }

  /** The exports, decoded when first looked at: most files are never bound to. */
  private static final class Names extends AbstractList<MachoTables.Export> {
    private final ExportTrie trie;
    private final int size;
    private @Nullable List<MachoTables.Export> decoded;

    Names(ExportTrie trie) {
      this.trie = trie;
      this.size = (int) trie.count;
    }

    @Override
    public synchronized MachoTables.Export get(int index) {
      List<MachoTables.Export> known = decoded;
      if (known == null) {
        known = new ArrayList<>(size);
        try {
          trie.walk(known);
        } catch (MalformedException e) {
          // The same bytes were walked before.
          throw new IllegalStateException(e);
        }
        decoded = known;
      }
      return known.get(index);
    }

    @Override
    public int size() {
      return size;
    }
  }
}
