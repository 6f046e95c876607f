package dev.binspect.rust;

import dev.binspect.image.Door;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The one setting of {@code .cargo/config.toml} that moves what a program's path leads to: {@code
 * build.build-dir}.
 */
final class CargoConfig {
  private static final int MAX_SIZE = 1 << 20;
  private static final int MAX_UP = 24;

  private CargoConfig() {}

  /**
   * {@return the profile's folder below the build folder, or null where none is set}
   *
   * @param uplifted {@code target/debug}, or {@code target/<triple>/debug}
   * @param environment value of CARGO_BUILD_BUILD_DIR, or null
   */
  static @Nullable String buildFolder(String uplifted, @Nullable String environment, Door door) {
    String profile = CargoFolder.name(uplifted);
    String target = CargoFolder.parent(uplifted);
    if (environment != null && !environment.isEmpty()) {
      String found = profileBelow(environment, target, profile, target, door);
      if (found != null) {
        return found;
      }
    }
    String folder = target;
    for (int i = 0; i < MAX_UP && !folder.isEmpty(); i++) {
      for (String name : new String[] {"/.cargo/config.toml", "/.cargo/config"}) {
        byte[] content = door.content(folder + name, MAX_SIZE);
        String value =
            content == null ? null : buildDir(new String(content, StandardCharsets.UTF_8));
        if (value != null) {
          String found = profileBelow(value, target, profile, folder, door);
          if (found != null) {
            return found;
          }
        }
      }
      folder = CargoFolder.parent(folder);
    }
    return null;
  }

  private static @Nullable String profileBelow(
      String setting, String target, String profile, String base, Door door) {
    String value = setting.replace("{workspace-root}", base);
    if (value.indexOf('{') >= 0) {
      // {cargo-cache-home} and {workspace-path-hash} cannot be known from the outside.
      return null;
    }
    String root = value.startsWith("/") ? value : base + "/" + value;
    String plain = root + "/" + profile;
    if (door.isFolder(plain)) {
      return plain;
    }
    String withTriple = root + "/" + CargoFolder.name(target) + "/" + profile;
    return door.isFolder(withTriple) ? withTriple : null;
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
