package dev.binspect.macho;

import org.jspecify.annotations.Nullable;

/**
 * How a chained pointer is packed (DYLD_CHAINED_PTR_* and the {@code dyld_chained_ptr_*} bit fields
 * of {@code <mach-o/fixup-chains.h>}).
 *
 * @param number DYLD_CHAINED_PTR_*
 * @param width bytes of a pointer
 * @param stride bytes that one step of {@code next} goes on
 * @param nextShift lowest bit of {@code next}
 * @param nextMask its value mask
 * @param bindBit the bit that tells a bind from a rebase, or -1 where all are rebases
 * @param authBit the bit of an authenticated pointer, or -1
 * @param ordinalMask of the import's number in a bind
 */
record PointerFormat(
    int number,
    int width,
    int stride,
    int nextShift,
    int nextMask,
    int bindBit,
    int authBit,
    int ordinalMask) {
  static final int ARM64E = 1;
  static final int POINTER_32 = 3;

  private static final @Nullable PointerFormat[] ALL = {
    null,
    new PointerFormat(ARM64E, 8, 8, 51, 0x7ff, 62, 63, 0xffff),
    new PointerFormat(2, 8, 4, 51, 0xfff, 63, -1, 0xffffff),
    new PointerFormat(POINTER_32, 4, 4, 26, 0x1f, 31, -1, 0xfffff),
    new PointerFormat(4, 4, 4, 30, 0x3, -1, -1, 0),
    new PointerFormat(5, 4, 4, 26, 0x3f, -1, -1, 0),
    new PointerFormat(6, 8, 4, 51, 0xfff, 63, -1, 0xffffff),
    new PointerFormat(7, 8, 4, 51, 0x7ff, 62, 63, 0xffff),
    new PointerFormat(8, 8, 4, 51, 0xfff, -1, 63, 0),
    new PointerFormat(9, 8, 8, 51, 0x7ff, 62, 63, 0xffff),
    new PointerFormat(10, 8, 4, 51, 0x7ff, 62, 63, 0xffff),
    new PointerFormat(11, 8, 1, 51, 0xfff, -1, 63, 0),
    new PointerFormat(12, 8, 8, 51, 0x7ff, 62, 63, 0xffffff),
    new PointerFormat(13, 8, 8, 52, 0x7ff, -1, 63, 0),
    new PointerFormat(14, 8, 4, 51, 0xfff, -1, 63, 0),
  };

  /** {@return the format of a number, or null where there is none} */
  static @Nullable PointerFormat known(long number) {
    return number < 0 || number >= ALL.length ? null : ALL[(int) number];
  }

  /** {@return a format that is known to exist} */
  static PointerFormat of(int number) {
    PointerFormat format = known(number);
    if (format == null) {
      throw new IllegalArgumentException("no pointer format " + number);
    }
    return format;
  }
}
