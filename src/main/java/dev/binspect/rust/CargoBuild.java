package dev.binspect.rust;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A build by Cargo, and the executables it reports ({@code --message-format=json}; the Cargo Book,
 * External tools). Runs Cargo, and so the build scripts of the project: only for a user who asks to
 * build.
 *
 * @param exitCode Cargo's own
 * @param buildFolder Cargo's build folder where it is not the target folder, or null
 */
public record CargoBuild(int exitCode, List<Executable> executables, @Nullable String buildFolder) {

  /**
   * An executable as Cargo names it.
   *
   * @param name {@code bin "app" of app}, {@code test "it" of app}, {@code unit tests of lib "app"}
   */
  public record Executable(String name, String path) {}

  /**
   * Builds.
   *
   * @param arguments the user's: a toolchain ({@code +nightly}) and a command may come first;
   *     {@code build} is taken otherwise, and nothing that was built is run
   * @param environment all of it
   * @throws IOException if Cargo cannot be started; the message is fit for one line
   */
  public static CargoBuild run(List<String> arguments, Map<String, String> environment)
      throws IOException {
    List<String> command = command(arguments);
    Map<String, Executable> executables = new LinkedHashMap<>();
    ProcessBuilder builder = in(environment, command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.redirectInput(ProcessBuilder.Redirect.INHERIT);
    Process cargo;
    try {
      cargo = builder.start();
    } catch (IOException e) {
      throw new IOException(command.get(0) + " cannot be started (is Rust installed?)", e);
    }
    // An interrupt leaves nothing running: a compiler or a build script outlives the Cargo that
    // waits for it.
    Thread stop = new Thread(() -> end(cargo));
    Runtime.getRuntime().addShutdownHook(stop);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(cargo.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        Executable executable = line.startsWith("{") ? executable(line) : null;
        if (executable != null) {
          executables.put(executable.path(), executable);
        }
      }
      int code = cargo.waitFor();
      List<Executable> all = List.copyOf(executables.values());
      return new CargoBuild(
          code, all, all.isEmpty() ? null : buildFolder(command, arguments, environment));
    } catch (InterruptedException e) {
      end(cargo);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      try {
        Runtime.getRuntime().removeShutdownHook(stop);
      } catch (IllegalStateException e) {
        end(cargo);
      }
    }
  }

  private static void end(Process cargo) {
    cargo.descendants().forEach(ProcessHandle::destroy);
    cargo.destroy();
  }

