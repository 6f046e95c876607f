package dev.binspect.files;

import dev.binspect.bytes.Bytes;
import dev.binspect.files.linux.SystemFolders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /** As many folders within each other as nobody makes on purpose, and each keeps one open. */
  private static final int DEEPEST = 1_000;

  /** Entries after which the system is asked itself: what its calls cost at first is then saved. */
  private static final int MANY = 5_000;

  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final Visitor visitor;
  private final Set<Object> seen = new HashSet<>();
  private final ByteBuffer first = ByteBuffer.allocateDirect(8);
  private int looksLeft;
  private @Nullable SystemFolders system;

  public BinaryWalk(Visitor visitor) {
    this(visitor, MANY);
  }

  /**
   * @param many entries that are looked at by Java's means before the system is asked itself
   */
  BinaryWalk(Visitor visitor, int many) {
    this.visitor = visitor;
    this.looksLeft = many;
  }

  /** Walks a folder, or takes a single file. The root itself may be a symbolic link. */
  public void walk(String root) {
    try {
      Path start = Path.of(root);
      if (Files.isSymbolicLink(start)) {
        start = start.toRealPath();
      }
      look(start, null);
    } catch (IOException e) {
      visitor.unreadable(root, why(e));
    } catch (InvalidPathException e) {
      visitor.unreadable(root, "is no path: " + e.getReason());
    }
  }

  private static String why(IOException e) {
    if (e instanceof NoSuchFileException absent) {
      return Bytes.noSuchFile(String.valueOf(absent.getFile()));
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileSystemException plain && plain.getReason() != null) {
      return plain.getReason(); // the message repeats the path
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /**
   * Looks at a file or folder.
   *
   * @param parent its folder where the system can look from there: without it, every path is looked
   *     up from the root on
   */
  private void look(Path path, @Nullable SecureDirectoryStream<Path> parent) throws IOException {
    BasicFileAttributes attributes =
        parent == null
            ? Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            : parent
                .getFileAttributeView(
                    path.getFileName(), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    if (attributes.isDirectory()) {
      if (looksLeft > 0 || !systemWalks(path)) {
        folder(path, parent);
      }
    } else if (attributes.isRegularFile() && attributes.size() >= 8 && binary(path, parent)) {
      found(attributes, path.toString());
    }
  }

  /** Takes a binary, unless another of its hard links was taken. */
  private void found(BasicFileAttributes attributes, String path) {
    Object key = attributes.fileKey();
    if (key == null || seen.add(key)) {
      visitor.binary(path);
    }
  }

  private boolean systemWalks(Path path) {
    SystemFolders known = system;
    int room = DEEPEST - path.getNameCount();
    return known != null && room >= 0 && known.walk(path.toString(), room);
  }

  /** What the system finds by itself; what it cannot tell is looked at by Java's means. */
  private final class Found implements SystemFolders.Visitor {
    @Override
    public boolean wants(byte[] first) {
      return BinaryFiles.isBinary(first);
    }

    @Override
    public void file(String path) {
      try {
        found(
            Files.readAttributes(
                Path.of(path), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS),
            path);
      } catch (IOException e) {
        visitor.unreadable(path, why(e));
      } catch (InvalidPathException e) {
        visitor.unreadable(path, "is no path: " + e.getReason());
      }
    }

    @Override
    public void other(String path) {
      try {
        Path there = Path.of(path);
        if (Files.isDirectory(there, LinkOption.NOFOLLOW_LINKS)) {
          folder(there, null);
        } else {
          look(there, null);
        }
      } catch (IOException e) {
        visitor.unreadable(path, why(e));
      } catch (InvalidPathException e) {
        visitor.unreadable(path, "is no path: " + e.getReason());
      }
    }
  }

  private void folder(Path path, @Nullable SecureDirectoryStream<Path> parent) throws IOException {
    if (path.getNameCount() > DEEPEST) {
      throw new FileSystemException(path.toString(), null, "folders stand too deep in each other");
    }
    try (DirectoryStream<Path> stream =
        parent == null
            ? Files.newDirectoryStream(path)
            : parent.newDirectoryStream(path.getFileName(), LinkOption.NOFOLLOW_LINKS)) {
      @Nullable SecureDirectoryStream<Path> from =
          stream instanceof SecureDirectoryStream<Path> secure ? secure : null;
      for (Path child : stream) {
        if (looksLeft > 0 && --looksLeft == 0) {
          system = SystemFolders.of(new Found());
        }
        try {
          look(child, from);
        } catch (IOException e) {
          visitor.unreadable(child.toString(), why(e));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private boolean binary(Path path, @Nullable SecureDirectoryStream<Path> parent)
      throws IOException {
    try (SeekableByteChannel in =
        parent == null
            ? Files.newByteChannel(path, READ)
            : parent.newByteChannel(path.getFileName(), READ)) {
      first.clear();
      if (in.read(first) < 8) {
        return false;
      }
      byte[] bytes = new byte[8];
      first.flip().get(bytes);
      return BinaryFiles.isBinary(bytes);
    }
  }
}
