package dev.binspect.start.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.load.Counters;
import dev.binspect.load.LoadPlan;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Tiny programs, built by the machine's C compiler. */
final class Programs {
  /** A plan for what no loader was asked about. */
  static final LoadPlan NO_PLAN =
      new LoadPlan(
          LoadPlan.Loader.NONE,
          List.of(),
          List.of(),
          List.of(),
          new Counters(-1, -1, -1, -1, -1, -1, -1, -1),
          List.of(),
          List.of(),
          List.of());

  private final Path folder;

  Programs(Path folder) {
    this.folder = folder;
    Assumptions.assumeTrue(
        new File("/usr/bin/gcc").canExecute(), "a C compiler is needed to build programs");
  }

  /** {@return a program that needs a library with that constructor} */
  File withConstructor(String name, String declarations, String body, String... libraries)
      throws IOException, InterruptedException {
    Path library = folder.resolve("lib" + name + ".so");
    List<String> command =
        new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-O1", "-o", library.toString()));
    command.add(
        source(
            name + "-constructor",
            "#define _GNU_SOURCE\n"
                + declarations
                + "\n__attribute__((constructor)) static void construct(void) {"
                + body
                + "}\nint "
                + name
                + "(void) { return 0; }\n"));
    command.addAll(List.of(libraries));
    run(command);
    return program(
        name, "int " + name + "(void); int main(void) { return " + name + "(); }", "-l" + name);
  }

  /** {@return a program; libraries are searched beside it} */
  File program(String name, String source, String... more)
      throws IOException, InterruptedException {
    Path program = folder.resolve(name);
    List<String> command = new ArrayList<>(List.of("gcc", "-O1", "-o", program.toString()));
    command.add(source(name, source));
    command.add("-L" + folder);
    command.add("-Wl,-rpath,$ORIGIN");
    command.addAll(List.of(more));
    run(command);
    return program.toFile();
  }

  private String source(String name, String text) throws IOException {
    Path file = folder.resolve(name + ".c");
    Files.writeString(file, text);
    return file.toString();
  }

  static String run(List<String> command) throws IOException, InterruptedException {
    return run(command, Map.of());
  }

  /** {@return what a command prints, both streams} */
  static String run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
    return output;
  }

  /** {@return pid and command of all processes below this one, and of all that run the program} */
  static Map<Long, String> left(File program) throws IOException {
    Map<Long, String> left = new TreeMap<>();
    long self = ProcessHandle.current().pid();
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      for (Path entry : entries.toList()) {
        String pid = entry.getFileName().toString();
        if (!pid.chars().allMatch(Character::isDigit)) {
          continue;
        }
        try {
          String stat = Files.readString(entry.resolve("stat"), StandardCharsets.ISO_8859_1);
          String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
          String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
          String ours = program.getName();
          boolean same = name.equals(ours.substring(0, Math.min(15, ours.length())));
          if (same || Long.parseLong(fields[1]) == self && !name.equals("jspawnhelper")) {
            left.put(Long.parseLong(pid), name + " " + fields[0]);
          }
        } catch (IOException e) {
          continue; // ended meanwhile
        }
      }
    }
    return left;
  }
}
