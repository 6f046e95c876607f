package dev.binspect.files.linux;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Folders by the system's own calls. Listing a folder, Linux says which of its names are files (see
 * getdents64(2)); Java drops that, so that each file costs one more look, and a channel's worth of
 * objects. Of a tree where few files are binaries that is half of the walk.
 *
 * <p>The first use costs a tenth of a second: worth it for some thousand files.
 */
public final class SystemFolders {
  /** Takes what is found. */
  public interface Visitor {
    /**
     * {@return whether a regular file is wanted}
     *
     * @param first its first bytes, valid during the call
     */
    boolean wants(byte[] first);

    /** A file that was wanted. */
    void file(String path);

    /** Something that could not be opened, or whose kind the file system does not tell. */
    void other(String path);
  }

  private static final int AT_FDCWD = -100;

  /** A file that was replaced by a pipe meanwhile must not keep the walk waiting. */
  private static final int O_NONBLOCK = 0x800;

  private static final int O_DIRECTORY = 0x10000;
  private static final int O_NOFOLLOW = 0x20000;
  private static final int O_CLOEXEC = 0x80000;
  private static final int DT_UNKNOWN = 0;
  private static final int DT_DIR = 4;
  private static final int DT_REG = 8;

  /** struct linux_dirent64: d_ino, d_off, then these. */
  private static final int RECORD_LENGTH = 16;

  private static final int TYPE = 18;
  private static final int NAME = 19;

  private static final int FIRST = 8;
  private static final int BUFFER = 1 << 14;
  private static final int LONGEST_PATH = 4096;

  /** Direct calls, as JNA binds them by name. */
  private static final class Calls {
    static native int openat(int folder, long name, int flags);

    static native long read(int file, long buffer, long count);

    static native long getdents64(int folder, long buffer, long count);

    static native int close(int file);

    private Calls() {}
  }

  /** Entries of one of the folders that are being walked. */
  private static final class Level {
    final Memory memory = new Memory(BUFFER);
    final long address = Pointer.nativeValue(memory);
    final ByteBuffer entries = memory.getByteBuffer(0, BUFFER).order(ByteOrder.nativeOrder());
  }

  private final Visitor visitor;
  private final Memory start = new Memory(LONGEST_PATH);
  private final Memory firstMemory = new Memory(FIRST);
  private final long firstAddress = Pointer.nativeValue(firstMemory);
  private final byte[] first = new byte[FIRST];
  private final List<Level> levels = new ArrayList<>();
  private byte[] name = new byte[256];

  /** Folders that are being walked, each with a level of its own. */
  private int open;

  /** As many as may be open before those below are left to the visitor. */
  private int most;

  private SystemFolders(Visitor visitor) {
    this.visitor = visitor;
  }

  /**
   * {@return what walks folders, or null where the system's calls are not known or cannot be made}
   */
  public static @Nullable SystemFolders of(Visitor visitor) {
    // The flags' values are those of x86-64, and names are read as UTF-8.
    if (!System.getProperty("os.name", "").equals("Linux")
        || !System.getProperty("os.arch", "").equals("amd64")
        || !System.getProperty("sun.jnu.encoding", "").equalsIgnoreCase("UTF-8")) {
      return null;
    }
    try {
      Native.register(Calls.class, NativeLibrary.getProcess());
      return new SystemFolders(visitor);
    } catch (LinkageError | RuntimeException e) {
      return null; // no getdents64 in this C library, or no JNA for it
    }
  }

  /**
   * Walks a folder and all below. No symbolic link is followed, the last part of the path included.
   * A visitor may call it again for what is {@link Visitor#other}.
   *
   * @param room folders within each other below it; those below are {@link Visitor#other}
   * @return false where it cannot be opened
   */
  public boolean walk(String path, int room) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= LONGEST_PATH) {
      return false;
    }
    start.write(0, bytes, 0, bytes.length);
    start.setByte(bytes.length, (byte) 0);
    int folder =
        Calls.openat(AT_FDCWD, Pointer.nativeValue(start), O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) {
      return false;
    }
    int outer = most;
    most = open + room;
    try {
      walk(folder, path.endsWith("/") ? path : path + "/");
    } finally {
      most = outer;
    }
    return true;
  }

  /** Looks at what stands in an open folder, and closes it. */
  private void walk(int folder, String prefix) {
    if (open == levels.size()) {
      levels.add(new Level());
    }
    Level level = levels.get(open++);
    ByteBuffer entries = level.entries;
    try {
      while (true) {
        int size = (int) Calls.getdents64(folder, level.address, BUFFER);
        if (size <= 0) {
          if (size < 0) {
            visitor.other(prefix);
          }
          return;
        }
        for (int at = 0; at < size; at += entries.getShort(at + RECORD_LENGTH) & 0xffff) {
          int type = entries.get(at + TYPE);
          if (type == DT_REG) {
            file(folder, level, at, prefix);
          } else if (type == DT_DIR) {
            if (!isDots(entries, at + NAME)) {
              folder(folder, level, at, prefix);
            }
          } else if (type == DT_UNKNOWN && !isDots(entries, at + NAME)) {
            visitor.other(prefix + name(entries, at + NAME));
          }
        }
      }
    } finally {
      open--;
      Calls.close(folder);
    }
  }

  private void file(int folder, Level level, int at, String prefix) {
    int file = Calls.openat(folder, level.address + at + NAME, O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) {
      visitor.other(prefix + name(level.entries, at + NAME));
      return;
    }
    long got = Calls.read(file, firstAddress, FIRST);
    Calls.close(file);
    if (got == FIRST) {
      firstMemory.read(0, first, 0, FIRST);
      if (visitor.wants(first)) {
        visitor.file(prefix + name(level.entries, at + NAME));
      }
    } else if (got < 0) {
      visitor.other(prefix + name(level.entries, at + NAME));
    }
  }

  private void folder(int folder, Level level, int at, String prefix) {
    String path = prefix + name(level.entries, at + NAME);
    int child =
        open > most
            ? -1
            : Calls.openat(folder, level.address + at + NAME, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (child < 0) {
      visitor.other(path);
    } else {
      walk(child, path + "/");
    }
  }

  private static boolean isDots(ByteBuffer entries, int at) {
    if (entries.get(at) != '.') {
      return false;
    }
    int second = entries.get(at + 1);
    return second == 0 || (second == '.' && entries.get(at + 2) == 0);
  }

  private String name(ByteBuffer entries, int at) {
    int length = 0;
    while (entries.get(at + length) != 0) {
      length++;
    }
    if (length > name.length) {
      name = new byte[length];
    }
    entries.get(at, name, 0, length);
    return new String(name, 0, length, StandardCharsets.UTF_8);
  }
}
