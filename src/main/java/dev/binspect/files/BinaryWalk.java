package dev.binspect.files;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/**
 * Every binary below some folders, each file once.
 *
 * <p>Symbolic links below the folders are not followed: what they point to is either found by
 * itself, or lies where nobody asked to look. Hard links of one file count once. A file is opened
 * only if it is a regular one, and read beyond its first bytes only if they are those of a binary.
 */
public final class BinaryWalk {
  /** Takes what is found. */
  public interface Visitor {
    /** A file whose first bytes are those of a binary. */
    void binary(String path);

    /** A folder or file that could not be looked at. */
    void unreadable(String path, String why);
  }

  private final Visitor visitor;
  private final Set<Object> seen = new HashSet<>();

  public BinaryWalk(Visitor visitor) {
    this.visitor = visitor;
  }

  /** Walks a folder, or takes a single file. The root itself may be a symbolic link. */
  public void walk(String root) {
    Path start = Path.of(root);
    try {
      if (Files.isSymbolicLink(start)) {
        start = start.toRealPath();
      }
      Files.walkFileTree(start, new Tree());
    } catch (IOException e) {
      visitor.unreadable(root, why(e));
    }
  }

  private static String why(IOException e) {
    if (e instanceof java.nio.file.NoSuchFileException) {
      return "no such file";
    }
    if (e instanceof java.nio.file.AccessDeniedException) {
      return "permission denied";
    }
    if (e.getMessage() == null) {
      return e.getClass().getSimpleName();
    }
    // The JDK says "PATH (Permission denied)" of a file, and the path is told already.
    return e instanceof java.io.FileNotFoundException
            && e.getMessage().endsWith("(Permission denied)")
        ? "permission denied"
        : e.getMessage();
  }

  private final class Tree extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
      Object key = attributes.fileKey();
      if (attributes.isRegularFile() && attributes.size() >= 8 && (key == null || seen.add(key))) {
        String name = path.toString();
        try {
          if (binary(path.toFile())) {
            visitor.binary(name);
          }
        } catch (IOException e) {
          visitor.unreadable(name, why(e));
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path path, IOException e) {
      visitor.unreadable(path.toString(), why(e));
      return FileVisitResult.CONTINUE;
    }
  }

  private static boolean binary(File file) throws IOException {
    byte[] first = new byte[8];
    try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
      int n = in.read(first);
      return n == 8 && BinaryFiles.isBinary(first);
    }
  }
}
