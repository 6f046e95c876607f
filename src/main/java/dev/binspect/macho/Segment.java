package dev.binspect.macho;

import java.util.List;

/**
 * LC_SEGMENT or LC_SEGMENT_64 with its sections ({@code segment_command_64}).
 *
 * @param fileOffset in bytes from the start of the slice
 */
record Segment(
    String name,
    long address,
    long memorySize,
    long fileOffset,
    long fileSize,
    int maximumProtection,
    int protection,
    int flags,
    List<MachoSection> sections) {

  boolean writable() {
    return (protection & MachoConstants.VM_PROT_WRITE) != 0;
  }

  /** {@return whether dyld makes it read-only after the fixups} */
  boolean readOnlyAfterFixups() {
    return (flags & MachoConstants.SG_READ_ONLY) != 0
        || name.equals("__DATA_CONST")
        || name.equals("__AUTH_CONST");
  }
}
