package dev.binspect.start.linux;

import com.sun.jna.Memory;
import java.util.List;

/** The kernel's cache of file contents. */
final class PageCache {
  private static final int POSIX_FADV_DONTNEED = 4;

  private PageCache() {}

  /** Drops these files, as far as no process maps them. */
  static void drop(List<String> paths) {
    for (String path : paths) {
      try (Memory name = Libc.string(path)) {
        int fd = Libc.open(Libc.address(name), Libc.O_CLOEXEC, 0);
        if (fd >= 0) {
          Libc.posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
          Libc.close(fd);
        }
      }
    }
  }
}
