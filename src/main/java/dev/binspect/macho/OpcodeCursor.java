package dev.binspect.macho;

import dev.binspect.bytes.MalformedException;
import java.util.List;

/** Where the opcodes of LC_DYLD_INFO write: a segment and an offset in it. */
final class OpcodeCursor {
  private final OpcodeStream in;
  private final List<Segment> segments;
  private final int width;
  private int index = -1;
  private long address;
  private long size;
  private long offset;

  /**
   * @param width bytes of a pointer
   */
  OpcodeCursor(OpcodeStream in, List<Segment> segments, int width) {
    this.in = in;
    this.segments = segments;
    this.width = width;
  }

  void segment(int number, long at) throws MalformedException {
    if (number >= segments.size()) {
      throw in.malformed("name segment " + number + " of " + segments.size());
    }
    Segment segment = segments.get(number);
    index = number;
    address = segment.address();
    size = segment.memorySize();
    offset = at;
  }

  /** Goes on by so many bytes; the sum wraps around, as linkers use it to go back. */
  void advance(long bytes) {
    offset += bytes;
  }

  /** {@return the address to write to} */
  long place() throws MalformedException {
    if (offset < 0 || offset > size - width || size < width) {
      throw in.malformed(
          index < 0
              ? "write before a segment is set"
              : "write at offset 0x" + Long.toHexString(offset) + ", outside of segment " + index);
    }
    return address + offset;
  }

  /** {@return the segment written to} */
  Segment segment() throws MalformedException {
    if (index < 0) {
      throw in.malformed("write before a segment is set");
    }
    return segments.get(index);
  }

  long offset() {
    return offset;
  }
}
