package dev.binspect.start.linux;

import com.sun.jna.Memory;

/** A {@code struct rusage} (getrusage(2)) that the kernel fills. */
final class ResourceUsage {
  private static final int BYTES = 144;
  private static final int MINOR_FAULTS_AT = 64;
  private static final int MAJOR_FAULTS_AT = 72;

  private final Memory memory = new Memory(BYTES);

  Memory memory() {
    return memory;
  }

  /** {@return user and system time, in whole microseconds} */
  long cpuNanos() {
    long nanos = 0;
    for (int at = 0; at < 32; at += 16) {
      nanos += memory.getLong(at) * 1_000_000_000L + memory.getLong(at + 8) * 1000;
    }
    return nanos;
  }

  long minorFaults() {
    return memory.getLong(MINOR_FAULTS_AT);
  }

  long majorFaults() {
    return memory.getLong(MAJOR_FAULTS_AT);
  }
}
