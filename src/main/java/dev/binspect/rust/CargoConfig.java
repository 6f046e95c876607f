package dev.binspect.rust;

import dev.binspect.image.Door;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@code .cargo/config.toml} that move what is built: {@code build.target-dir} and
 * {@code build.build-dir} (the Cargo Book, Configuration). The file nearest to where Cargo ran
 * counts; the user's own comes last.
 */
final class CargoConfig {
  private static final int MAX_SIZE = 1 << 20;
  private static final int MAX_UP = 24;
  private static final int MAX_DEPENDENCIES = 1 << 22;
  private static final int MAX_FOUND = 256;
  private static final String PATH_HASH = "{workspace-path-hash}";
  private static final String BUILD_DIR = "build-dir";
  private static final String TARGET_DIR = "target-dir";

  /** A setting's value, and the folder at which its relative paths begin. */
  private record Setting(String value, String base) {
    String path() {
      String path = value.startsWith("/") ? value : base + "/" + value;
      return new File(path).toPath().normalize().toString();
    }
  }

  private CargoConfig() {}

  /**
   * {@return the folders that may be the profile's below the build folder, the likeliest first;
   * more than one where the setting holds a hash of the workspace's path, which Cargo alone can
   * make}
   *
   * @param uplifted {@code target/debug}, or {@code target/<triple>/debug}
   * @param sources a folder with sources of the program, or null: the target folder may stand
   *     outside of their workspace
   * @param environment value of CARGO_BUILD_BUILD_DIR, or null
   */
  static List<String> buildFolders(
      String uplifted, @Nullable String sources, @Nullable String environment, Door door) {
    List<String> found = new ArrayList<>();
    String profile = CargoFolder.name(uplifted);
    String target = CargoFolder.parent(uplifted);
    for (String from : new String[] {target, sources}) {
      if (from != null && found.isEmpty()) {
        for (String root : buildRoots(from, environment, door)) {
          profileBelow(root, target, profile, found, door);
        }
      }
    }
    return found;
  }

  /**
   * {@return the target folders that a workspace's programs may have been built in, the likeliest
   * first}
   *
   * @param environment values of CARGO_TARGET_DIR and the like, the one that counts first
   */
  static List<String> targetFolders(String workspace, List<String> environment, Door door) {
    List<String> folders = new ArrayList<>();
    for (String one : environment) {
      if (!one.isEmpty()) {
        folders.add(new Setting(one, workspace).path());
      }
    }
    Setting setting = nearest(TARGET_DIR, workspace, door);
    if (setting != null) {
      folders.add(setting.path());
    }
    folders.add(workspace + "/target");
    return folders;
  }

  /** {@return the build folders, above the profiles, that Cargo uses when it runs in a folder} */
  static List<String> buildRoots(String from, @Nullable String environment, Door door) {
    List<String> roots = new ArrayList<>();
    if (environment != null && !environment.isEmpty()) {
      buildRoot(new Setting(environment, from), roots, door);
    }
    Setting setting = nearest(BUILD_DIR, from, door);
    if (setting != null) {
      buildRoot(setting, roots, door);
    }
    return roots;
  }

  private static @Nullable Setting nearest(String key, String from, Door door) {
    String folder = from;
    for (int i = 0; i < MAX_UP && !folder.isEmpty(); i++) {
      for (String name : new String[] {"/.cargo/config.toml", "/.cargo/config"}) {
        String value = read(folder + name, key, door);
        if (value != null) {
          return new Setting(value, folder);
        }
      }
      folder = CargoFolder.parent(folder);
    }
    String home = cargoHome();
    String value = home == null ? null : read(home + "/config.toml", key, door);
    return home == null || value == null ? null : new Setting(value, CargoFolder.parent(home));
  }

  private static @Nullable String read(String path, String key, Door door) {
    byte[] content = door.content(path, MAX_SIZE);
    return content == null
        ? null
        : TomlText.of(new String(content, StandardCharsets.UTF_8), "build", key);
  }

  private static @Nullable String cargoHome() {
    String set = System.getenv("CARGO_HOME");
    String home = System.getenv("HOME");
    return set != null && !set.isEmpty() ? set : home == null ? null : home + "/.cargo";
  }

  private static void buildRoot(Setting setting, List<String> roots, Door door) {
    String value = setting.value.replace("{workspace-root}", setting.base);
    String home = cargoHome();
    if (home != null) {
      value = value.replace("{cargo-cache-home}", home);
    }
    String root = new Setting(value, setting.base).path();
    int hash = root.indexOf(PATH_HASH);
    if (hash < 0) {
      roots.add(root);
      return;
    }
    // Cargo writes the hash as a folder of two digits and one of the rest.
    String prefix = root.substring(0, hash);
    String rest = root.substring(hash + PATH_HASH.length());
    for (String first : door.list(prefix)) {
      for (String second : first.length() == 2 ? door.list(prefix + first) : List.<String>of()) {
        if (roots.size() < MAX_FOUND) {
          roots.add(prefix + first + "/" + second + rest);
        }
      }
    }
  }

  private static void profileBelow(
      String root, String target, String profile, List<String> found, Door door) {
    // With --target the host's own folder holds build scripts and proc macros only.
    String withTriple = root + "/" + CargoFolder.name(target) + "/" + profile;
    String plain = root + "/" + profile;
    if (door.isFolder(withTriple)) {
      found.add(withTriple);
    } else if (door.isFolder(plain)) {
      found.add(plain);
    }
  }

  /**
   * {@return the folder of the first source that Cargo names in the dependency information beside a
   * finished program, or null}
   */
  static @Nullable String sources(String program, Door door) {
    String plain = program.endsWith(".exe") ? program.substring(0, program.length() - 4) : program;
    byte[] content = door.content(plain + ".d", MAX_DEPENDENCIES);
    if (content == null) {
      return null;
    }
    String text = new String(content, StandardCharsets.UTF_8).replace("\\ ", "\0");
    int from = text.indexOf(": ");
    int to = from < 0 ? -1 : text.indexOf(".rs", from);
    return to < 0 ? null : CargoFolder.parent(text.substring(from + 2, to).replace('\0', ' '));
  }
}
