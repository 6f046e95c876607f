package dev.binspect.bytes;

/** Bytes that are in memory already: standard input, a section that was unpacked, a test. */
record ArraySource(byte[] content) implements ByteSource {
  @Override
  public long length() {
    return content.length;
  }

  @Override
  public int read(long position, byte[] target, int at, int count) {
    int n = (int) Math.min(count, content.length - position);
    System.arraycopy(content, (int) position, target, at, n);
    return n;
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
