package dev.binspect.start.linux;

import com.sun.jna.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Who may change and run a file (statx(2)).
 *
 * @param mode type and permissions, as st_mode
 * @param device both numbers of the device it stands on
 */
record FileStatus(int mode, int owner, int group, long device, long inode) {
  private static final int SIZE = 256;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int GROUP_MAY_EXECUTE = 010;
  private static final int GROUP_MAY_WRITE = 020;
  private static final int OTHERS_MAY_WRITE = 02;

  /** {@return the status behind the path, links followed, or null where there is none} */
  static @Nullable FileStatus of(Cpu cpu, String path) {
    try (Memory name = Libc.string(path);
        Memory buffer = new Memory(SIZE)) {
      buffer.clear();
      long result =
          Libc.syscall(
              cpu.statx,
              Libc.AT_FDCWD,
              Libc.address(name),
              0,
              STATX_BASIC_STATS,
              Libc.address(buffer),
              0);
      return result != 0
          ? null
          : new FileStatus(
              buffer.getShort(28) & 0xffff,
              buffer.getInt(20),
              buffer.getInt(24),
              (long) buffer.getInt(136) << 32 | buffer.getInt(140) & 0xffffffffL,
              buffer.getLong(32));
    }
  }

  boolean sameFile(FileStatus other) {
    return device == other.device && inode == other.inode;
  }

  /**
   * {@return why the user must not run it for a look at its start, or null}
   *
   * <p>A group's write permission counts as the owner's where the group is the owner's own, as most
   * distributions set users up.
   *
   * @param user effective user id
   */
  @Nullable String refusal(int user) {
    if (owner != user && owner != 0) {
      return "it belongs to user " + owner + ", who is neither you nor root";
    }
    if ((mode & OTHERS_MAY_WRITE) != 0) {
      return "everybody can write to it";
    }
    if ((mode & GROUP_MAY_WRITE) != 0 && group != owner) {
      return "its group (" + group + ") can write to it";
    }
    if ((mode & SETUID) != 0) {
      return "it is setuid";
    }
    if ((mode & SETGID) != 0 && (mode & GROUP_MAY_EXECUTE) != 0) {
      return "it is setgid";
    }
    return null;
  }
}
