package dev.binspect.start.linux;

import org.jspecify.annotations.Nullable;

/**
 * What tracing needs to know of an instruction set: register layouts are those of the kernel's
 * NT_PRSTATUS, system call numbers those of its tables.
 */
enum Cpu {
  X86_64("x86-64", 62, 27 * 8, 10, 218, 257, 2, 434, 424, 332, 298) {
    @Override
    long trapAddress(long instructionPointer) {
      return instructionPointer - 1;
    }

    @Override
    long withBreakpoint(long word, int shift) {
      return word & ~(0xffL << shift) | 0xccL << shift;
    }

    @Override
    int breakpointSize() {
      return 1;
    }
  },

  AARCH64("aarch64", 183, 34 * 8, 226, 96, 56, -1, 434, 424, 291, 241) {
    @Override
    long trapAddress(long instructionPointer) {
      return instructionPointer;
    }

    @Override
    long withBreakpoint(long word, int shift) {
      return word & ~(0xffffffffL << shift) | 0xd4200000L << shift;
    }

    @Override
    int breakpointSize() {
      return 4;
    }
  };

  /** The image's word for it. */
  final String machine;

  /** e_machine. */
  final int elfMachine;

  /** Bytes of NT_PRSTATUS. */
  final int registers;

  final int mprotect;
  final int setTidAddress;
  final int openat;

  /** -1 where the table has none. */
  final int open;

  final int pidfdOpen;
  final int pidfdSendSignal;
  final int statx;
  final int perfEventOpen;

  Cpu(
      String machine,
      int elfMachine,
      int registers,
      int mprotect,
      int setTidAddress,
      int openat,
      int open,
      int pidfdOpen,
      int pidfdSendSignal,
      int statx,
      int perfEventOpen) {
    this.machine = machine;
    this.elfMachine = elfMachine;
    this.registers = registers;
    this.mprotect = mprotect;
    this.setTidAddress = setTidAddress;
    this.openat = openat;
    this.open = open;
    this.pidfdOpen = pidfdOpen;
    this.pidfdSendSignal = pidfdSendSignal;
    this.statx = statx;
    this.perfEventOpen = perfEventOpen;
  }

  /** {@return the breakpoint's address, from the instruction pointer after it trapped} */
  abstract long trapAddress(long instructionPointer);

  /**
   * {@return the memory word with a breakpoint in it}
   *
   * @param shift position of the instruction's first byte, in bits
   */
  abstract long withBreakpoint(long word, int shift);

  /** {@return bytes of a breakpoint instruction} */
  abstract int breakpointSize();

  /** {@return whether a process that trapped goes on with what stands after the breakpoint} */
  boolean returnsAfterBreakpoint() {
    return this == X86_64;
  }

  /**
   * {@return the memory word with a function in it that returns at once} Only where {@link
   * #returnsAfterBreakpoint}.
   *
   * @param shift position of the function's first byte, in bits
   * @param stops whether a breakpoint stands before the return, or an instruction that does nothing
   */
  long withReturn(long word, int shift, boolean stops) {
    return word & ~(0xffffL << shift) | (stops ? 0xc3ccL : 0xc390L) << shift;
  }

  /** {@return bytes of what {@link #withReturn} writes} */
  int returnSize() {
    return 2;
  }

  /** Byte offsets within NT_PRSTATUS. */
  int instructionPointerAt() {
    return this == X86_64 ? 16 * 8 : 32 * 8;
  }

  int stackPointerAt() {
    return this == X86_64 ? 19 * 8 : 31 * 8;
  }

  /** {@return where the return address' register stands, -1 where it lies on the stack} */
  int returnAddressAt() {
    return this == X86_64 ? -1 : 30 * 8;
  }

  int callNumberAt() {
    return this == X86_64 ? 15 * 8 : 8 * 8;
  }

  int firstArgumentAt() {
    return this == X86_64 ? 14 * 8 : 0;
  }

  int secondArgumentAt() {
    return this == X86_64 ? 13 * 8 : 8;
  }

  /** {@return the processor the JVM runs on, or null where tracing is not known for it} */
  static @Nullable Cpu host() {
    return switch (System.getProperty("os.arch", "")) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64" -> AARCH64;
      default -> null;
    };
  }
}
