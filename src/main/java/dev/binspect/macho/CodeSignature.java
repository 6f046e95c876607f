package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;

/**
 * The flags of a code signature's first code directory ({@code CS_SuperBlob}, {@code
 * CS_CodeDirectory} of {@code <kern/cs_blobs.h>}; always big-endian). Whether the signature is
 * valid is not looked at.
 *
 * @param adHoc signed without an identity
 * @param hardenedRuntime DYLD_ variables are ignored, unless an entitlement allows them
 * @param libraryValidation only libraries of the same signer are loaded
 */
record CodeSignature(boolean adHoc, boolean hardenedRuntime, boolean libraryValidation) {
  private static final String STRUCTURE = "code signature";
  private static final int SUPER_BLOB = 0xfade0cc0;
  private static final int CODE_DIRECTORY = 0xfade0c02;
  private static final int MOST_BLOBS = 64;
  private static final int CS_ADHOC = 0x2;
  private static final int CS_REQUIRE_LV = 0x2000;
  private static final int CS_RUNTIME = 0x10000;

  /**
   * @throws MalformedException if it lies outside of the file, or has no code directory
   */
  static CodeSignature read(Bytes slice, Range range) throws MalformedException {
    Bytes blob = slice.slice(range.offset(), range.size(), STRUCTURE).order(false);
    int magic = blob.i32(0, STRUCTURE);
    if (magic != SUPER_BLOB) {
      throw blob.malformed(
          0, STRUCTURE, "begins with 0x" + Integer.toHexString(magic) + ", not with 0xfade0cc0");
    }
    long count = blob.u32(8, STRUCTURE);
    for (long i = 0; i < Math.min(count, MOST_BLOBS); i++) {
      long at = blob.u32(16 + i * 8, STRUCTURE);
      if (blob.i32(at, STRUCTURE) == CODE_DIRECTORY) {
        int flags = blob.i32(at + 12, STRUCTURE);
        return new CodeSignature(
            (flags & CS_ADHOC) != 0, (flags & CS_RUNTIME) != 0, (flags & CS_REQUIRE_LV) != 0);
      }
    }
    throw blob.malformed(8, STRUCTURE, "has no code directory");
  }
}
