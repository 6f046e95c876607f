package dev.binspect.start.linux;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * Controls traced processes (ptrace(2)). All calls must come from the thread that spawned them.
 *
 * <p>Failing calls are answered with {@code false} or 0 where the tracee may have died in the
 * meantime: SIGKILL from elsewhere can end it at any stop.
 */
final class Tracee {
  private static final int PTRACE_PEEKDATA = 2;
  private static final int PTRACE_POKEDATA = 5;
  private static final int PTRACE_CONT = 7;
  private static final int PTRACE_SETOPTIONS = 0x4200;
  private static final int PTRACE_GETEVENTMSG = 0x4201;
  private static final int PTRACE_GETREGSET = 0x4204;
  private static final int PTRACE_SETREGSET = 0x4205;
  private static final int NT_PRSTATUS = 1;

  private static final int OPTIONS =
      0x100000 // EXITKILL: they die with us
          | 0x80 // TRACESECCOMP
          | 0x10 // TRACEEXEC
          | 0x8 // TRACECLONE: what a constructor starts is traced as well, and so ends with us
          | 0x4 // TRACEVFORK
          | 0x2; // TRACEFORK

  static final int EVENT_FORK = 1;
  static final int EVENT_VFORK = 2;
  static final int EVENT_CLONE = 3;
  static final int EVENT_EXEC = 4;
  static final int EVENT_SECCOMP = 7;

  private final Cpu cpu;
  private final Memory registers;
  private final Memory vector;
  private final Memory word = new Memory(16);

  Tracee(Cpu cpu) {
    this.cpu = cpu;
    this.registers = new Memory(512);
    this.vector = new Memory(16);
  }

  boolean setOptions(int pid) {
    return Libc.ptrace(PTRACE_SETOPTIONS, pid, 0, OPTIONS) == 0;
  }

  boolean resume(int pid, int signal) {
    return Libc.ptrace(PTRACE_CONT, pid, 0, signal) == 0;
  }

  /** {@return the pid a fork, vfork or clone event tells, 0 where it cannot be had} */
  int eventPid(int pid) {
    return Libc.ptrace(PTRACE_GETEVENTMSG, pid, 0, Libc.address(word)) == 0
        ? (int) word.getLong(0)
        : 0;
  }

  /** Reads the registers for the accessors below. */
  boolean readRegisters(int pid) {
    vector.setLong(0, Libc.address(registers));
    vector.setLong(8, cpu.registers);
    return Libc.ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, Libc.address(vector)) == 0;
  }

  private boolean writeRegisters(int pid) {
    vector.setLong(0, Libc.address(registers));
    vector.setLong(8, cpu.registers);
    return Libc.ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, Libc.address(vector)) == 0;
  }

  long trapAddress() {
    return cpu.trapAddress(registers.getLong(cpu.instructionPointerAt()));
  }

  long callNumber() {
    return registers.getLong(cpu.callNumberAt());
  }

  long firstArgument() {
    return registers.getLong(cpu.firstArgumentAt());
  }

  long secondArgument() {
    return registers.getLong(cpu.secondArgumentAt());
  }

  /** Lets the process go on at {@code address}. Needs {@link #readRegisters} before. */
  boolean jump(int pid, long address) {
    registers.setLong(cpu.instructionPointerAt(), address);
    return writeRegisters(pid);
  }

  /** Lets the process return from the function it just entered. */
  boolean returnFromFunction(int pid) {
    if (cpu.returnAddressAt() >= 0) {
      return jump(pid, registers.getLong(cpu.returnAddressAt()));
    }
    long stack = registers.getLong(cpu.stackPointerAt());
    registers.setLong(cpu.stackPointerAt(), stack + 8);
    return jump(pid, peek(pid, stack));
  }

  /** {@return eight bytes of memory, 0 where there are none} */
  long peek(int pid, long address) {
    long value = Libc.ptrace(PTRACE_PEEKDATA, pid, address, 0);
    return value == -1 && Libc.errno() != 0 ? 0 : value;
  }

  boolean poke(int pid, long address, long value) {
    return Libc.ptrace(PTRACE_POKEDATA, pid, address, value) == 0;
  }

  /** {@return the CPU time of the whole process so far, in nanoseconds} */
  long cpuNanos(int pid) {
    // The clock id of another process, as clock_getcpuclockid(3) makes it.
    if (Libc.clock_gettime(~pid << 3 | 2, Libc.address(word)) != 0) {
      return 0;
    }
    return word.getLong(0) * 1_000_000_000L + word.getLong(8);
  }

  /** A descriptor of a stopped process's memory. */
  int openMemory(int pid) {
    try (Memory path = Libc.string("/proc/" + pid + "/mem")) {
      return Libc.open(Libc.address(path), Libc.O_CLOEXEC, 0);
    }
  }

  /** {@return the bytes at the address, fewer where the memory ends} */
  byte[] read(int memory, long address, int count) {
    try (Memory buffer = new Memory(count)) {
      long n = Libc.pread(memory, Pointer.nativeValue(buffer), count, address);
      return n <= 0 ? new byte[0] : buffer.getByteArray(0, (int) n);
    }
  }
}
