package dev.binspect.tradeoff;

import dev.binspect.json.JsonTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cargo and rustc, run with folders of our own. */
final class Cargo {
  /** Where Cargo would put what it builds; all of these are ours. */
  private static final List<String> PLACES =
      List.of("CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR", "CARGO_BUILD_BUILD_DIR");

  private final Children children;
  private final Map<String, String> environment;
  private final String program;
  private final String rustc;

  Cargo(Children children, Map<String, String> environment) {
    this.children = children;
    this.environment = new HashMap<>(environment);
    for (String place : PLACES) {
      this.environment.remove(place);
    }
    this.program = environment.getOrDefault("CARGO", "cargo");
    this.rustc = environment.getOrDefault("RUSTC", "rustc");
  }

  /**
   * What one build made.
   *
   * @param executables paths by target names
   * @param libraries dynamic libraries made, with their crates' names
   * @param debug the profile's debug information as Cargo says it: "0", "1", "2",
   *     "line-tables-only"
   * @param failure first error; null if it was built
   */
  record Build(
      long nanos,
      Map<String, Path> executables,
      Map<String, Path> libraries,
      String debug,
      @Nullable String failure,
      String messages) {}

  /**
   * @throws TradeoffException if Cargo says no; the message is its own first error
   */
  String ask(Path folder, List<String> args) throws IOException, TradeoffException {
    Children.Ran ran = run(folder, environment, args);
    if (ran.code() != 0) {
      throw new TradeoffException("cargo " + args.getFirst() + ": " + firstError(ran.err()));
    }
    return ran.out();
  }

  /** {@return the toolchain's folder that rustc uses in a folder} */
  Path sysroot(Path folder) throws IOException, TradeoffException {
    return Path.of(rustc(folder, "--print", "sysroot").strip());
  }

  /** {@return version, host and the like, as {@code rustc -vV} says} */
  Map<String, String> rustcVersion(Path folder) throws IOException, TradeoffException {
    Map<String, String> facts = new HashMap<>();
    for (String line : rustc(folder, "-vV").lines().toList()) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        facts.put(line.substring(0, colon), line.substring(colon + 2));
      } else {
        facts.put("version", line);
      }
    }
    return facts;
  }

  private String rustc(Path folder, String... args) throws IOException, TradeoffException {
    List<String> command = new ArrayList<>(List.of(rustc));
    command.addAll(List.of(args));
    Children.Ran ran;
    try {
      ran = children.run(folder, environment, command);
    } catch (IOException e) {
      throw new TradeoffException(rustc + " cannot be run: is Rust installed?");
    }
    if (ran.code() != 0) {
      throw new TradeoffException("rustc: " + firstError(ran.err()));
    }
    return ran.out();
  }

  /** From now on this toolchain, whatever the folder says. */
  void useToolchain(String name) {
    environment.put("RUSTUP_TOOLCHAIN", name);
  }

  /** Runs a command that Cargo showed ({@code -vv}), perhaps a changed one. */
  Children.Ran again(Path folder, String shellCommand) throws IOException {
    return children.run(folder, environment, List.of("/bin/sh", "-c", shellCommand));
  }

  Build build(Path folder, Path target, Map<String, String> more, List<String> args)
      throws IOException, TradeoffException {
    Map<String, String> all = new HashMap<>(environment);
    all.put("CARGO_TARGET_DIR", target.toString());
    all.put("CARGO_BUILD_BUILD_DIR", target.toString());
    all.put("CARGO_TERM_COLOR", "never");
    all.putAll(more);
    List<String> command = new ArrayList<>(List.of("build"));
    command.add("--message-format=json-render-diagnostics");
    command.addAll(args);
    Children.Ran ran = run(folder, all, command);
    Map<String, Path> executables = new HashMap<>();
    Map<String, Path> libraries = new HashMap<>();
    String debug = "";
    for (String line : ran.out().lines().toList()) {
      // a build script's output stands between Cargo's lines only with -vv
      if (!line.startsWith("{\"reason\":\"compiler-artifact\"")) {
        continue;
      }
      JsonTree artifact = JsonTree.of(line);
      String name = artifact.get("target").get("name").text("");
      String executable = artifact.get("executable").text();
      if (executable != null && artifact.get("target").get("kind").texts().contains("bin")) {
        executables.put(name, Path.of(executable));
        JsonTree info = artifact.get("profile").get("debuginfo");
        long number = info.number(-1);
        debug = number >= 0 ? Long.toString(number) : info.text("0");
      }
      if (artifact.get("target").get("crate_types").texts().contains("dylib")) {
        for (String file : artifact.get("filenames").texts()) {
          if (file.endsWith(".so") || file.endsWith(".dylib") || file.endsWith(".dll")) {
            libraries.put(name, Path.of(file));
          }
        }
      }
    }
    return new Build(
        ran.nanos(),
        executables,
        libraries,
        debug,
        ran.code() == 0 ? null : firstError(ran.err()),
        ran.err());
  }

  private Children.Ran run(Path folder, Map<String, String> all, List<String> args)
      throws IOException, TradeoffException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(args);
    if (!Files.isDirectory(folder)) {
      throw new TradeoffException(folder + " is not a folder");
    }
    try {
      return children.run(folder, all, command);
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("Cannot run program")) {
        throw new TradeoffException(program + " cannot be run: is Rust installed?");
      }
      throw e;
    }
  }

  /**
   * {@return the line that tells why: the linker's undefined symbol, else the first error that is
   * not about other errors}
   */
  static String firstError(String messages) {
    String first = null;
    String cause = null;
    boolean inCause = false;
    for (String raw : messages.lines().toList()) {
      String line = raw.strip();
      if (line.contains("undefined symbol") || line.contains("undefined reference")) {
        return "linking failed: " + line.replaceFirst("^= note: ", "");
      }
      if (inCause && cause == null && !line.isEmpty()) {
        cause = line;
      }
      if (first != null && first.endsWith(":") && !line.isEmpty()) {
        // "not supported by the following packages:": the first of them
        first += " " + line;
      }
      inCause |= line.equals("Caused by:");
      if (line.startsWith("error")
          && first == null
          && !line.startsWith("error: could not compile")) {
        first = line.replaceFirst("^error(\\[E\\d+])?: ", "");
      }
    }
    if (first == null) {
      return messages.isBlank()
          ? "failed without a word"
          : brief(messages.strip().lines().toList().getLast().strip());
    }
    return cause == null ? first : first + ": " + brief(cause);
  }

  /** Cargo quotes the compiler's whole command where it crashed: the crate's name says enough. */
  private static String brief(String cause) {
    int from = cause.indexOf('`');
    int to = cause.lastIndexOf('`');
    String name = " --crate-name ";
    int at = cause.indexOf(name);
    if (from < 0 || at < from || at > to) {
      return cause;
    }
    int start = at + name.length();
    int end = cause.indexOf(' ', start);
    return end < 0
        ? cause
        : cause.substring(0, from)
            + "rustc of "
            + cause.substring(start, end)
            + cause.substring(to + 1);
  }
}
