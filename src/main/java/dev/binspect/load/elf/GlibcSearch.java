package dev.binspect.load.elf;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.Root;
import dev.binspect.load.SearchTrail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where glibc's ld.so looks for a library (ld.so(8); dl-load.c, _dl_map_object). */
final class GlibcSearch {
  /** More folders than any path names; the rest is passed over. */
  private static final int FOLDERS = 1_000;

  private final Door door;
  private final Root root;
  private final Image program;
  private final boolean secure;
  private final GlibcBuild build;
  private final Hwcaps hwcaps;
  private final StringTokens tokens;
  private final List<String> libraryPath = new ArrayList<>();
  private final List<String> systemFolders;
  private final Map<String, List<String>> subfolders = new HashMap<>();
  private final Map<String, Boolean> existing = new HashMap<>();

  /** Folders of the host that are meant as such though another root is set. */
  private final List<String> outside = new ArrayList<>();

  private @Nullable CacheAnswers cache;
  private List<String> configured = List.of();

  GlibcSearch(
      Image program,
      LinkMap main,
      LoadOptions options,
      boolean secure,
      GlibcBuild build,
      Root root,
      Door door) {
    this.program = program;
    this.secure = secure;
    this.build = build;
    this.root = root;
    this.door = door;
    this.hwcaps = new Hwcaps(program.machine(), door);
    this.tokens = new StringTokens(build, hwcaps, secure);
    this.systemFolders = build.systemFolders();
    if (root.moved() && root.inside(main.path) == null && main.origin != null) {
      outside.add(main.origin);
    }
    if (!secure) {
      for (String folder : options.libraryPath()) {
        addLibraryFolder(folder, main);
        if (root.moved() && !door.isFolder(root.host(folder)) && door.isFolder(folder)) {
          outside.add(folder);
        }
      }
      String variable = options.environment().get("LD_LIBRARY_PATH");
      if (variable != null && !variable.isEmpty()) {
        int from = 0;
        for (int i = 0; i <= variable.length(); i++) {
          if (i == variable.length() || variable.charAt(i) == ':' || variable.charAt(i) == ';') {
            addLibraryFolder(variable.substring(from, i), main);
            from = i + 1;
          }
        }
      }
    }
  }

  private void addLibraryFolder(String folder, LinkMap main) {
    String expanded = tokens.expand(folder, main);
    if (expanded != null) {
      addFolder(libraryPath, expanded);
    }
  }

  private static void addFolder(List<String> folders, String folder) {
    int end = folder.length();
    while (end > 1 && folder.charAt(end - 1) == '/') {
      end--;
    }
    String trimmed = folder.substring(0, end);
    if (folders.size() < FOLDERS && !folders.contains(trimmed)) {
      folders.add(trimmed);
    }
  }

  StringTokens tokens() {
    return tokens;
  }

  /** {@return the path to open for one the loader would open} */
  String host(String guest) {
    if (!root.moved()) {
      return guest;
    }
    for (String folder : outside) {
      if (guest.startsWith(folder + "/")) {
        return guest;
      }
    }
    return root.host(guest);
  }

  /**
   * {@return what a name without a slash leads to, or null}
   *
   * @param preload whether it comes from LD_PRELOAD
   */
  @Nullable Candidate find(String name, LinkMap loader, boolean preload, SearchTrail trail) {
    Candidate found = null;
    if (runpath(loader).isEmpty()) {
      // The chain ends with the program: whatever was loaded was asked for on its behalf.
      for (LinkMap on = loader; on != null && found == null && !trail.ended(); on = on.loader) {
        found = inFolders(rpath(on), name, FoundBy.RPATH, false, trail);
      }
    }
    if (found == null) {
      found = inFolders(libraryPath, name, FoundBy.LIBRARY_PATH, false, trail);
    }
    if (found == null) {
      found = inFolders(runpath(loader), name, FoundBy.RUNPATH, false, trail);
    }
    if (found == null && !trail.ended() && !(secure && preload)) {
      found = inCache(name, loader, trail);
    }
    if (found == null && (loader.flags1() & ElfTables.DF_1_NODEFLIB) == 0) {
      found = inFolders(systemFolders, name, FoundBy.DEFAULT, secure && preload, trail);
    }
    return found;
  }

  /** {@return what a name with a slash leads to, or null} */
  @Nullable Candidate open(String name, LinkMap loader, SearchTrail trail) {
    String expanded = tokens.expand(name, loader);
    if (expanded == null) {
      trail.refused(name, "its $ tokens cannot be replaced");
      return null;
    }
    return verify(expanded, FoundBy.ABSOLUTE, true, trail);
  }

  private List<String> rpath(LinkMap object) {
    List<String> known = object.rpath;
    if (known == null) {
      // Both present: RPATH counts for nothing, not even for those it loads.
      known =
          object.image.searchPaths().runpath().isEmpty()
              ? folders(object.image.searchPaths().rpath(), object)
              : List.of();
      object.rpath = known;
    }
    return known;
  }

  private List<String> runpath(LinkMap object) {
    List<String> known = object.runpath;
    if (known == null) {
      known = folders(object.image.searchPaths().runpath(), object);
      object.runpath = known;
    }
    return known;
  }

  private List<String> folders(List<String> written, LinkMap object) {
    if (written.isEmpty()) {
      return List.of();
    }
    List<String> folders = new ArrayList<>(written.size());
    for (String folder : written) {
      String expanded = tokens.expand(folder, object);
      if (expanded != null) {
        addFolder(folders, expanded);
      }
    }
    return folders;
  }

