package dev.binspect.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written beside another and takes its place once it is whole: who is interrupted,
 * or fails, leaves what was there before. An interrupt (SIGINT, SIGTERM, SIGHUP) takes the draft
 * away.
 */
final class Draft {
  private final Path target;
  private final Path place;
  private final OutputStream stream;
  private final Thread removal = new Removal();
  private boolean over;

  private Draft(Path target, Path place) throws IOException {
    this.target = target;
    this.place = place;
    this.stream = new FileOutputStream(place.toFile());
    try {
      Runtime.getRuntime().addShutdownHook(removal);
    } catch (IllegalStateException e) {
      discard(); // the process ends already
    }
  }

  /**
   * {@return a draft of a file, or null where a file beside it could not take its place, so that
   * what is there must be written to: it is a device, a pipe, a link, has a second name or another
   * owner, may not be written to, or nothing can be made in its folder}
   */
  static @Nullable Draft of(String file) {
    Path place = null;
    try {
      Path target = Path.of(file);
      PosixFileAttributes old = existing(target);
      if (old != null && !replaceable(target, old)) {
        return null;
      }
      Path name = target.getFileName();
      if (name == null) {
        return null;
      }
      // Processes in containers share their numbers; what one that was killed left is not ours.
      Path beside =
          target.resolveSibling(
              name
                  + "."
                  + ProcessHandle.current().pid()
                  + "-"
                  + Long.toHexString(System.nanoTime())
                  + ".part");
      if (old == null) {
        Files.createFile(beside);
        place = beside;
      } else {
        // From its first moment on nobody may read it who may not read the old one.
        Files.createFile(beside, PosixFilePermissions.asFileAttribute(old.permissions()));
        place = beside;
        Files.setPosixFilePermissions(beside, old.permissions());
        PosixFileAttributes made = Files.readAttributes(beside, PosixFileAttributes.class);
        if (!made.owner().equals(old.owner()) || !made.group().equals(old.group())) {
          Files.delete(beside);
          return null;
        }
      }
      return new Draft(target, beside);
    } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
      remove(place);
      return null; // whoever opens the file itself tells why, if that fails as well
    }
  }

  /** {@return what is at a place, links not followed, or null for nothing} */
  private static @Nullable PosixFileAttributes existing(Path path) throws IOException {
    try {
      return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static boolean replaceable(Path path, PosixFileAttributes old) throws IOException {
    return old.isRegularFile()
        && Files.isWritable(path)
        && Integer.valueOf(1).equals(Files.getAttribute(path, "unix:nlink"));
  }

  /** {@return where to write; not buffered} */
  OutputStream stream() {
    return stream;
  }

  /** {@return whether nothing was written so far} */
  boolean isEmpty() throws IOException {
    return Files.size(place) == 0;
  }

  /**
   * Puts the draft in the file's place.
   *
   * @throws IOException if it cannot be put there; then the draft is gone
   */
  synchronized void publish() throws IOException {
    if (over) {
      return; // interrupted: the process ends
    }
    try {
      stream.close();
      PosixFileAttributes now = existing(target);
      if (now == null || now.isRegularFile()) {
        Files.move(place, target, StandardCopyOption.ATOMIC_MOVE);
      } else {
        copy(); // somebody put a device or a link there meanwhile
      }
    } catch (java.nio.file.FileSystemException e) {
      copy(); // a file that is mounted by itself, as into a container, is no name to be replaced
    } finally {
      discard();
    }
  }

  private void copy() throws IOException {
    try (OutputStream out = Output.create(target.toString(), false)) {
      Files.copy(place, out);
    }
  }

  /** Takes away what was not published. */
  synchronized void discard() {
    if (over) {
      return;
    }
    over = true;
    try {
      stream.close();
    } catch (IOException e) {
      // what could not be written is not wanted
    }
    remove(place);
    try {
      Runtime.getRuntime().removeShutdownHook(removal);
    } catch (IllegalStateException e) {
      // it runs already
    }
  }

  private static void remove(@Nullable Path place) {
    if (place == null) {
      return;
    }
    try {
      Files.deleteIfExists(place);
    } catch (IOException e) {
      // the folder went away, or its rights
    }
  }

  /** Runs when the process is interrupted. */
  private final class Removal extends Thread {
    Removal() {
      super("draft");
    }

    @Override
    public void run() {
      discard();
    }
  }
}
