package dev.binspect.rust;

import dev.binspect.image.Door;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cargo.lock}: every package that a workspace may be built from, those of features that are
 * off among them. Cargo writes it itself, always in the same shape: tables {@code [[package]]} with
 * a key a line, and one dependency a line ({@code "name"}, {@code "name version"} or {@code "name
 * version (source)"}).
 */
public final class CargoLock {
  private static final int MAX_SIZE = 1 << 24;
  private static final int MOST_PACKAGES = 50_000;

  private CargoLock() {}

  /** {@return what the lock file of a workspace says, or null where there is none} */
  public static @Nullable PackageGraph of(String workspace, Door door) {
    byte[] content = door.content(workspace + "/Cargo.lock", MAX_SIZE);
    PackageGraph graph =
        content == null ? null : parse(new String(content, StandardCharsets.UTF_8));
    return graph == null || graph.isEmpty() ? null : graph;
  }

  static PackageGraph parse(String toml) {
    PackageGraph graph = new PackageGraph();
    @Nullable String name = null;
    List<String> needs = new ArrayList<>();
    boolean dependencies = false;
    int packages = 0;
    int at = 0;
    while (at < toml.length() && packages < MOST_PACKAGES) {
      int end = toml.indexOf('\n', at);
      end = end < 0 ? toml.length() : end;
      String line = toml.substring(at, end).strip();
      at = end + 1;
      if (line.startsWith("[")) {
        if (name != null) {
          graph.add(name, needs);
          packages++;
        }
        name = null;
        needs = new ArrayList<>();
        dependencies = false;
      } else if (line.startsWith("name = ")) {
        name = quoted(line);
      } else if (line.startsWith("dependencies = ")) {
        dependencies = true;
      } else if (line.equals("]")) {
        dependencies = false;
      } else if (dependencies) {
        String one = quoted(line);
        int space = one == null ? -1 : one.indexOf(' ');
        if (one != null) {
          needs.add(space < 0 ? one : one.substring(0, space));
        }
      }
    }
    if (name != null) {
      graph.add(name, needs);
    }
    return graph;
  }

  private static @Nullable String quoted(String line) {
    int from = line.indexOf('"');
    int to = from < 0 ? -1 : line.indexOf('"', from + 1);
    return to < 0 ? null : line.substring(from + 1, to);
  }
}
