package dev.binspect.macho;

/**
 * A {@code section} or {@code section_64}.
 *
 * @param fileOffset in bytes from the start of the slice
 * @param flags type in the low eight bits, attributes above
 * @param reserved1 index into the indirect symbol table for pointers and stubs
 * @param reserved2 bytes of a stub
 */
record MachoSection(
    String name,
    String segment,
    long address,
    long size,
    long fileOffset,
    int flags,
    int reserved1,
    int reserved2) {

  int type() {
    return flags & MachoConstants.SECTION_TYPE;
  }

  boolean zeroFilled() {
    int type = type();
    return type == MachoConstants.S_ZEROFILL
        || type == MachoConstants.S_GB_ZEROFILL
        || type == MachoConstants.S_THREAD_LOCAL_ZEROFILL;
  }

  boolean executable() {
    return (flags
            & (MachoConstants.S_ATTR_PURE_INSTRUCTIONS | MachoConstants.S_ATTR_SOME_INSTRUCTIONS))
        != 0;
  }
}
