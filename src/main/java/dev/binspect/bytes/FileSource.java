package dev.binspect.bytes;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A regular file, read at positions.
 *
 * <p>Positional reads and no mapping: a mapped file that shrinks kills the process, mapping costs
 * 20 to 50 ms of start-up on JDK 18 and later, and a buffer cannot exceed 2 GiB. {@link #close}
 * only gives the descriptor back: a value that reads lazily may be asked after the file left the
 * hands of its reader, and then opens it again.
 */
final class FileSource implements ByteSource {
  private static final int HEAD = 1 << 15;

  private final File file;
  private final long length;
  private final long modified;
  private @Nullable RandomAccessFile open;

  /** The file's beginning, where linkers put most of what a loader asks for: read at one go. */
  private byte @Nullable [] head;

  private boolean headTried;

  FileSource(File file) throws IOException {
    this.file = file;
    // isFile() first: opening a FIFO blocks for ever, opening a device may do anything.
    if (!file.isFile()) {
      if (!file.exists()) {
        throw absent(file);
      }
      throw new IOException(file.isDirectory() ? "is a folder" : "is not a regular file");
    }
    RandomAccessFile opened = open(file);
    this.open = opened;
    this.length = opened.length();
    this.modified = file.lastModified();
  }

  private static RandomAccessFile open(File file) throws IOException {
    try {
      return new RandomAccessFile(file, "r");
    } catch (FileNotFoundException e) {
      // The JDK says "PATH (Permission denied)"; callers print the path themselves.
      if (!file.exists()) {
        throw absent(file);
      }
      String message = String.valueOf(e.getMessage());
      int from = message.lastIndexOf('(');
      int to = message.lastIndexOf(')');
      throw new IOException(
          from >= 0 && to > from ? lowerFirst(message.substring(from + 1, to)) : message, e);
    }
  }

  /** Why a file does not show: java.io tells a folder that nobody may enter from nothing not. */
  private static IOException absent(File file) {
    try {
      Files.readAttributes(file.toPath(), BasicFileAttributes.class);
    } catch (NoSuchFileException | InvalidPathException e) {
      return new FileNotFoundException(Bytes.noSuchFile(file.getPath()));
    } catch (AccessDeniedException e) {
      return new IOException("permission denied", e);
    } catch (FileSystemException e) {
      String reason = e.getReason();
      return new IOException(reason == null ? "no such file" : lowerFirst(reason), e);
    } catch (IOException e) {
      return e;
    }
    return new FileNotFoundException("no such file"); // it came this moment
  }

  private static String lowerFirst(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public synchronized int read(long position, byte[] target, int at, int count) throws IOException {
    RandomAccessFile in = open;
    if (in == null) {
      if (file.length() != length || file.lastModified() != modified) {
        throw new IOException("changed while it was read");
      }
      in = open(file);
      open = in;
    }
    if (!headTried) {
      headTried = true;
      byte[] first = new byte[(int) Math.min(HEAD, length)];
      head = read(in, 0, first, 0, first.length) == first.length ? first : null;
    }
    byte[] known = head;
    if (known != null && position + count <= known.length) {
      System.arraycopy(known, (int) position, target, at, count);
      return count;
    }
    return read(in, position, target, at, count);
  }

  private static int read(RandomAccessFile in, long position, byte[] target, int at, int count)
      throws IOException {
    in.seek(position);
    int done = 0;
    while (done < count) {
      int n = in.read(target, at + done, count - done);
      if (n < 0) {
        break;
      }
      done += n;
    }
    return done;
  }

  @Override
  public synchronized void close() {
    RandomAccessFile in = open;
    open = null;
    head = null;
    if (in != null) {
      try {
        in.close();
      } catch (IOException e) {
        // Nothing was written: a failing close loses nothing.
        return;
      }
    }
  }
}