  private @Nullable Candidate inFolders(
      List<String> folders, String name, FoundBy by, boolean setuidOnly, SearchTrail trail) {
    for (String folder : folders) {
      for (String sub : subfolders(folder)) {
        if (trail.ended()) {
          return null;
        }
        String path = sub.isEmpty() ? name : sub.endsWith("/") ? sub + name : sub + "/" + name;
        Candidate found = verify(path, by, false, trail);
        if (found != null) {
          if (!setuidOnly || door.privileged(found.path())) {
            return found;
          }
          trail.refused(path, "not setuid, and the program is");
        }
      }
    }
    return null;
  }

  /** {@return a folder's existing hardware folders, the best first, then the folder itself} */
  private List<String> subfolders(String folder) {
    List<String> known = subfolders.get(folder);
    if (known == null) {
      known = new ArrayList<>(1);
      String prefix = folder.isEmpty() || folder.endsWith("/") ? folder : folder + "/";
      if (door.isFolder(host(prefix + "glibc-hwcaps"))) {
        for (String level : hwcaps.subfolders()) {
          known.add(prefix + "glibc-hwcaps/" + level);
        }
      }
      if (build.upTo(36)) {
        legacy(prefix, known);
      }
      known.add(folder);
      subfolders.put(folder, known);
    }
    return known;
  }

  /** All combinations in glibc's order: with the first name before without it. */
  private void legacy(String prefix, List<String> into) {
    List<String> names = hwcaps.legacy();
    for (int mask = (1 << names.size()) - 1; mask > 0; mask--) {
      StringBuilder path = new StringBuilder(prefix);
      boolean there = true;
      for (int i = 0; i < names.size() && there; i++) {
        if ((mask >>> (names.size() - 1 - i) & 1) != 0) {
          path.append(names.get(i)).append('/');
          there = isFolder(path.toString());
        }
      }
      if (there) {
        into.add(path.substring(0, path.length() - 1));
      }
    }
  }

  private boolean isFolder(String guest) {
    Boolean is = existing.get(guest);
    if (is == null) {
      is = door.isFolder(host(guest));
      existing.put(guest, is);
    }
    return is;
  }

  private @Nullable Candidate inCache(String name, LinkMap loader, SearchTrail trail) {
    CacheAnswers opened = openCache();
    SharedCache entries = opened.entries();
    if (entries == null) {
      return inFolders(configured, name, FoundBy.CACHE, false, trail);
    }
    int flags = Hwcaps.cacheFlags(program.machine(), program.bits());
    String path = opened.find(entries, name, flags, hwcaps);
    if (path == null) {
      trail.refused("/etc/ld.so.cache", "no entry");
      return null;
    }
    if ((loader.flags1() & ElfTables.DF_1_NODEFLIB) != 0) {
      for (String folder : systemFolders) {
        if (path.startsWith(folder)) {
          trail.refused(path, "default folders are excluded by DF_1_NODEFLIB");
          return null;
        }
      }
    }
    return verify(path, FoundBy.CACHE, false, trail);
  }

  private CacheAnswers openCache() {
    CacheAnswers opened = cache;
    if (opened == null) {
      opened = CacheAnswers.of(host("/etc/ld.so.cache"), program.littleEndian(), door);
      cache = opened;
      if (opened.entries() == null && root.moved()) {
        configured = SharedCacheConfiguration.folders(root, door);
      }
    }
    return opened;
  }

  /** ld.so's open_verify: what is for another machine is passed over, what is damaged ends all. */
  private @Nullable Candidate verify(String guest, FoundBy by, boolean byPath, SearchTrail trail) {
    String path = host(guest);
    if (door.exhausted()) {
      trail.fatal(guest, SearchTrail.CUT);
      return null;
    }
    if (!door.isFile(path)) {
      if (door.isFolder(path)) {
        trail.fatal(guest, "is a folder");
      } else {
        trail.tried(guest);
      }
      return null;
    }
    Image image;
    try {
      image = door.images(path).getFirst();
    } catch (IOException e) {
      trail.refused(guest, String.valueOf(e.getMessage()));
      return null;
    } catch (MalformedException e) {
      trail.fatal(guest, e.getMessage());
      return null;
    }
    String wrong = wrong(image);
    if (wrong != null) {
      if (byPath) {
        trail.fatal(guest, wrong);
      } else {
        trail.refused(guest, wrong);
      }
      return null;
    }
    String unfit = unfit(image);
    if (unfit != null) {
      trail.fatal(guest, unfit);
      return null;
    }
    return new Candidate(guest, path, image, by);
  }

  private @Nullable String wrong(Image image) {
    if (image.format() != Format.ELF) {
      return null;
    }
    if (image.bits() != program.bits()) {
      return "wrong class (" + image.bits() + "-bit)";
    }
    return image.machine().equals(program.machine())
        ? null
        : "wrong machine (" + image.machine() + ")";
  }

  private @Nullable String unfit(Image image) {
    if (image.format() != Format.ELF) {
      return "invalid ELF header";
    }
    if (image.littleEndian() != program.littleEndian()) {
      return "wrong byte order";
    }
    if (!(image.tables() instanceof ElfTables tables)) {
      return "not a shared library";
    }
    if (image.kind() == Kind.EXECUTABLE
        && (!image.pie() || (tables.flags1() & ElfTables.DF_1_PIE) != 0)) {
      return "an executable cannot be loaded as a library";
    }
    return image.kind() == Kind.SHARED_LIBRARY || image.kind() == Kind.EXECUTABLE
        ? null
        : "not a shared library";
  }
}
