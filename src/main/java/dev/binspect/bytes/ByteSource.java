package dev.binspect.bytes;

import java.io.IOException;

/** Where bytes come from: positional reads and a length fixed when it was opened. */
interface ByteSource extends AutoCloseable {
  /** {@return the length in bytes when the source was opened} */
  long length();

  /**
   * Reads {@code count} bytes at {@code position} into {@code target} at {@code at}.
   *
   * @return the number of bytes read, less than {@code count} only at the end (a file that shrank)
   */
  int read(long position, byte[] target, int at, int count) throws IOException;

  @Override
  void close();
}