  private static ProcessBuilder in(Map<String, String> environment, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  private static List<String> command(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    String cargo = System.getenv("CARGO");
    boolean toolchain = !arguments.isEmpty() && arguments.get(0).startsWith("+");
    // `cargo +nightly` is rustup's: the CARGO that a running cargo sets is past that.
    command.add(cargo != null && !cargo.isEmpty() && !toolchain ? cargo : "cargo");
    int at = 0;
    if (toolchain) {
      command.add(arguments.get(at++));
    }
    String verb = at < arguments.size() ? arguments.get(at) : "";
    boolean runs = false;
    switch (verb) {
      case "build", "b", "rustc" -> {
        command.add(verb);
        at++;
      }
      case "test", "t", "bench" -> {
        command.add(verb);
        command.add("--no-run");
        at++;
      }
      case "run", "r" -> {
        command.add("build");
        at++;
        runs = true;
      }
      default -> {
        if (!verb.isEmpty() && verb.charAt(0) != '-') {
          throw new IOException(
              "cargo " + verb + " is not run: build, test, bench, run and rustc make executables");
        }
        command.add("build");
      }
    }
    command.add("--message-format=json-render-diagnostics");
    boolean tests = verb.equals("test") || verb.equals("t") || verb.equals("bench");
    for (; at < arguments.size(); at++) {
      String argument = arguments.get(at);
      if (argument.equals("--") && (runs || tests)) {
        // What follows is for the program, which is not run.
        break;
      }
      if (argument.equals("--message-format")) {
        at++;
      } else if (!argument.startsWith("--message-format=")
          && !(tests && argument.equals("--no-run"))) {
        command.add(argument);
      }
    }
    return command;
  }

  /** {@return the executable that a line reports, or null} */
  static @Nullable Executable executable(String line) {
    @Nullable String reason = null;
    @Nullable String path = null;
    @Nullable String packageId = null;
    @Nullable String target = null;
    @Nullable String kind = null;
    boolean test = false;
    try (JsonParser json = new JsonFactory().createParser(line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        switch (key) {
          case "reason" -> reason = json.getText();
          case "executable" -> path = value == JsonToken.VALUE_STRING ? json.getText() : null;
          case "package_id" -> packageId = json.getText();
          case "target" -> {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
              String field = json.currentName();
              JsonToken token = json.nextToken();
              if (field.equals("name")) {
                target = json.getText();
              } else if (field.equals("kind") && token == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY && json.currentToken() != null) {
                  kind = kind == null ? json.getText() : kind;
                }
              } else {
                json.skipChildren();
              }
            }
          }
          case "profile" -> {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
              String field = json.currentName();
              JsonToken token = json.nextToken();
              if (field.equals("test")) {
                test = token == JsonToken.VALUE_TRUE;
              } else {
                json.skipChildren();
              }
            }
          }
          default -> json.skipChildren();
        }
      }
    } catch (IOException e) {
      // Not one of Cargo's messages: a build script's or a wrapper's output.
      return null;
    }
    if (path == null || !"compiler-artifact".equals(reason) || "custom-build".equals(kind)) {
      return null;
    }
    boolean unit = test && !"test".equals(kind) && !"bench".equals(kind);
    String name =
        (unit ? "unit tests of " : "") + kind + " \"" + target + "\" of " + packageName(packageId);
    return new Executable(name, path);
  }

  /**
   * {@code path+file:///src/app#0.1.0}, {@code …#app@0.1.0} or, before 1.77, {@code app 0.1.0 (…)}.
   */
  private static String packageName(@Nullable String id) {
    if (id == null) {
      return "?";
    }
    int hash = id.indexOf('#');
    if (hash < 0) {
      int space = id.indexOf(' ');
      return space < 0 ? id : id.substring(0, space);
    }
    int at = id.indexOf('@', hash);
    return at > 0 ? id.substring(hash + 1, at) : id.substring(id.lastIndexOf('/', hash) + 1, hash);
  }

  /** Asks Cargo where its build folder is; only newer ones have another than the target folder. */
  private static @Nullable String buildFolder(
      List<String> command, List<String> arguments, Map<String, String> environment) {
    List<String> metadata = new ArrayList<>();
    metadata.add(command.get(0));
    if (command.get(1).startsWith("+")) {
      metadata.add(command.get(1));
    }
    metadata.addAll(List.of("metadata", "--no-deps", "--format-version", "1", "--offline"));
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith("--manifest-path") || argument.startsWith("--config")) {
        metadata.add(argument);
        if (argument.indexOf('=') < 0 && i + 1 < arguments.size()) {
          metadata.add(arguments.get(i + 1));
        }
      }
    }
    ProcessBuilder builder = in(environment, metadata);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      try (InputStream in = process.getInputStream();
          JsonParser json = new JsonFactory().createParser(in)) {
        @Nullable String target = null;
        @Nullable String build = null;
        int depth = 0;
        JsonToken token;
        while ((token = json.nextToken()) != null) {
          if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            depth++;
          } else if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
            depth--;
          } else if (token == JsonToken.VALUE_STRING && depth == 1) {
            if ("target_directory".equals(json.currentName())) {
              target = json.getText();
            } else if ("build_directory".equals(json.currentName())) {
              build = json.getText();
            }
          }
        }
        return build == null || build.equals(target) ? null : build;
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      // An older Cargo: it has one folder for both.
      return null;
    }
  }
}
