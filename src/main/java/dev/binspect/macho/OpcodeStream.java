package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;

/** Opcodes, ULEB128 and SLEB128 numbers and NUL-terminated names of __LINKEDIT, in memory. */
final class OpcodeStream {
  private final Bytes slice;
  private final long start;
  private final String structure;
  final byte[] bytes;
  int at;

  OpcodeStream(Bytes slice, Range range, String structure) throws MalformedException {
    this.slice = slice;
    this.start = range.offset();
    this.structure = structure;
    this.bytes = slice.copy(range.offset(), range.size(), structure);
  }

  private OpcodeStream(OpcodeStream other) {
    this.slice = other.slice;
    this.start = other.start;
    this.structure = other.structure;
    this.bytes = other.bytes;
  }

  /** {@return the same bytes from their beginning} */
  OpcodeStream again() {
    return new OpcodeStream(this);
  }

  boolean more() {
    return at < bytes.length;
  }

  int u8() throws MalformedException {
    if (at >= bytes.length) {
      throw malformed("ends within a value");
    }
    return bytes[at++] & 0xff;
  }

  /** {@return an unsigned number; 2<sup>63</sup> and above come out negative} */
  long uleb() throws MalformedException {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      int b = u8();
      long part = b & 0x7f;
      if (shift > 63 || (shift == 63 && part > 1)) {
        // Padded numbers end in zero bytes that say nothing.
        if (part != 0 || shift > 126) {
          throw malformed("has a number of more than 64 bits");
        }
      } else {
        value |= part << shift;
      }
      if ((b & 0x80) == 0) {
        return value;
      }
    }
  }

  /** Goes over a signed number. */
  void skipSleb() throws MalformedException {
    for (int n = 0; (u8() & 0x80) != 0; n++) {
      if (n > 18) {
        throw malformed("has a number of more than 64 bits");
      }
    }
  }

  /** Goes over a name. {@return its length in bytes} */
  int skipName() throws MalformedException {
    int from = at;
    while (u8() != 0) {
      // The name's end is what is looked for.
    }
    return at - 1 - from;
  }

  MalformedException malformed(String what) {
    return slice.malformed(start + at, structure, what);
  }
}
