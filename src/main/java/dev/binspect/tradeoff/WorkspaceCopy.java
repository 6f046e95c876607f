package dev.binspect.tradeoff;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a workspace and of every path it leads to, each file below {@code mirror} at its own
 * absolute path: relative paths between packages, and Cargo's and rustup's search for their files
 * in the folders above, go on working.
 *
 * <p>Links are followed and become files and folders of the copy: nothing that is written there can
 * reach the user's. Left out are {@code .git}, Cargo's target folders, and folders that say they
 * are a cache (CACHEDIR.TAG).
 */
final class WorkspaceCopy {
  private static final Pattern PATH =
      Pattern.compile("\\bpaths?\\s*=\\s*(?:\\[([^\\]]*)]|\"([^\"\\n]*)\"|'([^'\\n]*)')");
  private static final Pattern STRING = Pattern.compile("\"([^\"\\n]*)\"|'([^'\\n]*)'");
  private static final List<String> ABOVE =
      List.of(".cargo/config.toml", ".cargo/config", "rust-toolchain.toml", "rust-toolchain");

  private final Path mirror;
  private final Path work;
  private final List<Path> roots = new ArrayList<>();
  private final Deque<Path> toCopy = new ArrayDeque<>();

  /** Tells the workspace of a manifest that a path leads to. */
  interface Locator {
    /** {@return the folder of the workspace, or the manifest's own} */
    Path workspaceOf(Path manifest) throws IOException;
  }

  /**
   * @param mirror folder that stands for {@code /}
   * @param work folder of our own that is never copied
   */
  WorkspaceCopy(Path mirror, Path work) {
    this.mirror = mirror;
    this.work = work;
  }

  /** {@return where a file of the user's stands in the copy} */
  static Path in(Path mirror, Path original) {
    Path root = original.toAbsolutePath().normalize();
    Path top = root.getRoot();
    return mirror.resolve((top == null ? root : top.relativize(root)).toString());
  }

  /** Copies a workspace, and each other one that its manifests lead to. */
  void copy(Path workspace, @Nullable Path cargoHome, Locator locator) throws IOException {
    toCopy.add(workspace);
    while (!toCopy.isEmpty()) {
      Path root = toCopy.remove();
      if (isCopied(root)) {
        continue;
      }
      roots.add(root);
      tree(root, locator);
      above(root, cargoHome);
    }
  }

  private boolean isCopied(Path folder) {
    for (Path root : roots) {
      if (folder.startsWith(root)) {
        return true;
      }
    }
    return false;
  }

  private void above(Path root, @Nullable Path cargoHome) throws IOException {
    for (Path folder = root.getParent(); folder != null; folder = folder.getParent()) {
      for (String name : ABOVE) {
        Path file = folder.resolve(name);
        Path to = in(mirror, file);
        Path parent = to.getParent();
        // Cargo reads its home by itself, and after these
        boolean home = cargoHome != null && file.startsWith(cargoHome);
        if (!home && parent != null && Files.isRegularFile(file)) {
          Files.createDirectories(parent);
          Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private void tree(Path root, Locator locator) throws IOException {
    Files.walkFileTree(
        root,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        64,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (isLeftOut(folder)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(in(mirror, folder));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!attributes.isRegularFile()) {
              // a pipe or a socket is no source
              return FileVisitResult.CONTINUE;
            }
            Path to = in(mirror, file);
            Path name = file.getFileName();
            Files.copy(
                file, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            to.toFile().setWritable(true, true);
            if (name != null
                && (name.toString().equals("Cargo.toml")
                    || file.endsWith(".cargo/config.toml")
                    || file.endsWith(".cargo/config"))) {
              follow(file, to, locator);
            } else if (name != null && name.toString().endsWith(".rs")) {
              outside(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            // a link to nowhere or in a circle, or a file that others keep to themselves: if the
            // build needs it, Cargo will name it
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void outside(Path source) throws IOException {
    for (Path file : OutsideFiles.named(source)) {
      Path to = in(mirror, file);
      Path folder = to.getParent();
      if (!isCopied(file) && folder != null) {
        Files.createDirectories(folder);
        Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private boolean isLeftOut(Path folder) {
    Path name = folder.getFileName();
    if (name == null) {
      return false;
    }
    return name.toString().equals(".git")
        || folder.equals(work)
        || name.toString().equals("target") && Files.exists(folder.resolveSibling("Cargo.toml"))
        || Files.isRegularFile(folder.resolve("CACHEDIR.TAG"));
  }

  /** Takes along what a manifest's paths lead to, and turns absolute ones to the copy. */
  private void follow(Path manifest, Path copied, Locator locator) throws IOException {
    String text;
    try {
      text = Files.readString(manifest, StandardCharsets.UTF_8);
    } catch (java.nio.charset.CharacterCodingException e) {
      return;
    }
    Path base = manifest.getParent();
    if (manifest.toString().contains("/.cargo/")) {
      base = base == null ? null : base.getParent();
    }
    if (base == null) {
      return;
    }
    String turned = text;
    for (String value : paths(text)) {
      Path to;
      try {
        to = base.resolve(value).normalize();
      } catch (java.nio.file.InvalidPathException e) {
        continue;
      }
      if (!Files.isRegularFile(to.resolve("Cargo.toml"))) {
        continue;
      }
      if (!isCopied(to)) {
        Path workspace = locator.workspaceOf(to.resolve("Cargo.toml"));
        toCopy.add(to.startsWith(workspace) ? workspace : to);
      }
      if (Path.of(value).isAbsolute()) {
        String there = in(mirror, to).toString();
        turned =
            turned
                .replace("\"" + value + "\"", "\"" + there + "\"")
                .replace("'" + value + "'", "'" + there + "'");
      }
    }
    if (!turned.equals(text)) {
      Files.writeString(copied, turned);
    }
  }

  /** {@return all that stands after {@code path =} and {@code paths =}, in any table} */
  static List<String> paths(String toml) {
    List<String> values = new ArrayList<>();
    Matcher found = PATH.matcher(toml);
    while (found.find()) {
      String list = found.group(1);
      if (list == null) {
        values.add(found.group(2) == null ? found.group(3) : found.group(2));
        continue;
      }
      Matcher each = STRING.matcher(list);
      while (each.find()) {
        values.add(each.group(1) == null ? each.group(2) : each.group(1));
      }
    }
    return values;
  }

  /** Copies our own copy; paths that were turned to it are turned on. */
  static void again(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(folder).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path there = to.resolve(from.relativize(file).toString());
            Files.copy(
                file,
                there,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
            if (file.endsWith("Cargo.toml") || file.toString().contains("/.cargo/config")) {
              String text = Files.readString(file, StandardCharsets.ISO_8859_1);
              String turned = text.replace(from + "/", to + "/");
              if (!turned.equals(text)) {
                Files.writeString(there, turned, StandardCharsets.ISO_8859_1);
              }
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Deletes a folder of ours; links in it are deleted, not followed. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path done, @Nullable IOException e)
              throws IOException {
            Files.delete(done);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
