package dev.binspect.start.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes the launcher: a static ELF file of a few hundred bytes that binds its life to its
 * parent's, asks to be traced, stops, and executes {@code argv[1]} with {@code argv + 2} and its
 * own environment, with no files open but the standard ones. So the exec is paid for with a tiny
 * address space and not with a JVM's.
 *
 * <p>It exits with {@link #ORPHAN} if its parent has gone already, with errno if ptrace refuses,
 * with {@link #NO_FILTER} and more if the seccomp filter is refused, and, after its stop, with
 * errno if execve fails.
 */
final class Launcher {
  /** Exit status: the parent is not the one that wrote the launcher. */
  static final int ORPHAN = 200;

  /** Exit status from which on errno of seccomp is counted. */
  static final int NO_FILTER = 128;

  /** Exit status of a program ended at its entry point: no errno of execve, no shell's status. */
  static final int REACHED = 91;

  private static final long BASE = 0x400000;
  private static final int HEADERS = 64 + 56;
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int PR_SET_NO_NEW_PRIVS = 38;

  /** The same number on both machines; kernels before 5.9 refuse it, and nothing is lost. */
  private static final int CLOSE_RANGE = 436;

  private static final int SECCOMP_FILTER_SPEC_ALLOW = 4;

  private Launcher() {}

  /**
   * {@return the launcher's file}
   *
   * @param parent the process id that will spawn it
   * @param traced system calls that are to stop for the tracer; none for no filter
   */
  static byte[] launcher(Cpu cpu, int parent, int... traced) {
    return elf(cpu, cpu == Cpu.X86_64 ? x86(parent, true, traced) : aarch64(parent, true, traced));
  }

  /** {@return a launcher that neither asks to be traced nor stops} */
  static byte[] untraced(Cpu cpu, int parent) {
    return elf(cpu, cpu == Cpu.X86_64 ? x86(parent, false) : aarch64(parent, false));
  }

  /** {@return a static program that ends at once with {@link #REACHED}} */
  static byte[] ending(Cpu cpu) {
    return elf(cpu, end(cpu));
  }

  /** {@return instructions that end the process with {@link #REACHED}} */
  static byte[] end(Cpu cpu) {
    Code code = new Code();
    if (cpu == Cpu.X86_64) {
      code.bytes(0xb8).word(231).bytes(0xbf).word(REACHED).bytes(0x0f, 0x05);
    } else {
      code.word(movz(8, 94)).word(movz(0, REACHED)).word(SVC);
    }
    return code.toByteArray();
  }

  /**
   * {@return a static program that stops for the tracer and does nothing else}
   *
   * @param stops breakpoints, and as many set_tid_address calls after them
   */
  static byte[] stops(Cpu cpu, int stops) {
    return elf(cpu, idleCode(cpu, stops));
  }

  private static byte[] idleCode(Cpu cpu, int stops) {
    Code code = new Code();
    if (cpu == Cpu.X86_64) {
      for (int i = 0; i < stops; i++) {
        code.bytes(0xcc);
      }
      for (int i = 0; i < stops; i++) {
        code.bytes(0xb8).word(cpu.setTidAddress).bytes(0x31, 0xff, 0x0f, 0x05);
      }
      code.bytes(0xb8).word(231).bytes(0x31, 0xff, 0x0f, 0x05);
    } else {
      for (int i = 0; i < stops; i++) {
        code.word(0xd503201f); // nop: the breakpoints' places, a trapped brk would not go on
      }
      for (int i = 0; i < stops; i++) {
        code.word(movz(8, cpu.setTidAddress)).word(movz(0, 0)).word(SVC);
      }
      code.word(movz(8, 94)).word(movz(0, 0)).word(SVC);
    }
    return code.toByteArray();
  }

  /**
   * {@return a program that needs a loader and no library, and does nothing but exit}
   *
   * @param loader path of its interpreter
   */
  static byte[] idle(Cpu cpu, String loader) {
    byte[] code = idleCode(cpu, 0);
    byte[] path = (loader + "\0").getBytes(StandardCharsets.UTF_8);
    int headers = 64 + 4 * 56;
    int pathAt = headers + code.length;
    int dynamicAt = (pathAt + path.length + 15) & -16;
    int stringsAt = dynamicAt + 7 * 16;
    int symbolsAt = stringsAt + 8;
    int hashAt = symbolsAt + 24;
    int size = hashAt + 16;
    // The second mapping holds the same bytes and may be written to: the loader does.
    long data = BASE + 0x10000;
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    header(file, cpu, BASE + headers, 4);
    segment(file, 3, 4, pathAt, BASE + pathAt, path.length);
    segment(file, 1, 5, 0, BASE, size);
    segment(file, 1, 6, 0, data, size);
    segment(file, 2, 6, dynamicAt, data + dynamicAt, 7 * 16);
    file.put(code).put(path).position(dynamicAt);
    file.putLong(5).putLong(data + stringsAt).putLong(10).putLong(1); // DT_STRTAB, DT_STRSZ
    file.putLong(6).putLong(data + symbolsAt).putLong(11).putLong(24); // DT_SYMTAB, SYMENT
    file.putLong(4).putLong(data + hashAt).putLong(21).putLong(0); // DT_HASH, DT_DEBUG
    file.putInt(hashAt, 1).putInt(hashAt + 4, 1); // one bucket, one symbol: the null symbol
    return file.array();
  }

  /** A static ELF64 executable: the header, one PT_LOAD over everything, the code. */
  private static byte[] elf(Cpu cpu, byte[] code) {
    ByteBuffer file = ByteBuffer.allocate(HEADERS + code.length).order(ByteOrder.LITTLE_ENDIAN);
    header(file, cpu, BASE + HEADERS, 1);
    segment(file, 1, 5, 0, BASE, HEADERS + code.length);
    return file.put(code).array();
  }

  private static void header(ByteBuffer file, Cpu cpu, long entry, int segments) {
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    file.putShort((short) 2).putShort((short) cpu.elfMachine).putInt(1);
    file.putLong(entry).putLong(64).putLong(0).putInt(0);
    file.putShort((short) 64).putShort((short) 56).putShort((short) segments);
    file.putShort((short) 64).putShort((short) 0).putShort((short) 0);
  }

  private static void segment(
      ByteBuffer file, int type, int flags, long offset, long address, long size) {
    file.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
    file.putLong(size).putLong(size).putLong(type == 1 ? 0x10000 : 8);
  }

  private static byte[] x86(int parent, boolean trace, int... traced) {
    Code code = new Code();
    code.bytes(0xb8).word(157).bytes(0xbf).word(PR_SET_PDEATHSIG).bytes(0xbe).word(Libc.SIGKILL);
    code.bytes(0x31, 0xd2, 0x4d, 0x31, 0xd2, 0x4d, 0x31, 0xc0, 0x0f, 0x05); // prctl
    code.bytes(0xb8).word(110).bytes(0x0f, 0x05, 0x3d).word(parent); // getppid; cmp eax, parent
    code.bytes(0x74, 12).bytes(0xb8).word(231).bytes(0xbf).word(ORPHAN).bytes(0x0f, 0x05);
    code.bytes(0xb8).word(CLOSE_RANGE).bytes(0xbf).word(3).bytes(0xbe).word(-1);
    code.bytes(0x31, 0xd2, 0x0f, 0x05); // close_range: what a JVM has open is not the program's
    if (trace) {
      code.bytes(0xb8).word(101).bytes(0x31, 0xff, 0x31, 0xf6, 0x31, 0xd2); // ptrace(TRACEME)
      code.bytes(0x4d, 0x31, 0xd2, 0x0f, 0x05, 0x85, 0xc0, 0x74, 11); // test eax; je over
      code.bytes(0xf7, 0xd8, 0x89, 0xc7, 0xb8).word(231).bytes(0x0f, 0x05); // exit_group(-eax)
    }
    int filterAt = -1;
    if (traced.length > 0) {
      code.bytes(0xb8).word(157).bytes(0xbf).word(PR_SET_NO_NEW_PRIVS).bytes(0xbe).word(1);
      code.bytes(0x31, 0xd2, 0x4d, 0x31, 0xd2, 0x4d, 0x31, 0xc0, 0x0f, 0x05); // prctl
      code.bytes(0x48, 0x8d, 0x05); // lea rax, [rip + filter]
      filterAt = code.size();
      code.word(0);
      code.bytes(0x50, 0x6a, filterLength(traced), 0x48, 0x89, 0xe2); // sock_fprog on the stack
      code.bytes(0xb8).word(317).bytes(0xbf).word(1).bytes(0xbe).word(SECCOMP_FILTER_SPEC_ALLOW);
      code.bytes(0x0f, 0x05, 0x48, 0x83, 0xc4, 16); // seccomp; add rsp, 16
      code.bytes(0x85, 0xc0, 0x74, 16, 0xf7, 0xd8, 0x05).word(NO_FILTER); // je over; eax = -eax+
      code.bytes(0x89, 0xc7, 0xb8).word(231).bytes(0x0f, 0x05);
    }
    if (trace) {
      code.bytes(0xcc); // ready
    }
    code.bytes(0x48, 0x8b, 0x1c, 0x24, 0x48, 0x8b, 0x7c, 0x24, 0x10); // rbx=argc, rdi=argv[1]
    code.bytes(0x48, 0x8d, 0x74, 0x24, 0x18, 0x48, 0x8d, 0x54, 0xdc, 0x10); // rsi, rdx=envp
    code.bytes(0xb8).word(59).bytes(0x0f, 0x05); // execve
    code.bytes(0xf7, 0xd8, 0x89, 0xc7, 0xb8).word(231).bytes(0x0f, 0x05); // exit_group(-eax)
    if (traced.length > 0) {
      code.align(8);
      code.patch(filterAt, code.size() - (filterAt + 4));
      filter(code, traced);
    }
    return code.toByteArray();
  }

  private static final int SVC = 0xd4000001;

  private static int movz(int register, int value) {
    return 0xd2800000 | (value & 0xffff) << 5 | register;
  }

  private static byte[] aarch64(int parent, boolean trace, int... traced) {
    Code code = new Code();
    code.word(movz(8, 167)).word(movz(0, PR_SET_PDEATHSIG)).word(movz(1, Libc.SIGKILL));
    code.word(movz(2, 0)).word(movz(3, 0)).word(movz(4, 0)).word(SVC); // prctl
    code.word(movz(8, 173)).word(SVC); // getppid
    code.word(movz(1, parent)).word(0xf2a00001 | parent >>> 16 << 5); // movk x1, parent, lsl 16
    code.word(0xeb01001f).word(0x54000000 | 4 << 5); // cmp x0, x1; b.eq over
    code.word(movz(8, 94)).word(movz(0, ORPHAN)).word(SVC); // exit_group
    code.word(movz(8, CLOSE_RANGE)).word(movz(0, 3)).word(0x92800001); // mov x1, -1
    code.word(movz(2, 0)).word(SVC); // close_range
    if (trace) {
      code.word(movz(8, 117)).word(movz(0, 0)).word(movz(1, 0)).word(movz(2, 0)).word(movz(3, 0));
      code.word(SVC).word(0xb4000000 | 4 << 5); // ptrace(TRACEME); cbz x0, over
      code.word(0xcb0003e0).word(movz(8, 94)).word(SVC); // neg x0, x0; exit_group
    }
    int filterAt = -1;
    if (traced.length > 0) {
      code.word(movz(8, 167)).word(movz(0, PR_SET_NO_NEW_PRIVS)).word(movz(1, 1));
      code.word(movz(2, 0)).word(movz(3, 0)).word(movz(4, 0)).word(SVC);
      code.word(0xd10043ff); // sub sp, sp, 16
      code.word(movz(9, filterLength(traced))).word(0xf90003e9); // str x9, [sp]
      filterAt = code.size();
      code.word(0).word(0xf90007e9); // adr x9, filter; str x9, [sp, 8]
      code.word(movz(8, 277)).word(movz(0, 1)).word(movz(1, SECCOMP_FILTER_SPEC_ALLOW));
      code.word(0x910003e2).word(SVC).word(0x910043ff); // mov x2, sp; svc; add sp, sp, 16
      code.word(0xb4000000 | 5 << 5).word(0xcb0003e0); // cbz x0, over; neg x0, x0
      code.word(0x91000000 | NO_FILTER << 10).word(movz(8, 94)).word(SVC);
    }
    if (trace) {
      code.word(0xd4200000); // brk: ready; the tracer steps over it
    }
    code.word(0xf94003e9).word(0xf9400be0); // ldr x9, [sp]; ldr x0, [sp, 16]
    code.word(0x910063e1).word(0x910043e2); // add x1, sp, 24; add x2, sp, 16
    code.word(0x8b090c42); // add x2, x2, x9, lsl 3
    code.word(movz(8, 221)).word(SVC); // execve
    code.word(0xcb0003e0).word(movz(8, 94)).word(SVC); // exit_group(-x0)
    if (traced.length > 0) {
      code.align(8);
      int distance = code.size() - filterAt;
      code.patch(filterAt, 0x10000009 | (distance & 3) << 29 | (distance >> 2 & 0x7ffff) << 5);
      filter(code, traced);
    }
    return code.toByteArray();
  }

  private static int filterLength(int[] traced) {
    return traced.length + 3;
  }

  /** Classic BPF: the system calls named stop for the tracer, all others pass. */
  private static void filter(Code code, int[] traced) {
    statement(code, 0x20, 0, 0); // load the number
    for (int i = 0; i < traced.length; i++) {
      statement(code, 0x15, traced.length - i, traced[i]);
    }
    statement(code, 0x06, 0, 0x7fff0000); // SECCOMP_RET_ALLOW
    statement(code, 0x06, 0, 0x7ff00000); // SECCOMP_RET_TRACE
  }

  private static void statement(Code code, int operation, int ifEqual, int value) {
    code.bytes(operation, 0, ifEqual, 0).word(value);
  }

  /** Machine code being written. */
  private static final class Code {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int patchAt = -1;
    private int patchValue;

    Code bytes(int... values) {
      for (int value : values) {
        out.write(value);
      }
      return this;
    }

    /** 32 bits, little-endian. */
    Code word(int value) {
      return bytes(value, value >> 8, value >> 16, value >> 24);
    }

    Code align(int to) {
      while (out.size() % to != 0) {
        out.write(0);
      }
      return this;
    }

    int size() {
      return out.size();
    }

    /** Replaces one word, once all is written. */
    void patch(int at, int value) {
      patchAt = at;
      patchValue = value;
    }

    byte[] toByteArray() {
      byte[] bytes = out.toByteArray();
      if (patchAt >= 0) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(patchAt, patchValue);
      }
      return bytes;
    }
  }
}
