package dev.binspect.start.linux;

import com.sun.jna.Memory;

/**
 * Counts what a stopped process does from now on with the kernel's performance events
 * (perf_event_open(2)): the instructions it executes in user mode, where the processor's counters
 * are to be had. Where they are not (most virtual machines), it counts nothing and says nothing.
 */
final class InstructionCounter {
  /** PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS. */
  private static final int HARDWARE = 0;

  private static final long INSTRUCTIONS = 1;

  private static final int ATTRIBUTE_BYTES = 128;
  private static final long EXCLUDE_KERNEL = 1 << 5;
  private static final long EXCLUDE_HYPERVISOR = 1 << 6;

  /** PERF_FLAG_FD_CLOEXEC. */
  private static final long CLOSE_ON_EXEC = 8;

  private final Cpu cpu;
  private final Memory attributes = new Memory(ATTRIBUTE_BYTES);
  private final Memory value = new Memory(8);
  private boolean available = true;
  private int fd = -1;

  InstructionCounter(Cpu cpu) {
    this(cpu, HARDWARE, INSTRUCTIONS, EXCLUDE_KERNEL | EXCLUDE_HYPERVISOR);
  }

  /**
   * @param flags what is left out, as the bits stand in perf_event_attr
   */
  InstructionCounter(Cpu cpu, int type, long event, long flags) {
    this.cpu = cpu;
    attributes.clear();
    attributes.setInt(0, type);
    attributes.setInt(4, ATTRIBUTE_BYTES);
    attributes.setLong(8, event);
    attributes.setLong(40, flags);
  }

  /** {@return the count so far, -1 where there is none} */
  long begin(int pid) {
    if (!available) {
      return -1;
    }
    fd =
        (int)
            Libc.syscall(
                cpu.perfEventOpen, Libc.address(attributes), pid, -1, -1, CLOSE_ON_EXEC, 0);
    available = fd >= 0;
    return count();
  }

  /** {@return how much was counted since, -1 where nothing is} */
  long since(long before) {
    long now = count();
    return before < 0 || now < 0 ? -1 : now - before;
  }

  private long count() {
    return fd >= 0 && Libc.read(fd, Libc.address(value), 8) == 8 ? value.getLong(0) : -1;
  }

  void end() {
    if (fd >= 0) {
      Libc.close(fd);
    }
    fd = -1;
  }
}
