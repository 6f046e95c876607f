package dev.binspect.image;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one door through which loaders look at the file system; tests put small worlds behind it. */
public interface Door {
  /** {@return whether a regular file stands at the path, symbolic links followed} */
  boolean isFile(String path);

  /** {@return whether a folder stands at the path, symbolic links followed} */
  boolean isFolder(String path);

  /** {@return the names in a folder, sorted; empty where it is none or cannot be read} */
  List<String> list(String path);

  /** {@return what somebody made of a folder or file and gave to {@link #keep}, or null} */
  default <T> @Nullable T kept(String path, Class<T> made) {
    return null;
  }

  /**
   * Keeps what somebody made of a folder's names or a small file, for others that ask the same of
   * it. Doors that look again at each question keep nothing.
   *
   * @param made may be asked by several threads at once
   */
  default void keep(String path, Object made) {}

  /**
   * {@return what two paths of one file have in common (device and inode, as loaders compare them),
   * or null where nothing is}
   */
  @Nullable Object identity(String path);

  /**
   * {@return the path without symbolic links, or the path itself where that cannot be found out}
   */
  String realPath(String path);

  /**
   * The images in a file, parsed once however often they are asked for.
   *
   * @throws IOException if it cannot be read
   * @throws MalformedException if it is no binary, or damaged so far that nothing can be said
   */
  List<Image> images(String path) throws IOException, MalformedException;

  /** {@return a file's outline, or null where it has none or cannot be read so far} */
  default @Nullable Outline outline(String path) {
    return null;
  }

  /**
   * {@return the content of a small file (a loader's configuration), or null where there is none}
   *
   * @param limit bytes; a larger file counts as none
   */
  byte @Nullable [] content(String path, int limit);

  /**
   * {@return a file of any size, to be read where it is asked and closed; null where there is none}
   */
  default @Nullable Bytes open(String path) {
    return null;
  }

  /**
   * {@return when a file was last written, in milliseconds since 1970, or -1 where nobody knows}
   */
  default long modified(String path) {
    return -1;
  }

  /** {@return whether so many places were asked for that all answers are no from now on} */
  default boolean exhausted() {
    return false;
  }

  /** {@return what a symbolic link points to, as written, or null where the path is none} */
  default @Nullable String link(String path) {
    return null;
  }

  /**
   * {@return whether the kernel would start the program with more rights than its caller has
   * (setuid, setgid): loaders then ignore most of the environment}
   */
  default boolean privileged(String path) {
    return false;
  }
}
