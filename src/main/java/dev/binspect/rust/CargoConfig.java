package dev.binspect.rust;

import dev.binspect.image.Door;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one setting of {@code .cargo/config.toml} that moves what a program's path leads to: {@code
 * build.build-dir}.
 */
final class CargoConfig {
  private static final int MAX_SIZE = 1 << 20;
  private static final int MAX_UP = 24;
  private static final int MAX_FOUND = 256;
  private static final String PATH_HASH = "{workspace-path-hash}";

  private CargoConfig() {}

  /**
   * {@return the folders that may be the profile's below the build folder, the likeliest first;
   * more than one where the setting holds a hash of the workspace's path, which Cargo alone can
   * make}
   *
   * @param uplifted {@code target/debug}, or {@code target/<triple>/debug}
   * @param environment value of CARGO_BUILD_BUILD_DIR, or null
   */
  static List<String> buildFolders(String uplifted, @Nullable String environment, Door door) {
    List<String> found = new ArrayList<>();
    String profile = CargoFolder.name(uplifted);
    String target = CargoFolder.parent(uplifted);
    if (environment != null && !environment.isEmpty()) {
      profilesBelow(environment, target, profile, target, found, door);
    }
    String folder = target;
    for (int i = 0; i < MAX_UP && !folder.isEmpty() && found.isEmpty(); i++) {
      for (String name : new String[] {"/.cargo/config.toml", "/.cargo/config"}) {
        readConfig(folder + name, target, profile, folder, found, door);
      }
      folder = CargoFolder.parent(folder);
    }
    if (found.isEmpty() && cargoHome() != null) {
      String above = CargoFolder.parent(cargoHome());
      readConfig(cargoHome() + "/config.toml", target, profile, above, found, door);
    }
    return found;
  }

  private static void readConfig(
      String path, String target, String profile, String base, List<String> found, Door door) {
    byte[] content = door.content(path, MAX_SIZE);
    String value = content == null ? null : buildDir(new String(content, StandardCharsets.UTF_8));
    if (value != null) {
      profilesBelow(value, target, profile, base, found, door);
    }
  }

  private static @Nullable String cargoHome() {
    String set = System.getenv("CARGO_HOME");
    String home = System.getenv("HOME");
    return set != null && !set.isEmpty() ? set : home == null ? null : home + "/.cargo";
  }

  private static void profilesBelow(
      String setting, String target, String profile, String base, List<String> found, Door door) {
    String value = setting.replace("{workspace-root}", base);
    String home = cargoHome();
    if (home != null) {
      value = value.replace("{cargo-cache-home}", home);
    }
    String root = value.startsWith("/") ? value : base + "/" + value;
    int hash = root.indexOf(PATH_HASH);
    if (hash < 0) {
      profileBelow(root, target, profile, found, door);
      return;
    }
    // Cargo writes the hash as a folder of two digits and one of the rest.
    String prefix = root.substring(0, hash);
    String rest = root.substring(hash + PATH_HASH.length());
    for (String first : door.list(prefix)) {
      for (String second : first.length() == 2 ? door.list(prefix + first) : List.<String>of()) {
        if (found.size() < MAX_FOUND) {
          profileBelow(prefix + first + "/" + second + rest, target, profile, found, door);
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

  /** {@return the value of {@code build-dir} in the table {@code [build]}, or null} */
  static @Nullable String buildDir(String toml) {
    boolean build = false;
    for (String raw : toml.lines().toList()) {
      String line = raw.strip();
      if (line.startsWith("[")) {
        build = line.startsWith("[build]");
        continue;
      }
      int equals = line.indexOf('=');
      if (equals < 0) {
        continue;
      }
      String key = line.substring(0, equals).strip();
      if (key.equals("build.build-dir") || build && key.equals("build-dir")) {
        String value = line.substring(equals + 1).strip();
        char quote = value.isEmpty() ? ' ' : value.charAt(0);
        int end = quote == '"' || quote == '\'' ? value.indexOf(quote, 1) : -1;
        return end > 0 ? value.substring(1, end) : null;
      }
    }
    return null;
  }
}
