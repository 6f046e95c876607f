package dev.binspect.load;

import dev.binspect.image.Door;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folder that stands for {@code /}. Paths inside of it are resolved as a process would that has
 * it for its root: absolute symbolic links stay within.
 */
public final class Root {
  /** As many as Linux follows on the way to one file. */
  private static final int LINKS = 40;

  private final @Nullable String folder;
  private final Door door;

  public Root(@Nullable String folder, Door door) {
    this.folder = folder == null || trimmed(folder).isEmpty() ? null : trimmed(folder);
    this.door = door;
  }

  private static String trimmed(String folder) {
    int end = folder.length();
    while (end > 0 && folder.charAt(end - 1) == '/') {
      end--;
    }
    return folder.substring(0, end);
  }

  /** {@return whether another folder than {@code /} is the root} */
  public boolean moved() {
    return folder != null;
  }

  /** {@return the path as seen from within the root, or null where it lies outside} */
  public @Nullable String inside(String host) {
    String root = folder;
    if (root == null) {
      return host;
    }
    if (host.startsWith(root + "/")) {
      return host.substring(root.length());
    }
    String real = door.realPath(root);
    return host.startsWith(real + "/") ? host.substring(real.length()) : null;
  }

  /** {@return the path to open for a path seen from within the root} */
  public String host(String guest) {
    String root = folder;
    if (root == null || !guest.startsWith("/")) {
      return guest;
    }
    ArrayDeque<String> rest = new ArrayDeque<>();
    split(guest, rest);
    List<String> done = new ArrayList<>();
    int links = 0;
    while (!rest.isEmpty()) {
      String name = rest.removeFirst();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        if (!done.isEmpty()) {
          done.removeLast();
        }
        continue;
      }
      done.add(name);
      String target = links < LINKS ? door.link(root + "/" + String.join("/", done)) : null;
      if (target != null) {
        links++;
        done.removeLast();
        if (target.startsWith("/")) {
          done.clear();
        }
        split(target, rest);
      }
    }
    return root + "/" + String.join("/", done);
  }

  private static void split(String path, ArrayDeque<String> rest) {
    int end = path.length();
    while (end >= 0) {
      int slash = path.lastIndexOf('/', end - 1);
      rest.addFirst(path.substring(slash + 1, end));
      end = slash;
    }
  }
}
