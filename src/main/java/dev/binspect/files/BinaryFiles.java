package dev.binspect.files;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.elf.ElfReader;
import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Outline;
import dev.binspect.macho.MachoLookalikes;
import dev.binspect.macho.MachoReader;
import dev.binspect.pe.PeLookalikes;
import dev.binspect.pe.PeReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file system of this machine. Each file is parsed once, by whatever path it is reached. */
public final class BinaryFiles implements Door {
  private static final long KEPT = 256L << 20;
  private static final int ELF = 0x7f454c46;
  private static final int SCRIPT = 0x2321; // #!
  private static final int SETUID = 0x800;
  private static final int SETGID = 0x400;

  private final ParsedFiles parsed;
  private final @Nullable Seen seen;

  /** For one program or a few: each question is asked anew. */
  public BinaryFiles() {
    this(null);
  }

  private BinaryFiles(@Nullable Seen seen) {
    this.seen = seen;
    this.parsed = new ParsedFiles(KEPT, seen != null);
  }

  /**
   * {@return files for many programs: what was seen of the file system once is not looked at again}
   */
  public static BinaryFiles forMany() {
    return new BinaryFiles(new Seen());
  }

  @Override
  public boolean isFile(String path) {
    Boolean known = seen == null ? null : seen.file(path);
    if (known != null) {
      return known;
    }
    boolean is = new File(path).isFile();
    if (seen != null) {
      seen.file(path, is);
    }
    return is;
  }

  @Override
  public boolean isFolder(String path) {
    Boolean known = seen == null ? null : seen.folder(path);
    if (known != null) {
      return known;
    }
    boolean is = new File(path).isDirectory();
    if (seen != null) {
      seen.folder(path, is);
    }
    return is;
  }

  @Override
  public List<String> list(String path) {
    List<String> known = seen == null ? null : seen.listing(path);
    if (known != null) {
      return known;
    }
    String[] names = new File(path).list();
    if (names == null) {
      names = new String[0];
    }
    Arrays.sort(names);
    List<String> sorted = List.of(names);
    if (seen != null) {
      seen.listing(path, sorted);
    }
    return sorted;
  }

  @Override
  public <T> @Nullable T kept(String folder, Class<T> made) {
    return seen == null ? null : seen.kept(folder, made);
  }

  @Override
  public void keep(String folder, Object made) {
    if (seen != null) {
      seen.keep(folder, made);
    }
  }

  @Override
  public @Nullable Object identity(String path) {
    Object identity = seen == null ? look(path) : status(path, seen).identity();
    return identity == Seen.NOTHING ? null : identity;
  }

  /** {@return bytes of a file, 0 where there is none} */
  public long size(String path) {
    return seen == null ? new File(path).length() : status(path, seen).size();
  }

  private @Nullable Object look(String path) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(Path.of(path), BasicFileAttributes.class);
      return key(path, attributes);
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  private Object key(String path, BasicFileAttributes attributes) {
    Object key = attributes.fileKey();
    return key != null ? key : realPath(path);
  }

  /** All that is asked about a path, with one look where it is no link. */
  private Seen.Status status(String path, Seen memory) {
    Seen.Status known = memory.status(path);
    if (known == null) {
      known = once(path);
      memory.status(path, known);
    }
    return known;
  }

  private Seen.Status once(String path) {
    try {
      Path file = Path.of(path);
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      boolean link = attributes.isSymbolicLink();
      if (link) {
        attributes = Files.readAttributes(file, BasicFileAttributes.class);
      }
      return new Seen.Status(key(path, attributes), link, attributes.size());
    } catch (IOException | RuntimeException e) {
      return Seen.Status.ABSENT;
    }
  }

  @Override
  public String realPath(String path) {
    Seen known = seen;
    int slash = path.lastIndexOf('/');
    String name = path.substring(slash + 1);
    if (known == null
        || slash <= 0
        || name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || link(path) != null) {
      return canonical(path);
    }
    // Files of one folder have the same way to them.
    String folder = path.substring(0, slash);
    String real = known.realFolder(folder);
    if (real == null) {
      real = canonical(folder);
      known.realFolder(folder, real);
    }
    return real.endsWith("/") ? real + name : real + "/" + name;
  }

  private static String canonical(String path) {
    try {
      return new File(path).getCanonicalPath();
    } catch (IOException e) {
      return path;
    }
  }

