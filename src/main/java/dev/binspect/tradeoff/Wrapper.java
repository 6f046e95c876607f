package dev.binspect.tradeoff;

import dev.binspect.tradeoff.CargoMetadata.CargoPackage;
import dev.binspect.tradeoff.CargoMetadata.Dependency;
import dev.binspect.tradeoff.CargoMetadata.Edge;
import dev.binspect.tradeoff.CargoMetadata.Node;
import dev.binspect.tradeoff.CargoMetadata.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The crate that holds a program's dependencies as one dylib: who can be in it, and its text. */
final class Wrapper {
  static final String PACKAGE = "binspect-deps";
  static final String CRATE = "binspect_deps";

  private static final Pattern INLINE_DEPENDENCIES =
      Pattern.compile("^\\s*dependencies\\s*=\\s*\\{", Pattern.MULTILINE);

  private Wrapper() {}

  /**
   * A dependency that may be wrapped.
   *
   * @param crate its name in sources
   * @param declarations in the program's manifest; more than one where platforms differ
   * @param crates all crates that come with it, itself included
   * @param links whether one of them links a native library
   */
  record Candidate(
      String crate,
      CargoPackage of,
      List<Dependency> declarations,
      Set<String> crates,
      boolean links) {}

  /**
   * What a program depends on, and what of it can stand in a dylib.
   *
   * @param left with the reasons
   */
  record Plan(List<Candidate> candidates, List<Tradeoff.NotWrapped> left) {}

  static Plan plan(CargoMetadata metadata, CargoPackage program, Set<String> excluded) {
    List<Candidate> candidates = new ArrayList<>();
    List<Tradeoff.NotWrapped> left = new ArrayList<>();
    Node node = metadata.nodes().get(program.id());
    for (Edge edge : node == null ? List.<Edge>of() : node.edges()) {
      CargoPackage of = metadata.packages().get(edge.id());
      if (of == null || !edge.normal()) {
        if (of != null) {
          left.add(new Tradeoff.NotWrapped(of.name(), "only for build scripts or tests"));
        }
        continue;
      }
      List<Dependency> declarations = declarations(program, of, edge);
      String reason =
          excluded.contains(of.name()) || excluded.contains(edge.name())
              ? "excluded on the command line"
              : reason(of, declarations);
      if (reason != null) {
        left.add(new Tradeoff.NotWrapped(of.name(), reason));
        continue;
      }
      Set<String> crates = new LinkedHashSet<>();
      boolean links = false;
      for (String id : metadata.linkedWith(edge.id())) {
        CargoPackage each = metadata.packages().get(id);
        Target library = each == null ? null : each.library();
        if (each != null && library != null) {
          crates.add(library.name().replace('-', '_'));
          links |= each.links() != null;
        }
      }
      candidates.add(new Candidate(edge.name(), of, declarations, crates, links));
    }
    return new Plan(candidates, left);
  }

  private static @Nullable String reason(CargoPackage of, List<Dependency> declarations) {
    Target library = of.library();
    if (library == null) {
      return "has no library";
    }
    if (library.kinds().contains("proc-macro")) {
      return "a procedural macro: it runs in the compiler and is in no program";
    }
    if (library.crateTypes().contains("dylib")) {
      return "is a dylib already: its crates would stand in two";
    }
    if (!library.crateTypes().contains("lib") && !library.crateTypes().contains("rlib")) {
      return "is built as "
          + String.join(", ", library.crateTypes())
          + " only, which no crate links";
    }
    if (declarations.isEmpty()) {
      return "its declaration was not found in the manifest";
    }
    for (Dependency declaration : declarations) {
      String platform = declaration.platform();
      if (platform != null && condition(platform) == null) {
        return "declared for the platform " + platform + ", which no cfg() names";
      }
    }
    return null;
  }

  private static List<Dependency> declarations(CargoPackage program, CargoPackage of, Edge edge) {
    List<Dependency> found = new ArrayList<>();
    Target library = of.library();
    for (Dependency d : program.dependencies()) {
      if (d.kind() != null || !d.name().equals(of.name())) {
        continue;
      }
      String crate = d.rename() == null && library != null ? library.name() : d.key();
      if (crate.replace('-', '_').equals(edge.name())) {
        found.add(d);
      }
    }
    return found;
  }

