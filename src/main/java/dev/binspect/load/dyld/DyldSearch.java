package dev.binspect.load.dyld;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import dev.binspect.load.FoundBy;
import dev.binspect.load.Root;
import dev.binspect.load.SearchTrail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where dyld looks for a library (dyld(1); {@code Loader::forEachPath} and {@code
 * ProcessConfig::PathOverrides} of dyld's source): overriding folders, the path itself with its
 * {@code @} words, fallback folders.
 */
final class DyldSearch {
  /** SDK 13.0, of autumn 2022: what was linked later has no fallback folders. */
  private static final int SDK_WITHOUT_FALLBACKS = 13 << 16;

  /** Where the libraries of iOS stand that a Mac has; a Catalyst program looks there first. */
  private static final String CATALYST = "/System/iOSSupport";

  /** PATH_MAX of macOS's {@code <sys/syslimits.h>}, the NUL included. */
  private static final int LONGEST_PATH = 1024;

  /** What goes when a path's {@code @} word is replaced. */
  private static final int WORD = "@executable_path".length();

  private static final String RPATH = "@rpath/";
  private static final String LOADER_PATH = "@loader_path";
  private static final String EXECUTABLE_PATH = "@executable_path";

  /**
   * A file, a stub or a system library.
   *
   * @param image null where there is no file
   */
  record Found(
      String guest,
      boolean outside,
      String path,
      @Nullable Image image,
      @Nullable TextStub stub,
      FoundBy foundBy) {}

  /** What happens with each path in turn. */
  interface Visitor {
    /** {@return whether the search ends here} */
    boolean visit(Place place);

    /** A place whose path is longer than any file's. */
    void tooLong();
  }

  /**
   * A path to try.
   *
   * @param outside whether it is one of the host though another root is set
   * @param cached whether dyld's shared cache may hold it
   */
  record Place(String guest, boolean outside, FoundBy foundBy, boolean cached) {}

  private final Door door;
  private final Root root;
  private final Image program;
  private final String executableFolder;
  private final boolean executableOutside;
  private final DyldEnvironment environment;

  private final boolean catalyst;
  private @Nullable DyldVersions versions;

  private final DyldStubs stubs;

  DyldSearch(
      Image program,
      String executable,
      boolean outside,
      DyldEnvironment environment,
      Root root,
      Door door) {
    this.program = program;
    this.executableFolder = folder(executable);
    this.executableOutside = outside;
    this.environment = environment;
    this.root = root;
    this.door = door;
    this.stubs = new DyldStubs(program, root, door);
    this.catalyst =
        program.tables() instanceof MachoTables tables && "mac-catalyst".equals(tables.platform());
  }

  /**
   * Walks the places for a name in dyld's order.
   *
   * @param chain the images that lead to the one that asks: the program first, who asks last
   */
  void places(String name, List<DyldImage> chain, Visitor visitor) {
    if (door.exhausted()) {
      return;
    }
    String framework = frameworkPart(name);
    String leaf = framework != null ? framework : name.substring(name.lastIndexOf('/') + 1);
    List<String> overrides =
        framework != null ? environment.frameworkPath() : environment.libraryPath();
    for (String folder : overrides) {
      if (!tooLong(folder, leaf, visitor)
          && visit(visitor, join(folder, leaf), FoundBy.LIBRARY_PATH, false, false, true)) {
        return;
      }
    }
    String newer = versions().of(name);
    if (newer != null && visit(visitor, newer, FoundBy.LIBRARY_PATH, false, false, true)) {
      return;
    }
    if (raw(name, chain, visitor)) {
      return;
    }
    List<String> fallbacks =
        framework != null ? environment.frameworkFallbacks() : environment.libraryFallbacks();
    FoundBy by = FoundBy.LIBRARY_PATH;
    if (fallbacks.isEmpty() && oldSdk(chain.getLast())) {
      by = FoundBy.DEFAULT;
      fallbacks =
          framework != null
              ? List.of("/Library/Frameworks", "/System/Library/Frameworks")
              : List.of("/usr/local/lib", "/usr/lib");
      if (environment.restricted()) {
        // A hardened program falls back to what only the system may write to.
        fallbacks = fallbacks.subList(1, 2);
      }
    }
    for (String folder : fallbacks) {
      if (tooLong(folder, leaf, visitor)) {
        continue;
      }
      String path = join(folder, leaf);
      if (!path.equals(name)
          && visit(visitor, path, by, false, false, by == FoundBy.LIBRARY_PATH)) {
        return;
      }
    }
  }

  private static boolean oldSdk(DyldImage asking) {
    MachoTables tables = asking.tables;
    return tables != null && tables.sdk() < SDK_WITHOUT_FALLBACKS;
  }

  private boolean raw(String name, List<DyldImage> chain, Visitor visitor) {
    DyldImage asking = chain.getLast();
    if (tooLong(name, "", visitor)) {
      return false;
    }
    String expanded = expand(name, asking);
    if (expanded != null) {
      boolean outside = name.startsWith(LOADER_PATH) ? asking.outside : executableOutside;
      return attempt(visitor, new Place(expanded, outside, FoundBy.ABSOLUTE, false));
    }
    if (!name.startsWith(RPATH)) {
      if (catalyst
          && name.startsWith("/")
          && !name.startsWith(CATALYST + "/")
          && visit(visitor, CATALYST + name, FoundBy.ABSOLUTE, asking.outside, false, false)) {
        return true;
      }
      return visit(visitor, name, FoundBy.ABSOLUTE, asking.outside, inSharedCache(name), false);
    }
    String tail = name.substring(RPATH.length());
    for (int i = chain.size() - 1; i >= 0; i--) {
      DyldImage holder = chain.get(i);
      Image image = holder.image;
      if (image == null) {
        continue;
      }
      for (String rpath : image.searchPaths().rpath()) {
        if (tooLong(rpath, tail, visitor)) {
          continue;
        }
        String folder = expand(rpath, holder);
        boolean done;
        if (folder != null) {
          boolean outside = rpath.startsWith(LOADER_PATH) ? holder.outside : executableOutside;
          done = attempt(visitor, new Place(join(folder, tail), outside, FoundBy.RPATH, false));
        } else {
          String path = join(rpath, tail);
          boolean cached = path.startsWith("/usr/lib/swift/") || path.startsWith("/System/");
          done = visit(visitor, path, FoundBy.RPATH, holder.outside, cached, false);
        }
        if (done) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Whether a path would be so long, whatever its first word stands for, that it need not be made.
   */
  private static boolean tooLong(String folder, String tail, Visitor visitor) {
    boolean is = folder.length() + tail.length() > LONGEST_PATH + WORD;
    if (is) {
      visitor.tooLong();
    }
    return is;
  }

  /** A path that is not relative to an image: within the root, and outside where that is meant. */
  private boolean visit(
      Visitor visitor, String path, FoundBy by, boolean outside, boolean cached, boolean user) {
    if (!path.startsWith("/")) {
      return attempt(visitor, new Place(path, true, by, false));
    }
    if (attempt(visitor, new Place(path, false, by, cached && !(root.moved() && outside)))) {
      return true;
    }
    if (!root.moved() || !(outside || user)) {
      return false;
    }
    // A program outside of the root was built for folders that lie outside as well.
    return attempt(visitor, new Place(path, true, by, cached));
  }

  /** A path with each suffix of DYLD_IMAGE_SUFFIX, and without one. */
  private boolean attempt(Visitor visitor, Place place) {
    if (place.guest.length() >= LONGEST_PATH) {
      visitor.tooLong();
      return false;
    }
    for (String suffix : environment.imageSuffixes()) {
      String guest = place.guest;
      int end = guest.endsWith(".dylib") ? guest.length() - 6 : guest.length();
      if (guest.length() + suffix.length() >= LONGEST_PATH) {
        continue;
      }
      String suffixed = guest.substring(0, end) + suffix + guest.substring(end);
      if (visitor.visit(new Place(suffixed, place.outside, place.foundBy, false))) {
        return true;
      }
    }
    return visitor.visit(place);
  }

  private DyldVersions versions() {
    DyldVersions known = versions;
    if (known == null) {
      known = DyldVersions.of(environment, this, door);
      versions = known;
    }
    return known;
  }

  /** {@return the path of this machine for a folder or file that the user or the system names} */
  String host(String path) {
    String inside = root.host(path);
    return door.isFile(inside) || door.isFolder(inside) ? inside : path;
  }

  /** {@return the slice of a library for the program, or null where no such file is there} */
  @Nullable Image library(String path) {
    String host = host(path);
    return door.isFile(host) ? slice(host, new SearchTrail()) : null;
  }

  /** {@return the path with its {@code @} word replaced, or null where it has none} */
  private @Nullable String expand(String path, DyldImage holder) {
    String rest = after(path, LOADER_PATH);
    if (rest != null) {
      return folder(holder.guest) + rest;
    }
    rest = after(path, EXECUTABLE_PATH);
    return rest == null ? null : executableFolder + rest;
  }

  private static @Nullable String after(String path, String word) {
    if (!path.startsWith(word)) {
      return null;
    }
    String rest = path.substring(word.length());
    return rest.isEmpty() || rest.startsWith("/") ? rest : null;
  }

  /** {@return what stands at a place, or null with the reason in the trail} */
  @Nullable Found open(Place place, SearchTrail trail) {
    String guest = place.guest;
    String host = place.outside ? guest : root.host(guest);
    if (door.isFile(host)) {
      Image slice = slice(host, trail);
      // dyld asks the system for the path of what it opened: links are gone from it.
      String real = door.realPath(host);
      String inside = place.outside ? real : root.inside(real);
      return slice == null
          ? null
          : new Found(
              inside == null ? guest : inside, place.outside, host, slice, null, place.foundBy);
    }
    Found stub = place.outside ? null : stubs.find(guest, place.foundBy);
    if (stub != null) {
      return stub;
    }
    if (place.cached) {
      return new Found(guest, false, guest, null, null, FoundBy.SYSTEM);
    }
    if (!door.exhausted()) {
      trail.tried(place.guest);
    }
    return null;
  }

  private @Nullable Image slice(String host, SearchTrail trail) {
    List<Image> images;
    try {
      images = door.images(host);
    } catch (IOException e) {
      trail.refused(host, String.valueOf(e.getMessage()));
      return null;
    } catch (MalformedException e) {
      trail.refused(host, e.getMessage());
      return null;
    }
    Image near = null;
    for (Image image : images) {
      if (image.format() != Format.MACHO) {
        trail.refused(host, "is not a Mach-O file");
        return null;
      }
      if (image.machine().equals(program.machine())) {
        return image;
      }
      // arm64e programs of third parties run as such only with arm64e libraries.
      if (near == null && program.machine().equals("arm64e") && image.machine().equals("aarch64")) {
        near = image;
      }
    }
    if (near == null) {
      List<String> machines = new ArrayList<>();
      for (Image image : images) {
        machines.add(image.machine());
      }
      trail.refused(
          host, "is for " + String.join(", ", machines) + ", not for " + program.machine());
    }
    return near;
  }

  /** {@return whether the system provides such a path without a file (mightBeInSharedCache)} */
  static boolean inSharedCache(String path) {
    return path.startsWith("/usr/lib/")
        || path.startsWith("/System/Library/")
        || path.startsWith(CATALYST + "/")
        || path.startsWith("/System/DriverKit/");
  }

  /**
   * {@return {@code Foo.framework/Versions/A/Foo} of a framework's path, or null where it is none}
   */
  static @Nullable String frameworkPart(String path) {
    int dot = path.lastIndexOf(".framework/");
    if (dot < 0) {
      return null;
    }
    String inside = path.substring(path.lastIndexOf('/', dot) + 1);
    String leaf = path.substring(path.lastIndexOf('/') + 1);
    return inside.startsWith(leaf + ".framework/") ? inside : null;
  }

  static String folder(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "." : slash == 0 ? "" : path.substring(0, slash);
  }

  private static String join(String folder, String tail) {
    return folder.endsWith("/") ? folder + tail : folder + "/" + tail;
  }
}
