package dev.binspect.macho;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.MachoTables;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Goes over every node of an export trie once, from one export to the next: a node that is come
 * upon twice makes a loop, or names that grow without end.
 */
final class TrieWalk {
  private static final int WEAK_DEFINITION = 4;
  private static final int REEXPORT = 8;

  /** An edge takes at least its NUL and a byte of its number. */
  private static final int EDGE = 2;

  private final OpcodeStream in;
  private final boolean named;
  private final long[] seen;
  private long nameBytes;
  private int edges;

  // The nodes on the way here: where each one's next edge stands, how many it has left, and the
  // length of its own name. What waits is not more than the way is long, however wide the trie is.
  private int[] next = new int[16];
  private int[] left = new int[16];
  private int[] lengths = new int[16];
  private int depth = -1;

  private byte[] name = new byte[256];
  private int terminal;
  private boolean started;

  /**
   * @param named whether {@link #export} will be asked for
   */
  TrieWalk(OpcodeStream in, boolean named) {
    this.in = in;
    this.named = named;
    this.seen = new long[(in.bytes.length >>> 6) + 1];
    this.nameBytes = 64L * in.bytes.length + (1 << 16);
  }

  /**
   * {@return whether there is one more export}
   *
   * @throws MalformedException if it is cut off, loops, or its names would take many times its size
   */
  boolean next() throws MalformedException {
    if (!started) {
      started = true;
      if (enter(0, 0)) {
        return true;
      }
    }
    while (depth >= 0) {
      if (left[depth] == 0) {
        depth--;
        continue;
      }
      left[depth]--;
      in.at = next[depth];
      int from = in.at;
      int length = in.skipName();
      long child = in.uleb();
      if (child < 0 || child >= in.bytes.length) {
        throw in.malformed("has a node beyond its end");
      }
      if (++edges > in.bytes.length / EDGE) {
        throw in.malformed("has more edges than bytes");
      }
      next[depth] = in.at;
      int before = lengths[depth];
      if (named && length > 0) {
        if (length > name.length - before) {
          name = Arrays.copyOf(name, Math.max(before + length, name.length * 2));
        }
        System.arraycopy(in.bytes, from, name, before, length);
      }
      if (enter((int) child, before + length)) {
        return true;
      }
    }
    return false;
  }

  /** {@return whether the node is an export} */
  private boolean enter(int node, int length) throws MalformedException {
    in.at = node;
    if ((seen[node >>> 6] & 1L << node) != 0) {
      throw in.malformed("comes back to a node");
    }
    seen[node >>> 6] |= 1L << node;
    long size = in.uleb();
    terminal = in.at;
    long children = in.at + size;
    if (size < 0 || size > in.bytes.length || children >= in.bytes.length) {
      throw in.malformed("has a node beyond its end");
    }
    if (++depth == next.length) {
      int more = depth + (depth >> 1);
      next = Arrays.copyOf(next, more);
      left = Arrays.copyOf(left, more);
      lengths = Arrays.copyOf(lengths, more);
    }
    lengths[depth] = length;
    if (size > 0) {
      int there = 0;
      if ((in.uleb() & REEXPORT) != 0) {
        in.uleb();
        there = in.skipName();
      }
      nameBytes -= length + (long) there;
      if (nameBytes < 0) {
        throw in.malformed("has names many times its size");
      }
    }
    in.at = (int) children;
    left[depth] = in.u8();
    next[depth] = in.at;
    return size > 0;
  }

  boolean weakDefinition() throws MalformedException {
    in.at = terminal;
    return (in.uleb() & WEAK_DEFINITION) != 0;
  }

  MachoTables.Export export() throws MalformedException {
    in.at = terminal;
    return export(in, new String(name, 0, lengths[depth], StandardCharsets.UTF_8));
  }

  /** {@return what stands at a node behind the size of its export} */
  static MachoTables.Export export(OpcodeStream in, String name) throws MalformedException {
    long flags = in.uleb();
    long ordinal = 0;
    @Nullable String there = null;
    if ((flags & REEXPORT) != 0) {
      ordinal = in.uleb();
      int from = in.at;
      int length = in.skipName();
      there = length == 0 ? null : new String(in.bytes, from, length, StandardCharsets.UTF_8);
    }
    return new MachoTables.Export(
        name, (flags & WEAK_DEFINITION) != 0, Math.clamp(ordinal, 0, Integer.MAX_VALUE), there);
  }
}
