package dev.binspect.tradeoff;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Processes that end when this one does: an interrupt leaves no compiler running. */
final class Children implements AutoCloseable {
  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private final Thread hook = new Thread(this::end, "end-children");

  Children() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * What a process left.
   *
   * @param nanos from just before its start to its end
   */
  record Ran(int code, String out, String err, long nanos) {}

  /**
   * Runs a program to its end.
   *
   * @param environment all of it
   * @throws IOException if it cannot be started
   */
  Ran run(Path folder, Map<String, String> environment, List<String> command) throws IOException {
    // standard error goes to a file: a pipe that nobody reads would stop the program
    Path errors = Files.createTempFile("binspect-", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
      builder.redirectError(errors.toFile());
      long began = System.nanoTime();
      Process process = builder.start();
      running.add(process);
      try {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        long nanos = System.nanoTime() - began;
        return new Ran(code, out, Files.readString(errors, StandardCharsets.UTF_8), nanos);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } finally {
        end(process);
        running.remove(process);
      }
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new IOException(command.getFirst() + " writes what is no text", e);
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private void end() {
    for (Process process : running) {
      end(process);
    }
  }

  private static void end(Process process) {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the hook runs already
      end();
    }
  }
}
