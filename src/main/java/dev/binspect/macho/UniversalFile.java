package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;

/**
 * A universal file's table of slices ({@code <mach-o/fat.h>}: {@code fat_header}, {@code fat_arch},
 * {@code fat_arch_64}; always big-endian).
 */
final class UniversalFile {
  private static final String HEADER = "universal header";
  private static final String ENTRY = "universal slice";

  /**
   * Java's class files begin with the same four bytes; their version follows, 45 or more, where a
   * universal file has the number of its slices. There are fewer processors than that.
   */
  private static final int FIRST_CLASS_FILE_VERSION = 43;

  private final Bytes file;
  private final boolean wide;
  private final int count;

  private UniversalFile(Bytes file, boolean wide, int count) {
    this.file = file;
    this.wide = wide;
    this.count = count;
  }

  /**
   * @param bytes of a file that begins with FAT_MAGIC or FAT_MAGIC_64
   */
  static UniversalFile read(Bytes bytes) throws MalformedException {
    Bytes file = bytes.order(false);
    boolean wide = file.i32(0, HEADER) == MachoConstants.FAT_MAGIC_64;
    long count = file.u32(4, HEADER);
    if (!wide && count >= FIRST_CLASS_FILE_VERSION) {
      long major = count & 0xffff;
      throw file.malformed(
          4, HEADER, "is a Java class file (version " + major + "), not a universal Mach-O file");
    }
    if (count == 0) {
      throw file.malformed(4, HEADER, "announces no slices");
    }
    if (count >= FIRST_CLASS_FILE_VERSION) {
      throw file.malformed(4, HEADER, "announces " + count + " slices");
    }
    return new UniversalFile(file, wide, (int) count);
  }

  int count() {
    return count;
  }

  /** {@return the machine that the table gives a slice} */
  String machine(int i) throws MalformedException {
    long at = entry(i);
    return MachoConstants.machine(file.i32(at, ENTRY), file.i32(at + 4, ENTRY));
  }

  /**
   * @throws MalformedException if it is not in the file, or overlaps one before it: each slice is
   *     read and reported, and so that costs no more than the file's size
   */
  Bytes slice(int i) throws MalformedException {
    long at = entry(i);
    long offset = offset(i);
    long size = size(i);
    if (!file.contains(offset, size)) {
      throw file.malformed(
          at,
          ENTRY,
          i,
          "lies at offset "
              + Long.toUnsignedString(offset)
              + " with "
              + Long.toUnsignedString(size)
              + " bytes, and the file has "
              + file.length());
    }
    for (int k = 0; k < i; k++) {
      if (file.contains(offset(k), size(k))
          && offset < offset(k) + size(k)
          && offset(k) < offset + size) {
        throw file.malformed(at, ENTRY, i, "overlaps slice " + k);
      }
    }
    return file.slice(offset, size, ENTRY);
  }

  private long offset(int i) throws MalformedException {
    return wide ? file.u64(entry(i) + 8, ENTRY) : file.u32(entry(i) + 8, ENTRY);
  }

  private long size(int i) throws MalformedException {
    return wide ? file.u64(entry(i) + 16, ENTRY) : file.u32(entry(i) + 12, ENTRY);
  }

  private long entry(int i) {
    return 8 + (long) i * (wide ? 32 : 20);
  }
}
