package dev.binspect.rust;

import dev.binspect.image.Door;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The manifests of a workspace's own packages: a package's library may be called otherwise than the
 * package ({@code [lib] name}), and the lock file knows packages alone.
 */
public final class CargoManifests {
  private static final int MAX_SIZE = 1 << 20;

  /** Workspaces of a thousand packages are known; what lies deeper is not a member by habit. */
  private static final int MOST_FOLDERS = 4_000;

  private static final int DEEPEST = 4;

  private CargoManifests() {}

  private record Place(String folder, int depth) {}

  /** A workspace's packages by the names of their libraries. */
  private record Libraries(Map<String, String> packages) {}

  /**
   * {@return the package below the workspace's folder whose library bears the name, or null}
   *
   * @param library as crates are called, with underscores
   */
  public static @Nullable String packageOf(String library, String workspace, Door door) {
    String manifest = workspace + "/Cargo.toml";
    Libraries known = door.kept(manifest, Libraries.class);
    if (known == null) {
      known = new Libraries(new HashMap<>());
      // Whatever other folder a compiler ran in, it is no workspace.
      if (door.isFile(manifest)) {
        walk(workspace, known.packages(), door);
      }
      door.keep(manifest, known);
    }
    return known.packages().get(library);
  }

  private static void walk(String workspace, Map<String, String> packages, Door door) {
    ArrayDeque<Place> queue = new ArrayDeque<>();
    queue.add(new Place(workspace, 0));
    int seen = 0;
    while (!queue.isEmpty()) {
      Place place = queue.remove();
      byte[] content = door.content(place.folder() + "/Cargo.toml", MAX_SIZE);
      if (content != null) {
        String manifest = new String(content, StandardCharsets.UTF_8);
        String name = TomlText.of(manifest, "lib", "name");
        String own = TomlText.of(manifest, "package", "name");
        if (name != null && own != null) {
          packages.putIfAbsent(name.replace('-', '_'), own);
        }
      }
      if (place.depth() == DEEPEST) {
        continue;
      }
      for (String child : door.list(place.folder())) {
        String folder = place.folder() + "/" + child;
        boolean sources = child.equals("src") || child.equals("target") || child.startsWith(".");
        if (!sources && seen < MOST_FOLDERS && door.isFolder(folder)) {
          seen++;
          queue.add(new Place(folder, place.depth() + 1));
        }
      }
    }
  }
}
