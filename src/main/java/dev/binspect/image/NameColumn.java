package dev.binspect.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Names in one array, for tables with a row for every few bytes of a file: a text is made of a name
 * when it is asked for, and no object kept.
 */
public final class NameColumn {
  private byte[] bytes = new byte[256];
  private int[] ends = new int[16];
  private int count;

  /** {@return the index of a name, from 0 in the order they were added} */
  public int add(String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    return add(text, 0, text.length);
  }

  /** {@return the index of a name that stands in an array as UTF-8} */
  public int add(byte[] from, int start, int length) {
    int at = count == 0 ? 0 : ends[count - 1];
    if (length > bytes.length - at) {
      bytes = Arrays.copyOf(bytes, grown(bytes.length, at + length));
    }
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, grown(count, count + 1));
    }
    System.arraycopy(from, start, bytes, at, length);
    ends[count] = at + length;
    return count++;
  }

  /** Half as much again: the old array and the new one are held at the same time. */
  static int grown(int had, int needed) {
    return (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, had + (had >> 1) + 16L));
  }

  public int count() {
    return count;
  }

  public String get(int i) {
    int from = from(i);
    return new String(bytes, from, ends[i] - from, StandardCharsets.UTF_8);
  }

  /** {@return whether a name is this one, as UTF-8} */
  public boolean is(int i, byte[] name, int start, int length) {
    int from = from(i);
    return ends[i] - from == length
        && Arrays.equals(bytes, from, ends[i], name, start, start + length);
  }

  /** {@return the array in which the names stand one behind the other; nobody may write to it} */
  public byte[] bytes() {
    return bytes;
  }

  /** {@return where a name begins in the array} */
  public int from(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }

  /** {@return where a name ends in the array} */
  public int to(int i) {
    return ends[i];
  }
}