  @Override
  public @Nullable String link(String path) {
    Seen.Status known = seen == null ? null : seen.status(path);
    if (known != null && !known.link()) {
      return null;
    }
    try {
      Path link = Path.of(path);
      return Files.isSymbolicLink(link) ? Files.readSymbolicLink(link).toString() : null;
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  @Override
  public boolean privileged(String path) {
    try {
      Path file = Path.of(path);
      int mode = (Integer) Files.getAttribute(file, "unix:mode");
      return ((mode & SETUID) != 0 && differs(file, "unix:uid"))
          || ((mode & SETGID) != 0 && differs(file, "unix:gid"));
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /** Whether the file's owner or group is another than that of this process. */
  private static boolean differs(Path file, String attribute) throws IOException {
    return !Files.getAttribute(file, attribute)
        .equals(Files.getAttribute(Path.of("/proc/self"), attribute));
  }

  @Override
  public List<Image> images(String path) throws IOException, MalformedException {
    Object identity = identity(path);
    return identity == null ? parse(path) : parsed.get(identity, new Parse(path));
  }

  /** No lambda: linking the first one costs a start some milliseconds. */
  private record Parse(String path) implements ParsedFiles.Parser {
    @Override
    public List<Image> parse() throws IOException, MalformedException {
      return BinaryFiles.parse(path);
    }
  }

  private static List<Image> parse(String path) throws IOException, MalformedException {
    try (Bytes bytes = Bytes.open(new File(path), path)) {
      return images(bytes);
    }
  }

  @Override
  public @Nullable Outline outline(String path) {
    try (Bytes bytes = Bytes.open(new File(path), path)) {
      return bytes.length() >= 4 && (int) bytes.order(false).u32(0, "magic number") == ELF
          ? ElfReader.outline(bytes)
          : null;
    } catch (IOException | MalformedException e) {
      return null;
    }
  }

  /**
   * {@return the images in a file's bytes, by its first bytes}
   *
   * @throws MalformedException if it is no binary, or damaged so far that nothing can be said
   */
  public static List<Image> images(Bytes bytes) throws MalformedException {
    if (bytes.length() == 0) {
      throw new MalformedException(bytes.name(), -1, "file", "is empty");
    }
    if (bytes.length() >= 4) {
      int magic = (int) bytes.order(false).u32(0, "magic number");
      switch (magic) {
        case ELF:
          return List.of(ElfReader.read(bytes));
        case 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe, 0xcafebabf:
          return MachoReader.read(bytes);
        default:
          if (magic >>> 16 == 0x4d5a || magic >>> 16 == 0x5a4d) {
            return List.of(PeReader.read(bytes));
          }
          if (magic >>> 16 == SCRIPT) {
            throw new MalformedException(
                bytes.name(), 0, "magic number", "is a script: inspect the program that runs it");
          }
      }
    }
    String other = PeLookalikes.describe(bytes.order(true));
    if (other == null) {
      other = MachoLookalikes.describe(bytes);
    }
    throw new MalformedException(
        bytes.name(),
        0,
        "magic number",
        other != null ? other : "is not an ELF, Mach-O or PE file");
  }

  /** {@return whether a file's first eight bytes are those of a binary that may be read} */
  static boolean isBinary(byte[] first) {
    int magic = Bytes.i32(first, 0, false);
    return switch (magic) {
      case ELF, 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabf -> true;
      // A Java class has its version there, 45 or more; a universal file the number of its slices.
      case 0xcafebabe -> Bytes.u32(first, 4, false) < 43;
      default -> magic >>> 16 == 0x4d5a;
    };
  }

  @Override
  public byte @Nullable [] content(String path, int limit) {
    Object known = seen == null ? null : seen.content(path);
    if (known != null) {
      return known instanceof byte[] there && there.length <= limit ? there : null;
    }
    byte[] content = read(path, limit);
    if (seen != null) {
      seen.content(path, content);
    }
    return content;
  }

  private static byte @Nullable [] read(String path, int limit) {
    File file = new File(path);
    if (!file.isFile() || file.length() > limit) {
      return null;
    }
    try (FileInputStream in = new FileInputStream(file)) {
      byte[] content = in.readNBytes(limit + 1);
      return content.length > limit ? null : content;
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public @Nullable Bytes open(String path) {
    File file = new File(path);
    if (!file.isFile()) {
      return null;
    }
    try {
      return Bytes.open(file, path);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public long modified(String path) {
    long time = new File(path).lastModified();
    return time == 0 ? -1 : time;
  }
}
