package dev.binspect.elf;

import dev.binspect.image.ElfTables.Segment;
import java.util.ArrayList;
import java.util.List;
import net.fornwall.jelf.BackingFile;
import net.fornwall.jelf.ElfException;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfSegment;
import org.jspecify.annotations.Nullable;

/**
 * The one place where jelf is asked, and only for what it does well: a sane file's program headers.
 * It gets the bytes of the headers and never the file, which it would map, and look sections up in;
 * and it gets them from here, one by one as it asks: its own view of an array locks a stream for
 * each, which takes as long as all the rest while nothing is compiled.
 */
final class JelfSeam implements BackingFile {
  private final byte[] bytes;
  private int at;

  private JelfSeam(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @param head the file's first bytes, up to the end of the program headers
   * @param count how many program headers there are
   * @return the program headers in order, or null where jelf cannot read them
   */
  static @Nullable List<Segment> segments(byte[] head, int count) {
    try {
      ElfFile file = ElfFile.from(new JelfSeam(head));
      // jelf takes the 32-bit words of a big-endian file for signed ones.
      long unsigned = head[4] == 2 ? -1L : 0xffffffffL;
      List<Segment> segments = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        ElfSegment s = file.getProgramHeader(i);
        segments.add(
            new Segment(
                s.p_type,
                s.p_flags,
                s.p_offset & unsigned,
                s.p_vaddr & unsigned,
                s.p_filesz & unsigned,
                s.p_memsz & unsigned,
                s.p_align & unsigned));
      }
      return segments;
    } catch (RuntimeException e) {
      // What jelf refuses is read without it; its other exceptions are no more than that.
      return null;
    }
  }

  @Override
  public void seek(long offset) {
    at = (int) Math.min(offset, bytes.length);
  }

  @Override
  public void skip(int count) {
    seek((long) at + count);
  }

  @Override
  public short readUnsignedByte() {
    if (at >= bytes.length) {
      throw new ElfException("ends at " + at);
    }
    return (short) (bytes[at++] & 0xff);
  }

  @Override
  public int read(byte[] data) {
    int n = Math.min(data.length, bytes.length - at);
    System.arraycopy(bytes, at, data, 0, n);
    at += n;
    return n;
  }
}
