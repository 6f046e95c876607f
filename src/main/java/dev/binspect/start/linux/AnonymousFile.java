package dev.binspect.start.linux;

import com.sun.jna.Memory;
import java.io.IOException;

/**
 * An executable file without a name: it is gone with its last descriptor, however this process
 * ends.
 */
final class AnonymousFile implements AutoCloseable {
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_EXEC = 0x10;
  private static final int O_TMPFILE = 0x410000;
  private static final int O_TMPFILE_AARCH64 = 0x404000;

  private final int fd;
  private final Memory path;

  private AnonymousFile(int fd) {
    this.fd = fd;
    this.path = Libc.string("/proc/self/fd/" + fd);
  }

  /** {@return the content in memory, or where that is forbidden, in a temporary folder} */
  static AnonymousFile of(byte[] content) throws IOException {
    Memory name = Libc.string("binspect");
    int fd = Libc.memfd_create(Libc.address(name), MFD_CLOEXEC | MFD_EXEC);
    if (fd < 0) {
      fd = Libc.memfd_create(Libc.address(name), MFD_CLOEXEC); // kernels before 6.3
    }
    if (fd >= 0) {
      return written(fd, content);
    }
    String[] folders = {"/dev/shm", System.getProperty("java.io.tmpdir", "/tmp"), "/var/tmp"};
    IOException last = new IOException("no folder for temporary files");
    for (String folder : folders) {
      try {
        return in(folder, content);
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  /** {@return the content in a nameless file of the folder's file system} */
  static AnonymousFile in(String folder, byte[] content) throws IOException {
    Memory path = Libc.string(folder);
    int flag = Cpu.host() == Cpu.AARCH64 ? O_TMPFILE_AARCH64 : O_TMPFILE;
    int fd = Libc.open(Libc.address(path), flag | Libc.O_RDWR | Libc.O_CLOEXEC, 0700);
    if (fd < 0) {
      throw new IOException(folder + ": " + Libc.describe(Libc.errno()));
    }
    return written(fd, content);
  }

  private static AnonymousFile written(int fd, byte[] content) throws IOException {
    try (Memory copy = new Memory(content.length)) {
      copy.write(0, content, 0, content.length);
      long done = 0;
      while (done < content.length) {
        long n = Libc.write(fd, Libc.address(copy) + done, content.length - done);
        if (n <= 0) {
          throw new IOException("temporary file: " + Libc.describe(Libc.errno()));
        }
        done += n;
      }
      if (Libc.fchmod(fd, 0700) != 0) {
        throw new IOException("temporary file: " + Libc.describe(Libc.errno()));
      }
      // A file that is open for writing cannot be executed (ETXTBSY).
      Memory path = Libc.string("/proc/self/fd/" + fd);
      int readOnly = Libc.open(Libc.address(path), Libc.O_CLOEXEC, 0);
      if (readOnly < 0) {
        throw new IOException("temporary file: " + Libc.describe(Libc.errno()));
      }
      return new AnonymousFile(readOnly);
    } finally {
      Libc.close(fd);
    }
  }

  /** {@return address of the path under which this process and its children can execute it} */
  long path() {
    return Libc.address(path);
  }

  /** {@return the path under which processes find it that have none of this one's descriptors} */
  String pathFor(int owner) {
    return "/proc/" + owner + "/fd/" + fd;
  }

  @Override
  public void close() {
    Libc.close(fd);
    path.close();
  }
}
