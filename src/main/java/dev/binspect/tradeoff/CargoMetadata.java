package dev.binspect.tradeoff;

import dev.binspect.json.JsonTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A workspace as {@code cargo metadata --format-version 1} tells it.
 *
 * @param packages all packages of the graph by their ids
 * @param members ids of the workspace's own
 * @param defaultMembers ids that Cargo takes where none is named
 * @param nodes what each package was resolved to, by ids; empty with {@code --no-deps}
 */
record CargoMetadata(
    Path workspaceRoot,
    Map<String, CargoPackage> packages,
    List<String> members,
    List<String> defaultMembers,
    Map<String, Node> nodes) {

  /**
   * One package.
   *
   * @param source registry or repository; null for a path
   * @param links the native library it links, or null
   */
  record CargoPackage(
      String id,
      String name,
      String version,
      @Nullable String source,
      Path manifest,
      @Nullable String links,
      @Nullable String defaultRun,
      List<Target> targets,
      List<Dependency> dependencies) {
    /** {@return the library, or null} */
    @Nullable Target library() {
      for (Target target : targets) {
        if (target.isLibrary()) {
          return target;
        }
      }
      return null;
    }

    Path folder() {
      Path parent = manifest.getParent();
      return parent == null ? manifest : parent;
    }
  }

  /**
   * One target of a package.
   *
   * @param tested whether {@code cargo test} makes a test program of it
   */
  record Target(
      String name,
      List<String> kinds,
      List<String> crateTypes,
      Path source,
      String edition,
      List<String> requiredFeatures,
      boolean tested) {
    boolean isProgram() {
      return kinds.contains("bin");
    }

    boolean isLibrary() {
      return !isProgram()
          && !kinds.contains("example")
          && !kinds.contains("test")
          && !kinds.contains("bench")
          && !kinds.contains("custom-build");
    }
  }

  /**
   * A dependency as a manifest declares it.
   *
   * @param kind null, "dev" or "build"
   * @param path where a path is declared
   * @param registry index of a registry that is not the default one
   * @param platform triple or cfg expression it is declared for; null for all
   */
  record Dependency(
      String name,
      @Nullable String source,
      String requirement,
      @Nullable String kind,
      @Nullable String rename,
      boolean defaultFeatures,
      List<String> features,
      @Nullable String path,
      @Nullable String registry,
      @Nullable String platform) {
    /** {@return the name in the manifest} */
    String key() {
      return rename == null ? name : rename;
    }
  }

  /** What a package depends on after resolution. */
  record Node(List<Edge> edges) {}

  /**
   * One resolved dependency.
   *
   * @param name of the crate as sources write it
   * @param normal whether it is linked into the package's own targets
   */
  record Edge(String name, String id, boolean normal) {}

  /**
   * @throws IOException if it is not what Cargo writes
   */
  static CargoMetadata of(String json) throws IOException {
    JsonTree root = JsonTree.of(json);
    Map<String, CargoPackage> packages = new HashMap<>();
    for (JsonTree p : root.get("packages").items()) {
      CargoPackage read = readPackage(p);
      packages.put(read.id(), read);
    }
    Map<String, Node> nodes = new HashMap<>();
    for (JsonTree n : root.get("resolve").get("nodes").items()) {
      nodes.put(n.get("id").text(""), node(n));
    }
    String workspace = root.get("workspace_root").text();
    if (workspace == null) {
      throw new IOException("cargo metadata names no workspace");
    }
    List<String> members = root.get("workspace_members").texts();
    List<String> defaults = root.get("workspace_default_members").texts();
    return new CargoMetadata(
        Path.of(workspace), packages, members, defaults.isEmpty() ? members : defaults, nodes);
  }

  private static CargoPackage readPackage(JsonTree p) throws IOException {
    String manifest = p.get("manifest_path").text();
    String id = p.get("id").text();
    if (manifest == null || id == null) {
      throw new IOException("cargo metadata has a package without a manifest");
    }
    List<Target> targets = new ArrayList<>();
    for (JsonTree t : p.get("targets").items()) {
      targets.add(
          new Target(
              t.get("name").text(""),
              t.get("kind").texts(),
              t.get("crate_types").texts(),
              Path.of(t.get("src_path").text("")),
              t.get("edition").text("2015"),
              t.get("required-features").texts(),
              t.get("test").isTrue()));
    }
    List<Dependency> dependencies = new ArrayList<>();
    for (JsonTree d : p.get("dependencies").items()) {
      dependencies.add(
          new Dependency(
              d.get("name").text(""),
              d.get("source").text(),
              d.get("req").text("*"),
              d.get("kind").text(),
              d.get("rename").text(),
              d.get("uses_default_features").isTrue(),
              d.get("features").texts(),
              d.get("path").text(),
              d.get("registry").text(),
              d.get("target").text()));
    }
    return new CargoPackage(
        id,
        p.get("name").text(""),
        p.get("version").text(""),
        p.get("source").text(),
        Path.of(manifest),
        p.get("links").text(),
        p.get("default_run").text(),
        targets,
        dependencies);
  }

  private static Node node(JsonTree n) {
    List<Edge> edges = new ArrayList<>();
    for (JsonTree d : n.get("deps").items()) {
      boolean normal = false;
      for (JsonTree kind : d.get("dep_kinds").items()) {
        normal |= kind.get("kind").text() == null;
      }
      edges.add(new Edge(d.get("name").text(""), d.get("pkg").text(""), normal));
    }
    return new Node(edges);
  }

  /** {@return ids of a package and of all that is linked with it, the package first} */
  List<String> linkedWith(String id) {
    List<String> ids = new ArrayList<>(List.of(id));
    Map<String, Boolean> seen = new HashMap<>(Map.of(id, true));
    for (int i = 0; i < ids.size(); i++) {
      Node node = nodes.get(ids.get(i));
      if (node == null) {
        continue;
      }
      for (Edge edge : node.edges()) {
        if (edge.normal() && !isProcMacro(edge.id()) && seen.put(edge.id(), true) == null) {
          ids.add(edge.id());
        }
      }
    }
    return ids;
  }

  /** {@return by ids, how many of the packages linked with one are linked with it themselves} */
  Map<String, Integer> dependents(String id) {
    Map<String, Integer> count = new HashMap<>();
    for (String each : linkedWith(id)) {
      for (String needed : linkedWith(each)) {
        if (!needed.equals(each)) {
          count.merge(needed, 1, Integer::sum);
        }
      }
    }
    return count;
  }

  /** {@return whether the package runs inside of the compiler and never in a program} */
  boolean isProcMacro(String id) {
    CargoPackage p = packages.get(id);
    Target library = p == null ? null : p.library();
    return library != null && library.kinds().contains("proc-macro");
  }
}
