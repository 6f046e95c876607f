package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The imports of chained fixups ({@code dyld_chained_import}, {@code …_addend}, {@code …_addend64})
 * and their names, plain or compressed.
 */
final class ChainedImports {
  /** Bytes of names that may be unpacked from however few. */
  private static final long UNPACKED_FREE = 8 << 20;

  private static final long MOST_UNPACKED = Integer.MAX_VALUE - 16;

  private static final String HEADER = "chained fixups";
  private static final String IMPORTS = "chained imports";
  private static final String NAMES = "chained import names";

  private final Bytes blob;
  private final byte[] names;

  /**
   * Bytes of names that may still be made: names may share their ends, and an import with another
   * addend the whole name of the one before.
   */
  private long allowance;

  private long lastName = -1;

  private ChainedImports(Bytes blob, byte[] names) {
    this.blob = blob;
    this.names = names;
    this.allowance = 4L * names.length + (1 << 16);
  }

  /**
   * Adds every import to {@code targets}.
   *
   * @param blob from {@code dyld_chained_fixups_header} to the end of the names
   * @return from an import's number to its target
   */
  static int[] read(Bytes blob, BindTargets targets) throws MalformedException {
    long imports = blob.u32(8, HEADER);
    long count = blob.u32(16, HEADER);
    if (count == 0) {
      return new int[0];
    }
    long format = blob.u32(20, HEADER);
    int size =
        switch ((int) format) {
          case 1 -> 4;
          case 2 -> 8;
          case 3 -> 16;
          default -> throw blob.malformed(20, HEADER, "have the unknown import format " + format);
        };
    byte[] table = blob.copy(imports, count * size, IMPORTS);
    return new ChainedImports(blob, names(blob)).read(table, size, (int) count, targets);
  }

  private static byte[] names(Bytes blob) throws MalformedException {
    long at = blob.u32(12, HEADER);
    long format = blob.u32(24, HEADER);
    byte[] packed = blob.copy(at, blob.length() - at, NAMES);
    if (format == 0) {
      return packed;
    }
    if (format != 1) {
      throw blob.malformed(24, HEADER, "have the unknown names format " + format);
    }
    return inflate(blob, at, packed);
  }

  /**
   * Names pack to a sixth or so, and all of an image's have some hundred thousand bytes; what is
   * packed to a thousandth was made to be unpacked.
   */
  private static byte[] inflate(Bytes blob, long at, byte[] packed) throws MalformedException {
    int limit = (int) Math.min(MOST_UNPACKED, UNPACKED_FREE + 2L * packed.length);
    byte[] out = new byte[(int) Math.min(limit, 2L * packed.length + 1024)];
    int n = 0;
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      while (!inflater.finished()) {
        if (n == out.length) {
          if (n >= limit) {
            throw blob.malformed(at, NAMES, "unpack to more than " + limit + " bytes");
          }
          out = Arrays.copyOf(out, (int) Math.min(limit, n * 2L));
        }
        int got = inflater.inflate(out, n, out.length - n);
        if (got == 0 && !inflater.finished()) {
          if (inflater.needsInput() || inflater.needsDictionary()) {
            throw blob.malformed(at, NAMES, "are compressed, and cut off");
          }
        }
        n += got;
      }
    } catch (DataFormatException e) {
      throw blob.malformed(at, NAMES, "are not compressed as they claim");
    } finally {
      inflater.end();
    }
    return Arrays.copyOf(out, n);
  }

  private int[] read(byte[] table, int size, int count, BindTargets targets)
      throws MalformedException {
    boolean little = blob.littleEndian();
    int[] ordinals = new int[count];
    int kept = targets.keep(names, 0, names.length);
    for (int i = 0; i < count; i++) {
      int ordinal;
      boolean weak;
      long name;
      if (size == 16) {
        long value = Bytes.u64(table, i * 16, little);
        ordinal = (int) value & 0xffff;
        ordinal = ordinal > 0xfff0 ? (short) ordinal : ordinal;
        weak = (value >>> 16 & 1) != 0;
        name = value >>> 32;
      } else {
        int value = Bytes.i32(table, i * size, little);
        ordinal = value & 0xff;
        ordinal = ordinal > 0xf0 ? (byte) ordinal : ordinal;
        weak = (value >>> 8 & 1) != 0;
        name = (value & 0xffffffffL) >>> 9;
      }
      check(name, i);
      ordinals[i] = targets.append(kept + (int) name, ordinal, weak ? BindTargets.WEAK_IMPORT : 0);
    }
    return ordinals;
  }

  /** That the name ends, and that all of them together are no more than honest ones. */
  private void check(long offset, int i) throws MalformedException {
    if (offset == lastName) {
      return;
    }
    lastName = offset;
    int n = (int) Math.min(offset, names.length);
    while (n < names.length && names[n] != 0) {
      n++;
    }
    if (n >= names.length) {
      throw blob.malformed(8, IMPORTS, i, "has its name at offset " + offset + ", where none ends");
    }
    allowance -= n - offset;
    if (allowance < 0) {
      throw blob.malformed(8, IMPORTS, i, "shares its name with too many others");
    }
  }
}