  /** Writes the crate. */
  static void write(Path folder, List<Candidate> wrapped) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("Cargo.toml"), manifest(wrapped, null));
    Files.writeString(folder.resolve("lib.rs"), source(wrapped));
  }

  /**
   * {@return the crate's manifest}
   *
   * @param folder paths are written relative to it; null for absolute ones
   */
  static String manifest(List<Candidate> wrapped, @Nullable Path folder) {
    StringBuilder out =
        new StringBuilder(
            """
            # Generated by binspect tradeoff: all dependencies of a program as one dylib.
            [package]
            name = "%s"
            version = "0.0.0"
            edition = "2018"
            publish = false

            [lib]
            path = "lib.rs"
            crate-type = ["dylib"]
            """
                .formatted(PACKAGE));
    for (Candidate candidate : wrapped) {
      for (Dependency d : candidate.declarations()) {
        out.append('\n');
        String platform = d.platform();
        String table =
            platform == null ? "dependencies" : "target." + string(platform) + ".dependencies";
        out.append('[').append(table).append('.').append(string(d.key())).append("]\n");
        if (d.rename() != null) {
          out.append("package = ").append(string(d.name())).append('\n');
        }
        source(out, d, folder);
        if (!d.defaultFeatures()) {
          out.append("default-features = false\n");
        }
        if (!d.features().isEmpty()) {
          out.append("features = [");
          for (int i = 0; i < d.features().size(); i++) {
            out.append(i == 0 ? "" : ", ").append(string(d.features().get(i)));
          }
          out.append("]\n");
        }
      }
    }
    return out.toString();
  }

  private static void source(StringBuilder out, Dependency d, @Nullable Path folder) {
    String path = d.path();
    String source = d.source();
    if (path != null) {
      String written = folder == null ? path : folder.relativize(Path.of(path)).toString();
      out.append("path = ").append(string(written)).append('\n');
      return;
    }
    if (source != null && source.startsWith("git+")) {
      String url = source.substring(4);
      int question = url.indexOf('?');
      int hash = url.indexOf('#');
      int end = question >= 0 ? question : hash >= 0 ? hash : url.length();
      out.append("git = ").append(string(url.substring(0, end))).append('\n');
      if (question >= 0) {
        String query = url.substring(question + 1, hash > question ? hash : url.length());
        int equals = query.indexOf('=');
        if (equals > 0) {
          out.append(query, 0, equals).append(" = ");
          String value = query.substring(equals + 1);
          out.append(
              string(java.net.URLDecoder.decode(value, java.nio.charset.StandardCharsets.UTF_8)));
          out.append('\n');
        }
      }
      return;
    }
    out.append("version = ").append(string(d.requirement())).append('\n');
    if (d.registry() != null) {
      out.append("registry-index = ").append(string(d.registry())).append('\n');
    }
  }

  /** {@return the crate's source: each dependency once, for the platforms it is declared for} */
  static String source(List<Candidate> wrapped) {
    StringBuilder out = new StringBuilder("// Generated by binspect tradeoff.\n");
    for (Candidate candidate : wrapped) {
      Set<String> conditions = new LinkedHashSet<>();
      boolean always = false;
      for (Dependency d : candidate.declarations()) {
        String platform = d.platform();
        if (platform == null) {
          always = true;
        } else {
          conditions.add(String.valueOf(condition(platform)));
        }
      }
      if (!always) {
        out.append("#[cfg(any(").append(String.join(", ", conditions)).append("))]\n");
      }
      out.append("pub use ::").append(candidate.crate()).append(";\n");
    }
    return out.toString();
  }

  /**
   * {@return what {@code #[cfg(…)]} takes for a platform of a manifest, or null}
   *
   * @param platform {@code cfg(…)}, or a triple: architecture, vendor, system and environment
   */
  private static @Nullable String condition(String platform) {
    if (platform.startsWith("cfg(")) {
      return platform.substring("cfg(".length(), platform.length() - 1);
    }
    String[] parts = platform.split("-", -1);
    if (parts.length != 4 || !parts[0].equals("x86_64") && !parts[0].equals("aarch64")) {
      return null;
    }
    return "all(target_arch = "
        + string(parts[0])
        + ", target_vendor = "
        + string(parts[1])
        + ", target_os = "
        + string(parts[2])
        + ", target_env = "
        + string(parts[3])
        + ")";
  }

  /** {@return what is added to the end of a program's manifest} */
  static String declaration(String manifest, String path) {
    String newline = newline(manifest);
    // an inline table takes no more keys; another table for all platforms does
    String table =
        INLINE_DEPENDENCIES.matcher(manifest).find()
            ? "target.'cfg(all())'.dependencies"
            : "dependencies";
    return newline
        + "["
        + table
        + "."
        + PACKAGE
        + "]"
        + newline
        + "path = "
        + string(path)
        + newline;
  }

  /**
   * {@return what is added to the end of a program's main source} {@code use … as _} would do as
   * well, but not under {@code #![forbid(unused_imports)]}.
   */
  static String reference(String source) {
    String newline = newline(source);
    return newline + "extern crate " + CRATE + " as _;" + newline;
  }

  /** {@return the line ends that a text uses} */
  static String newline(String text) {
    return text.contains("\r\n") ? "\r\n" : "\n";
  }

  /** {@return a TOML basic string} */
  static String string(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f) {
        out.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
