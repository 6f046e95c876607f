package dev.binspect.bytes;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A bounds-checked, byte-ordered view of a range of a file.
 *
 * <p>Offsets are {@code long}, relative to the view, and unsigned in spirit: a negative offset or
 * length (a field of 2<sup>63</sup> or more) is out of range like any other. Every read outside the
 * view throws {@link MalformedException} with the absolute file offset; nothing is ever read beyond
 * it, allocated by an announced size that the file does not hold, or mapped. Single reads go
 * through small cached pages; tables are taken in bulk by {@link #copy} and decoded with the static
 * {@code u16}, {@code u32}, {@code u64} of an array.
 */
public final class Bytes implements AutoCloseable {
  private static final int PAGE_SHIFT = 14;
  private static final int PAGE = 1 << PAGE_SHIFT;
  private static final int CACHED_PAGES = 64;

  private final String name;
  private final ByteSource source;
  private final PageCache pages;
  private final long start;
  private final long length;
  private final boolean littleEndian;

  private Bytes(
      String name,
      ByteSource source,
      PageCache pages,
      long start,
      long length,
      boolean littleEndian) {
    this.name = name;
    this.source = source;
    this.pages = pages;
    this.start = start;
    this.length = length;
    this.littleEndian = littleEndian;
  }

  /**
   * Opens a regular file. Refuses folders, FIFOs and devices without opening them.
   *
   * @throws IOException with a message fit for one line ("no such file", "is a folder", "permission
   *     denied")
   */
  public static Bytes open(File file, String name) throws IOException {
    ByteSource source = new FileSource(file);
    return new Bytes(name, source, new PageCache(source), 0, source.length(), true);
  }

  /**
   * {@return what to say of a path where nothing is; Java has no path for a name that is not in the
   * locale's character set, and puts U+FFFD in its place}
   */
  public static String noSuchFile(String path) {
    return path.indexOf('\ufffd') < 0
        ? "no such file"
        : "no such file (a name that is not UTF-8 cannot be opened: use '-' and standard input)";
  }

  /** {@return a view of an array, little-endian; the array must not be changed any more} */
  public static Bytes of(String name, byte[] content) {
    ByteSource source = new ArraySource(content);
    return new Bytes(name, source, new PageCache(source), 0, content.length, true);
  }

  /** {@return the file's name as the user gave it, for messages} */
  public String name() {
    return name;
  }

  /** {@return the length of the view in bytes} */
  public long length() {
    return length;
  }

  /** {@return the absolute file offset of the view's first byte} */
  public long start() {
    return start;
  }

  public boolean littleEndian() {
    return littleEndian;
  }

  /** {@return the same bytes in the given order} */
  public Bytes order(boolean little) {
    return little == littleEndian ? this : new Bytes(name, source, pages, start, length, little);
  }

  /** {@return the view of {@code count} bytes at {@code offset}; shares the file with this one} */
  public Bytes slice(long offset, long count, String structure) throws MalformedException {
    check(offset, count, structure);
    return new Bytes(name, source, pages, start + offset, count, littleEndian);
  }

  /** {@return whether {@code count} bytes at {@code offset} lie within the view} */
  public boolean contains(long offset, long count) {
    return offset >= 0 && count >= 0 && offset <= length && count <= length - offset;
  }

  public int u8(long offset, String structure) throws MalformedException {
    check(offset, 1, structure);
    long at = start + offset;
    return pages.get(at >>> PAGE_SHIFT, this)[(int) at & (PAGE - 1)] & 0xff;
  }

  public int u16(long offset, String structure) throws MalformedException {
    check(offset, 2, structure);
    long at = start + offset;
    int in = (int) at & (PAGE - 1);
    if (in <= PAGE - 2) {
      return u16(pages.get(at >>> PAGE_SHIFT, this), in, littleEndian);
    }
    int a = u8(offset, structure);
    int b = u8(offset + 1, structure);
    return littleEndian ? a | b << 8 : a << 8 | b;
  }

  /** {@return an unsigned 32-bit number} */
  public long u32(long offset, String structure) throws MalformedException {
    check(offset, 4, structure);
    long at = start + offset;
    int in = (int) at & (PAGE - 1);
    if (in <= PAGE - 4) {
      return u32(pages.get(at >>> PAGE_SHIFT, this), in, littleEndian);
    }
    long a = u16(offset, structure);
    long b = u16(offset + 2, structure);
    return littleEndian ? a | b << 16 : a << 16 | b;
  }

  /** {@return a 32-bit number as the signed int of the same bits} */
  public int i32(long offset, String structure) throws MalformedException {
    return (int) u32(offset, structure);
  }

  /** {@return a 64-bit number; 2<sup>63</sup> and above come out negative} */
  public long u64(long offset, String structure) throws MalformedException {
    check(offset, 8, structure);
    long at = start + offset;
    int in = (int) at & (PAGE - 1);
    if (in <= PAGE - 8) {
      return u64(pages.get(at >>> PAGE_SHIFT, this), in, littleEndian);
    }
    long a = u32(offset, structure);
    long b = u32(offset + 4, structure);
    return littleEndian ? a | b << 32 : a << 32 | b;
  }

  /** {@return a fresh array with {@code count} bytes at {@code offset}} */
  public byte[] copy(long offset, long count, String structure) throws MalformedException {
    check(offset, count, structure);
    if (count > Integer.MAX_VALUE - 16) {
      throw malformed(offset, structure, "has " + count + " bytes, more than can be read at once");
    }
    byte[] out = new byte[(int) count];
    fill(start + offset, out, out.length, structure);
    return out;
  }

  /**
   * Reads up to {@code target.length} bytes at {@code offset} into {@code target}, for walking a
   * large table in chunks without a copy of the whole.
   *
   * @return the number of bytes read: {@code min(target.length, length() - offset)}
   */
  public int copyInto(long offset, byte[] target, String structure) throws MalformedException {
    check(offset, 0, structure);
    int count = (int) Math.min(target.length, length - offset);
    fill(start + offset, target, count, structure);
    return count;
  }

  /**
   * {@return the bytes up to the next NUL as text, bytes that are not UTF-8 replaced}
   *
   * @param limit no more than so many bytes
   */
  public String cString(long offset, int limit, String structure) throws MalformedException {
    check(offset, 0, structure);
    byte[] out = new byte[64];
    int n = 0;
    while (true) {
      if (n >= limit) {
        throw malformed(offset, structure, "string does not end within " + limit + " bytes");
      }
      if (offset + n >= length) {
        throw malformed(offset, structure, "string is not terminated");
      }
      int b = u8(offset + n, structure);
      if (b == 0) {
        return new String(out, 0, n, StandardCharsets.UTF_8);
      }
      if (n == out.length) {
        out = Arrays.copyOf(out, n * 2);
      }
      out[n++] = (byte) b;
    }
  }

  /** {@return an exception that names this file and the absolute offset; -1 stays no offset} */
  public MalformedException malformed(long offset, String structure, String what) {
    return new MalformedException(name, offset < 0 ? -1 : start + offset, structure, what);
  }

  /**
   * {@return an exception that names this file, the absolute offset and which of several
   * structures}
   */
  public MalformedException malformed(long offset, String structure, long index, String what) {
    return new MalformedException(name, offset < 0 ? -1 : start + offset, structure, index, what);
  }

  /** Gives the file descriptor back. A later read opens the file again, and fails if it changed. */
  @Override
  public void close() {
    source.close();
    pages.clear();
  }

  public static int u16(byte[] array, int at, boolean little) {
    int a = array[at] & 0xff;
    int b = array[at + 1] & 0xff;
    return little ? a | b << 8 : a << 8 | b;
  }

  public static int i32(byte[] array, int at, boolean little) {
    return little
        ? (array[at] & 0xff)
            | (array[at + 1] & 0xff) << 8
            | (array[at + 2] & 0xff) << 16
            | array[at + 3] << 24
        : array[at] << 24
            | (array[at + 1] & 0xff) << 16
            | (array[at + 2] & 0xff) << 8
            | (array[at + 3] & 0xff);
  }

  public static long u32(byte[] array, int at, boolean little) {
    return i32(array, at, little) & 0xffffffffL;
  }

  public static long u64(byte[] array, int at, boolean little) {
    long a = u32(array, at, little);
    long b = u32(array, at + 4, little);
    return little ? a | b << 32 : a << 32 | b;
  }

  private void check(long offset, long count, String structure) throws MalformedException {
    if (offset < 0 || count < 0 || offset > length || count > length - offset) {
      throw new MalformedException(
          name,
          offset < 0 ? -1 : start + offset,
          structure,
          offset < 0 || offset > length
              ? "lies outside of the file"
              : "needs "
                  + Long.toUnsignedString(count)
                  + " bytes, and only "
                  + (length - offset)
                  + " are there");
    }
  }

  private void fill(long at, byte[] target, int count, String structure) throws MalformedException {
    try {
      int n = source.read(at, target, 0, count);
      if (n < count) {
        throw new MalformedException(
            name, at + n, structure, "the file became shorter while it was read");
      }
    } catch (IOException e) {
      throw new MalformedException(name, at, structure, "cannot be read: " + e.getMessage());
    }
  }

  /**
   * The last pages that single reads touched, direct-mapped. Not thread-safe per entry, but entries
   * are immutable.
   */
  private static final class PageCache {
    private record Page(long number, byte[] content) {}

    private final long length;
    private final @Nullable Page[] cache = new Page[CACHED_PAGES];

    PageCache(ByteSource source) {
      this.length = source.length();
    }

    /** Lets go of the pages: of a file that is kept, others may ask something else or nothing. */
    void clear() {
      Arrays.fill(cache, null);
    }

    byte[] get(long number, Bytes view) throws MalformedException {
      int slot = (int) number & (CACHED_PAGES - 1);
      Page page = cache[slot];
      if (page != null && page.number == number) {
        return page.content;
      }
      // A whole page even at the end of the file: the bytes behind the end are never handed out,
      // check() sees to it.
      byte[] content = new byte[PAGE];
      long at = number << PAGE_SHIFT;
      view.fill(at, content, (int) Math.min(PAGE, length - at), "file");
      cache[slot] = new Page(number, content);
      return content;
    }
  }
}
