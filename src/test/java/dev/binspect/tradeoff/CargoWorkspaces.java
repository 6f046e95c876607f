package dev.binspect.tradeoff;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A small workspace on disk: two libraries, a procedural macro, a build script, a program. */
public final class CargoWorkspaces {
  private final Path root;

  public CargoWorkspaces(Path root) {
    this.root = root;
  }

  /** {@return its folder} */
  public Path root() {
    return root;
  }

  /** Writes a file, and goes on. */
  public CargoWorkspaces file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  public static CargoWorkspaces sample(Path root) throws IOException {
    return new CargoWorkspaces(root)
        .file("Cargo.toml", "[workspace]\nmembers = [\"app\"]\nresolver = \"2\"\n")
        .file(
            "app/Cargo.toml",
            """
            [package]
            name = "app"
            version = "0.1.0"
            edition = "2021"

            [dependencies]
            alpha = { path = "../alpha", features = ["more"] }
            renamed = { path = "../beta-lib", package = "beta-lib", default-features = false }
            make = { path = "../make" }""")
        .file(
            "app/src/main.rs",
            """
            //! A program.
            make::nothing!();
            fn main() {
                println!("{} {}", alpha::double(2), renamed::text());
            }
            """)
        .file(
            "alpha/Cargo.toml",
            """
            [package]
            name = "alpha"
            version = "0.1.0"
            edition = "2018"
            build = "build.rs"

            [features]
            more = []
            """)
        .file("alpha/build.rs", "fn main() { println!(\"cargo:rustc-cfg=built\"); }\n")
        .file(
            "alpha/src/lib.rs",
            """
            #[cfg(feature = "more")]
            pub fn double(x: i32) -> i32 { println!("doubling"); x * 2 }
            """)
        .file(
            "beta-lib/Cargo.toml",
            """
            [package]
            name = "beta-lib"
            version = "0.2.0"
            edition = "2021"

            [features]
            default = ["loud"]
            loud = []
            """)
        .file(
            "beta-lib/src/lib.rs",
            "pub fn text() -> String { format!(\"beta {}\", cfg!(feature = \"loud\")) }\n")
        .file(
            "make/Cargo.toml",
            """
            [package]
            name = "make"
            version = "0.1.0"
            edition = "2021"

            [lib]
            proc-macro = true
            """)
        .file(
            "make/src/lib.rs",
            """
            extern crate proc_macro;
            #[proc_macro]
            pub fn nothing(_: proc_macro::TokenStream) -> proc_macro::TokenStream {
                proc_macro::TokenStream::new()
            }
            """)
        .file("target/debug/old", "what an earlier build left\n")
        .file(".git/HEAD", "ref: refs/heads/main\n");
  }

  /**
   * A program with a feature that makes a dylib of its dependency.
   *
   * @param condition the feature behind which the program refers to the dylib: under another one
   *     than {@code dynamic_linking} it is built and ignored
   */
  public static CargoWorkspaces engine(Path root, String condition) throws IOException {
    return new CargoWorkspaces(root)
        .file("Cargo.toml", "[workspace]\nmembers = [\"app\"]\nresolver = \"2\"\n")
        .file(
            "app/Cargo.toml",
            """
            [package]
            name = "app"
            version = "0.1.0"
            edition = "2021"

            [dependencies]
            alpha = { path = "../alpha" }
            engine_dylib = { path = "../engine_dylib", optional = true }

            [features]
            dynamic_linking = ["dep:engine_dylib"]
            """)
        .file(
            "app/src/main.rs",
            """
            #[allow(unexpected_cfgs)]
            #[cfg(feature = "%s")]
            use engine_dylib as _;
            fn main() { println!("{}", alpha::double(2)); }
            """
                .formatted(condition))
        .file(
            "alpha/Cargo.toml",
            "[package]\nname = \"alpha\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
        .file(
            "alpha/src/lib.rs", "pub fn double(x: i32) -> i32 { println!(\"doubling\"); x * 2 }\n")
        .file(
            "engine_dylib/Cargo.toml",
            """
            [package]
            name = "engine_dylib"
            version = "0.1.0"
            edition = "2021"

            [lib]
            crate-type = ["dylib"]

            [dependencies]
            alpha = { path = "../alpha" }
            """)
        .file("engine_dylib/src/lib.rs", "pub use alpha;\n");
  }

  /** {@return every file with its time and content, to be held against a later one} */
  public TreeMap<String, String> state() throws Exception {
    TreeMap<String, String> state = new TreeMap<>();
    List<Path> all;
    try (Stream<Path> walk = Files.walk(root)) {
      all = walk.toList();
    }
    for (Path path : all) {
      String content =
          Files.isRegularFile(path)
              ? HexFormat.of()
                  .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)))
              : "folder";
      state.put(root.relativize(path).toString(), content + " " + Files.getLastModifiedTime(path));
    }
    return state;
  }

  /** {@return every file with its content alone} */
  public TreeMap<String, String> contents() throws Exception {
    TreeMap<String, String> contents = new TreeMap<>();
    state().forEach((name, value) -> contents.put(name, value.split(" ", 2)[0]));
    return contents;
  }

  /** {@return whether Cargo and rustc can be run here} */
  public static boolean cargoRuns() {
    try {
      Process cargo =
          new ProcessBuilder("cargo", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return cargo.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
