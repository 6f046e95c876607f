package dev.binspect.start.linux;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.charset.StandardCharsets;

/**
 * The C library's functions that tracing needs. Pointers are plain addresses: every argument is a
 * number. They are called through function objects: mapping them directly makes a call cheaper by a
 * microsecond, and its first use dearer than ten starts.
 */
final class Libc {
  private static final NativeLibrary PROCESS = NativeLibrary.getProcess();

  private static final Function POSIX_SPAWN = function("posix_spawn");
  private static final Function POSIX_SPAWN_FILE_ACTIONS_INIT =
      function("posix_spawn_file_actions_init");
  private static final Function POSIX_SPAWN_FILE_ACTIONS_ADDOPEN =
      function("posix_spawn_file_actions_addopen");
  private static final Function POSIX_SPAWN_FILE_ACTIONS_DESTROY =
      function("posix_spawn_file_actions_destroy");
  private static final Function POSIX_SPAWNATTR_INIT = function("posix_spawnattr_init");
  private static final Function POSIX_SPAWNATTR_SETFLAGS = function("posix_spawnattr_setflags");
  private static final Function POSIX_SPAWNATTR_SETSIGMASK = function("posix_spawnattr_setsigmask");
  private static final Function POSIX_SPAWNATTR_SETSIGDEFAULT =
      function("posix_spawnattr_setsigdefault");
  private static final Function WAITPID = function("waitpid");
  private static final Function WAIT4 = function("wait4");
  private static final Function PTRACE = function("ptrace");
  private static final Function KILL = function("kill");
  private static final Function CLOCK_GETTIME = function("clock_gettime");
  private static final Function MEMFD_CREATE = function("memfd_create");
  private static final Function READ = function("read");
  private static final Function WRITE = function("write");
  private static final Function PREAD = function("pread");
  private static final Function OPEN = function("open");
  private static final Function CLOSE = function("close");
  private static final Function FCHMOD = function("fchmod");
  private static final Function GETPID = function("getpid");
  private static final Function GETEUID = function("geteuid");
  private static final Function SCHED_GETCPU = function("sched_getcpu");
  private static final Function SCHED_GETAFFINITY = function("sched_getaffinity");
  private static final Function SCHED_SETAFFINITY = function("sched_setaffinity");
  private static final Function SCHED_SETSCHEDULER = function("sched_setscheduler");
  private static final Function PRCTL = function("prctl");
  private static final Function ACCESS = function("access");
  private static final Function POSIX_FADVISE = function("posix_fadvise");
  private static final Function SYSCALL = function("syscall");
  private static final Function PROCESS_VM_READV = function("process_vm_readv");

  private static Function function(String name) {
    return PROCESS.getFunction(name);
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

  static int posix_spawn(long pid, long path, long actions, long attributes, long argv, long envp) {
    return POSIX_SPAWN.invokeInt(new Object[] {pid, path, actions, attributes, argv, envp});
  }

  static int posix_spawn_file_actions_init(long actions) {
    return POSIX_SPAWN_FILE_ACTIONS_INIT.invokeInt(new Object[] {actions});
  }

  static int posix_spawn_file_actions_addopen(
      long actions, int fd, long path, int flags, int mode) {
    return POSIX_SPAWN_FILE_ACTIONS_ADDOPEN.invokeInt(
        new Object[] {actions, fd, path, flags, mode});
  }

  static int posix_spawn_file_actions_destroy(long actions) {
    return POSIX_SPAWN_FILE_ACTIONS_DESTROY.invokeInt(new Object[] {actions});
  }

  static int posix_spawnattr_init(long attributes) {
    return POSIX_SPAWNATTR_INIT.invokeInt(new Object[] {attributes});
  }

  static int posix_spawnattr_setflags(long attributes, short flags) {
    return POSIX_SPAWNATTR_SETFLAGS.invokeInt(new Object[] {attributes, flags});
  }

  static int posix_spawnattr_setsigmask(long attributes, long set) {
    return POSIX_SPAWNATTR_SETSIGMASK.invokeInt(new Object[] {attributes, set});
  }

  static int posix_spawnattr_setsigdefault(long attributes, long set) {
    return POSIX_SPAWNATTR_SETSIGDEFAULT.invokeInt(new Object[] {attributes, set});
  }

  static int waitpid(int pid, long status, int options) {
    return WAITPID.invokeInt(new Object[] {pid, status, options});
  }

  static int wait4(int pid, long status, int options, long usage) {
    return WAIT4.invokeInt(new Object[] {pid, status, options, usage});
  }

  static long ptrace(long request, long pid, long address, long data) {
    return PTRACE.invokeLong(new Object[] {request, pid, address, data});
  }

  static int kill(int pid, int signal) {
    return KILL.invokeInt(new Object[] {pid, signal});
  }

  static int clock_gettime(int clock, long time) {
    return CLOCK_GETTIME.invokeInt(new Object[] {clock, time});
  }

  static int memfd_create(long name, int flags) {
    return MEMFD_CREATE.invokeInt(new Object[] {name, flags});
  }

  static long read(int fd, long buffer, long count) {
    return READ.invokeLong(new Object[] {fd, buffer, count});
  }

  static long write(int fd, long buffer, long count) {
    return WRITE.invokeLong(new Object[] {fd, buffer, count});
  }

  static long pread(int fd, long buffer, long count, long offset) {
    return PREAD.invokeLong(new Object[] {fd, buffer, count, offset});
  }

  static int open(long path, int flags, int mode) {
    return OPEN.invokeInt(new Object[] {path, flags, mode});
  }

  static int close(int fd) {
    return CLOSE.invokeInt(new Object[] {fd});
  }

  static int fchmod(int fd, int mode) {
    return FCHMOD.invokeInt(new Object[] {fd, mode});
  }

  static int getpid() {
    return GETPID.invokeInt(new Object[] {});
  }

  static int geteuid() {
    return GETEUID.invokeInt(new Object[] {});
  }

  static int sched_getcpu() {
    return SCHED_GETCPU.invokeInt(new Object[] {});
  }

  static int sched_getaffinity(int pid, long bytes, long mask) {
    return SCHED_GETAFFINITY.invokeInt(new Object[] {pid, bytes, mask});
  }

  static int sched_setaffinity(int pid, long bytes, long mask) {
    return SCHED_SETAFFINITY.invokeInt(new Object[] {pid, bytes, mask});
  }

  static int sched_setscheduler(int pid, int policy, long parameter) {
    return SCHED_SETSCHEDULER.invokeInt(new Object[] {pid, policy, parameter});
  }

  static int prctl(int option, long a, long b, long c, long d) {
    return PRCTL.invokeInt(new Object[] {option, a, b, c, d});
  }

  static int access(long path, int mode) {
    return ACCESS.invokeInt(new Object[] {path, mode});
  }

  static int posix_fadvise(int fd, long offset, long length, int advice) {
    return POSIX_FADVISE.invokeInt(new Object[] {fd, offset, length, advice});
  }

  static long syscall(long number, long a, long b, long c, long d, long e, long f) {
    return SYSCALL.invokeLong(new Object[] {number, a, b, c, d, e, f});
  }

  static long process_vm_readv(
      int pid, long local, long localCount, long remote, long remoteCount, long flags) {
    return PROCESS_VM_READV.invokeLong(
        new Object[] {pid, local, localCount, remote, remoteCount, flags});
  }

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
