package dev.binspect.start.linux;

import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@code /proc/PID} tells of a stopped process (proc(5)). */
final class ProcFiles {
  private static final int CHUNK = 64 << 10;

  private final Memory buffer = new Memory(CHUNK);

  /**
   * {@return the file's content, or null where it cannot be read}
   *
   * @param name below the process's folder
   */
  byte @Nullable [] read(int pid, String name) {
    int fd;
    try (Memory path = Libc.string("/proc/" + pid + "/" + name)) {
      fd = Libc.open(Libc.address(path), Libc.O_CLOEXEC, 0);
    }
    if (fd < 0) {
      return null;
    }
    try {
      byte[] all = new byte[0];
      while (true) {
        int n = (int) Libc.pread(fd, Libc.address(buffer), CHUNK, all.length);
        if (n < 0) {
          return null;
        }
        if (n == 0) {
          return all;
        }
        int old = all.length;
        all = java.util.Arrays.copyOf(all, old + n);
        buffer.read(0, all, old, n);
        if (old == 0 && n < 1024) {
          return all; // small files come whole: no second call to see the end
        }
      }
    } finally {
      Libc.close(fd);
    }
  }

  /** Minor and major faults. */
  record Faults(long minor, long major) {}

  /** {@return page faults of the process so far, or null} */
  @Nullable Faults faults(int pid) {
    byte[] stat = read(pid, "stat");
    return stat == null ? null : parseFaults(stat);
  }

  /** Fields 10 and 12 of stat; the second field is a name in brackets and may hold anything. */
  static @Nullable Faults parseFaults(byte[] stat) {
    int at = stat.length - 1;
    while (at >= 0 && stat[at] != ')') {
      at--;
    }
    long minor = number(stat, field(stat, at, 8));
    long major = number(stat, field(stat, at, 10));
    return at < 0 || minor < 0 || major < 0 ? null : new Faults(minor, major);
  }

  /** {@return where the n-th field after {@code at} begins} */
  private static int field(byte[] text, int at, int n) {
    int seen = 0;
    for (int i = Math.max(0, at); i < text.length; i++) {
      if (text[i] == ' ' && ++seen == n) {
        return i + 1;
      }
    }
    return text.length;
  }

  private static long number(byte[] text, int at) {
    long value = 0;
    int i = at;
    while (i < text.length && text[i] >= '0' && text[i] <= '9') {
      value = value * 10 + (text[i++] - '0');
    }
    return i == at ? -1 : value;
  }

  /** {@return bytes of private dirty memory, or -1} */
  long privateDirty(int pid) {
    byte[] rollup = read(pid, "smaps_rollup");
    return rollup == null ? -1 : parsePrivateDirty(rollup);
  }

  /**
   * {@return bytes that the process wrote} What was linked a moment ago and is not on the disk yet
   * is dirty as well, in whichever process maps it, and on a tmpfs it stays so; what a process
   * writes into private memory becomes anonymous.
   */
  static long parsePrivateDirty(byte[] rollup) {
    long dirty = kilobytes(rollup, "Private_Dirty:");
    long anonymous = kilobytes(rollup, "Anonymous:");
    return dirty < 0 ? -1 : (anonymous < 0 ? dirty : Math.min(dirty, anonymous)) * 1024;
  }

  private static long kilobytes(byte[] rollup, String key) {
    int at = new String(rollup, StandardCharsets.ISO_8859_1).indexOf(key);
    if (at < 0) {
      return -1;
    }
    at += key.length();
    while (at < rollup.length && rollup[at] == ' ') {
      at++;
    }
    return number(rollup, at);
  }

  /** A file's mapping. */
  record Mapping(long from, long to, String path) {}

  /** {@return the mappings that have a file behind them, in the order of addresses} */
  List<Mapping> mappings(int pid) {
    byte[] maps = read(pid, "maps");
    return maps == null ? List.of() : parseMappings(maps);
  }

  static List<Mapping> parseMappings(byte[] maps) {
    List<Mapping> all = new ArrayList<>();
    String text = new String(maps, StandardCharsets.UTF_8);
    int next = 0;
    for (int start = 0; start < text.length(); start = next + 1) {
      next = text.indexOf('\n', start);
      if (next < 0) {
        next = text.length();
      }
      String line = text.substring(start, next);
      int dash = line.indexOf('-');
      int blank = line.indexOf(' ');
      int slash = line.indexOf('/');
      if (dash > 0 && dash < blank && slash > blank) {
        all.add(
            new Mapping(
                Long.parseUnsignedLong(line, 0, dash, 16),
                Long.parseUnsignedLong(line, dash + 1, blank, 16),
                line.substring(slash)));
      }
    }
    return all;
  }

  /** {@return the value of an auxiliary vector's entry, 0 where there is none} */
  static long auxiliary(byte[] auxv, int type) {
    for (int at = 0; at + 16 <= auxv.length; at += 16) {
      if (dev.binspect.bytes.Bytes.u64(auxv, at, true) == type) {
        return dev.binspect.bytes.Bytes.u64(auxv, at + 8, true);
      }
    }
    return 0;
  }
}
