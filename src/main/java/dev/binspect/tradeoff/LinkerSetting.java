package dev.binspect.tradeoff;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The linker that a project's settings name ({@code target.<triple>.linker}): the timing script
 * takes its place, and must call it.
 */
final class LinkerSetting {
  private static final Pattern VALUE =
      Pattern.compile("^\\s*(?:([^=\"']*|.*[\"'].*)\\.)?linker\\s*=\\s*[\"']([^\"']+)[\"']");

  private LinkerSetting() {}

  /** {@return the program or path, or null for the toolchain's choice} */
  static @Nullable String of(Prepared prepared, Map<String, String> environment)
      throws IOException {
    String set = environment.get(LinkTimer.variable(prepared.host()));
    if (set != null && !set.isEmpty()) {
      return set;
    }
    List<Path> folders = new ArrayList<>();
    for (Path f = prepared.project();
        f != null && f.startsWith(prepared.mirror());
        f = f.getParent()) {
      folders.add(f.resolve(".cargo"));
    }
    String home = environment.get("CARGO_HOME");
    String user = environment.get("HOME");
    if (home != null) {
      folders.add(Path.of(home));
    } else if (user != null) {
      folders.add(Path.of(user, ".cargo"));
    }
    for (Path folder : folders) {
      for (String name : List.of("config.toml", "config")) {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
          String found = in(Files.readString(file, StandardCharsets.ISO_8859_1), prepared.host());
          if (found != null) {
            Path base = folder.getParent();
            return found.contains("/") && base != null ? base.resolve(found).toString() : found;
          }
        }
      }
    }
    return null;
  }

  static @Nullable String in(String toml, String host) {
    boolean ours = false;
    for (String line : toml.lines().toList()) {
      String bare = line.strip();
      if (bare.startsWith("[")) {
        ours =
            bare.startsWith("[target." + host + "]")
                || bare.startsWith("[target.\"" + host + "\"]")
                || bare.startsWith("[target.'" + host + "']")
                || bare.startsWith("[target.'cfg(") && bare.contains("linux");
        continue;
      }
      Matcher value = VALUE.matcher(line);
      if (value.find() && (ours || ("target." + host).equals(value.group(1)))) {
        return value.group(2);
      }
    }
    return null;
  }
}
