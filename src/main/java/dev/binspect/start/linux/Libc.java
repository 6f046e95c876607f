package dev.binspect.start.linux;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.charset.StandardCharsets;

/**
 * The C library's functions that tracing needs, mapped directly. Pointers are plain addresses:
 * every argument is a number, which is the cheapest call there is.
 */
final class Libc {
  static {
    Native.register(Libc.class, NativeLibrary.getProcess());
  }

  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int ECHILD = 10;
  static final int EACCES = 13;
  static final int EINVAL = 22;
  static final int ENOSYS = 38;

  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_CLOEXEC = 0x80000;

  static final int SIGTRAP = 5;
  static final int SIGKILL = 9;
  static final int SIGSTOP = 19;
  static final int SIGTSTP = 20;
  static final int SIGTTIN = 21;
  static final int SIGTTOU = 22;

  /** Wait for threads and processes alike. */
  static final int WALL = 0x40000000;

  /** Wait for what this thread started or traces, and for nobody else's children. */
  static final int WNOTHREAD = 0x20000000;

  static final int AT_FDCWD = -100;

  private Libc() {}

  static native int posix_spawn(
      long pid, long path, long actions, long attributes, long argv, long envp);

  static native int posix_spawn_file_actions_init(long actions);

  static native int posix_spawn_file_actions_addopen(
      long actions, int fd, long path, int flags, int mode);

  static native int posix_spawn_file_actions_destroy(long actions);

  static native int posix_spawnattr_init(long attributes);

  static native int posix_spawnattr_setflags(long attributes, short flags);

  static native int posix_spawnattr_setsigmask(long attributes, long set);

  static native int posix_spawnattr_setsigdefault(long attributes, long set);

  static native int waitpid(int pid, long status, int options);

  static native int wait4(int pid, long status, int options, long usage);

  static native long ptrace(long request, long pid, long address, long data);

  static native int kill(int pid, int signal);

  static native int clock_gettime(int clock, long time);

  static native int memfd_create(long name, int flags);

  static native long read(int fd, long buffer, long count);

  static native long write(int fd, long buffer, long count);

  static native long pread(int fd, long buffer, long count, long offset);

  static native int open(long path, int flags, int mode);

  static native int close(int fd);

  static native int fchmod(int fd, int mode);

  static native int getpid();

  static native int geteuid();

  static native int sched_getcpu();

  static native int sched_getaffinity(int pid, long bytes, long mask);

  static native int sched_setaffinity(int pid, long bytes, long mask);

  static native int sched_setscheduler(int pid, int policy, long parameter);

  static native int prctl(int option, long a, long b, long c, long d);

  static native int access(long path, int mode);

  static native int posix_fadvise(int fd, long offset, long length, int advice);

  static native long syscall(long number, long a, long b, long c, long d, long e, long f);

  static native long process_vm_readv(
      int pid, long local, long localCount, long remote, long remoteCount, long flags);

  /** {@return errno of this thread's last call} */
  static int errno() {
    return Native.getLastError();
  }

  static long address(Memory memory) {
    return com.sun.jna.Pointer.nativeValue(memory);
  }

  /** {@return a NUL-terminated copy, alive as long as the object is} */
  static Memory string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Memory memory = new Memory(bytes.length + 1L);
    memory.write(0, bytes, 0, bytes.length);
    memory.setByte(bytes.length, (byte) 0);
    return memory;
  }

  /** {@return the errno's usual words} */
  static String describe(int errno) {
    return switch (errno) {
      case EPERM -> "operation not permitted";
      case ENOENT -> "no such file";
      case 7 -> "argument list too long";
      case 8 -> "exec format error";
      case 12 -> "out of memory";
      case EACCES -> "permission denied";
      case EINVAL -> "invalid argument";
      case 26 -> "text file busy";
      case ENOSYS -> "not offered by this kernel";
      case 40 -> "too many symbolic links";
      default -> "error " + errno;
    };
  }
}
