package dev.binspect.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another program that reads binaries, asked about the files that binspect reads.
 *
 * @param name as on the PATH
 */
public record WitnessTool(String name) {
  /** Skips the test, and says so, where the tool is not installed. */
  public void assumeInstalled() {
    boolean there;
    try {
      there =
          new ProcessBuilder(name, "--version").redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException | InterruptedException e) {
      there = false;
    }
    assumeThat(there).as(name + " is not installed").isTrue();
  }

  /**
   * {@return the lines it prints of a file}
   *
   * @throws AssertionError if it ends with an error
   */
  public List<String> lines(Path file, String... options) throws Exception {
    Answer answer = ask(file, options);
    assertThat(answer.code).as(String.join("\n", answer.lines)).isZero();
    return answer.lines;
  }

  /** {@return what it prints of a file and how it ends} */
  public Answer ask(Path file, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of(name));
    command.addAll(List.of(options));
    command.add(file.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    List<String> lines = new ArrayList<>();
    // Names may be in any encoding: this one takes every byte.
    try (var reader = process.inputReader(StandardCharsets.ISO_8859_1)) {
      reader.lines().forEach(lines::add);
    }
    return new Answer(process.waitFor(), lines);
  }

  /**
   * @param lines of both streams
   */
  public record Answer(int code, List<String> lines) {}
}
