package dev.binspect.load.elf;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.Root;
import dev.binspect.load.SearchTrail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where musl's loader looks for a library (dynlink.c, load_library). */
final class MuslSearch {
  private static final int PATH_FILE_LIMIT = 1 << 20;

  /** More folders than any path names; the rest is passed over. */
  private static final int FOLDERS = 1_000;

  private static final String DEFAULT = "/lib:/usr/local/lib:/usr/lib";

  private final Door door;
  private final Root root;
  private final Image program;
  private final boolean secure;
  private final String interpreter;
  private final List<String> libraryPath;
  private @Nullable List<String> system;

  MuslSearch(
      Image program,
      String interpreter,
      LoadOptions options,
      boolean secure,
      Root root,
      Door door) {
    this.program = program;
    this.interpreter = interpreter;
    this.secure = secure;
    this.root = root;
    this.door = door;
    String variable = options.environment().getOrDefault("LD_LIBRARY_PATH", "");
    String joined = String.join(":", options.libraryPath());
    this.libraryPath = secure ? List.of() : GlibcClosure.split(joined + ":" + variable, ":\n");
  }

  @Nullable Candidate find(String name, LinkMap by, SearchTrail trail) {
    if (name.indexOf('/') >= 0) {
      return verify(name, FoundBy.ABSOLUTE, trail);
    }
    Candidate found = inFolders(libraryPath, name, FoundBy.LIBRARY_PATH, trail);
    // RPATH and RUNPATH are the same to musl, and both are inherited.
    for (LinkMap on = by; on != null && found == null && !trail.ended(); on = on.loader) {
      boolean run = !on.image.searchPaths().runpath().isEmpty();
      found = inFolders(rpath(on), name, run ? FoundBy.RUNPATH : FoundBy.RPATH, trail);
    }
    if (found == null && !trail.ended()) {
      found = inFolders(system(), name, FoundBy.DEFAULT, trail);
    }
    return found;
  }

  private List<String> rpath(LinkMap object) {
    List<String> known = object.rpath;
    if (known == null) {
      List<String> written = object.image.searchPaths().runpath();
      if (written.isEmpty()) {
        written = object.image.searchPaths().rpath();
      }
      known = expand(String.join(":", written), object);
      object.rpath = known;
    }
    return known;
  }

  /** Only {@code $ORIGIN} is known; any other token makes musl leave the whole path out. */
  private List<String> expand(String path, LinkMap object) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < path.length()) {
      if (path.charAt(i) != '$') {
        out.append(path.charAt(i++));
        continue;
      }
      String origin = object.origin;
      int length = path.startsWith("$ORIGIN", i) ? 7 : path.startsWith("${ORIGIN}", i) ? 9 : 0;
      if (length == 0 || origin == null || (secure && !origin.startsWith("/"))) {
        return List.of();
      }
      out.append(origin);
      i += length;
    }
    return GlibcClosure.split(out.toString(), ":\n");
  }

  /** The folders of /etc/ld-musl-ARCH.path beside the loader, or musl's own. */
  private List<String> system() {
    List<String> known = system;
    if (known == null) {
      int slash = interpreter.lastIndexOf('/');
      int above = slash <= 0 ? -1 : interpreter.lastIndexOf('/', slash - 1);
      String prefix = above <= 0 ? "" : interpreter.substring(0, above);
      String file = interpreter.substring(slash + 1);
      int dot = file.indexOf(".so");
      String arch = file.substring("ld-musl-".length(), dot < 0 ? file.length() : dot);
      byte[] content =
          door.content(root.host(prefix + "/etc/ld-musl-" + arch + ".path"), PATH_FILE_LIMIT);
      known =
          GlibcClosure.split(
              content == null ? DEFAULT : new String(content, StandardCharsets.UTF_8), ":\n");
      system = known;
    }
    return known;
  }

  private @Nullable Candidate inFolders(
      List<String> folders, String name, FoundBy by, SearchTrail trail) {
    for (String folder : folders.subList(0, Math.min(FOLDERS, folders.size()))) {
      if (trail.ended()) {
        return null;
      }
      Candidate found = verify(folder + "/" + name, by, trail);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The first file that can be opened counts: one of another machine ends the start. */
  private @Nullable Candidate verify(String guest, FoundBy by, SearchTrail trail) {
    String path = root.host(guest);
    if (door.exhausted()) {
      trail.fatal(guest, SearchTrail.CUT);
      return null;
    }
    if (!door.isFile(path)) {
      trail.tried(guest);
      return null;
    }
    try {
      Image image = door.images(path).getFirst();
      if (image.format() == Format.ELF
          && image.bits() == program.bits()
          && image.machine().equals(program.machine())
          && image.tables() instanceof ElfTables) {
        return new Candidate(guest, path, image, by);
      }
      trail.fatal(guest, "not a library of this machine");
    } catch (IOException e) {
      trail.refused(guest, String.valueOf(e.getMessage()));
    } catch (MalformedException e) {
      trail.fatal(guest, e.getMessage());
    }
    return null;
  }
}
