package dev.binspect.macho;

/** A table's place in a slice, in bytes. */
record Range(long offset, long size) {
  static final Range NONE = new Range(0, 0);

  boolean empty() {
    return size == 0;
  }
}
