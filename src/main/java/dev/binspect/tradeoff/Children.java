package dev.binspect.tradeoff;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Processes that end when this one does: an interrupt leaves no compiler running, nor does a
 * SIGKILL.
 */
final class Children implements AutoCloseable {
  private static final String MARK = "BINSPECT_RUN";
  private static final long LAST_WORDS_MILLIS = 2000;
  private static final long INTERRUPT_MILLIS = 500;

  /** Java tells the end by a signal as a shell does: 128 and the signal's number. */
  private static final int SIGNAL_CODES = 128;

  /**
   * Waits for the end of its standard input, which comes when this process is gone, whatever ended
   * it; then kills all that carry the mark in their environment. Compilers whose parent is gone are
   * found as well. Where there is no /proc it does nothing.
   */
  private static final String WATCHER =
      """
      trap '' INT TERM HUP QUIT
      read -r word && exit
      for turn in 1 2 3 4 5; do
        found=
        for file in $(grep -lzxFs "$1" /proc/[0-9]*/environ); do
          pid=${file#/proc/}
          kill -9 "${pid%/environ}" 2>/dev/null && found=1
        done
        [ "$found" ] || exit
      done
      """;

  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private final Thread hook = new Thread(this::exit, "end-children");
  private final String mark = UUID.randomUUID().toString();
  private @Nullable Process watcher;
  private volatile boolean exiting;

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
    watch();
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put(MARK, mark);
    builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    long began = System.nanoTime();
    Process process = builder.start();
    running.add(process);
    try {
      // each in a thread of its own: a pipe that nobody reads would stop the program
      Drain out = new Drain(process.getInputStream());
      Drain errors = new Drain(process.getErrorStream());
      int code = process.waitFor();
      long nanos = System.nanoTime() - began;
      if (code > SIGNAL_CODES && !exiting) {
        // the terminal sends its interrupt to all of us, and the child may be quicker
        Thread.sleep(INTERRUPT_MILLIS);
      }
      if (exiting) {
        // killed by the hook: what it left is no result, and nobody may take it for one
        hook.join();
        new CountDownLatch(1).await();
      }
      return new Ran(code, out.text(), errors.text(), nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      end(process);
      running.remove(process);
    }
  }

  /** Reads a stream to its end. */
  private static final class Drain extends Thread {
    private final InputStream from;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    Drain(InputStream from) {
      super("read-child");
      setDaemon(true);
      this.from = from;
      start();
    }

    @Override
    public void run() {
      try (from) {
        from.transferTo(read);
      } catch (IOException e) {
        // the process was killed: what came until then is kept
        return;
      }
    }

    /** What a daemon that inherited the pipe may write later (a compiler cache's) is left out. */
    String text() throws InterruptedException {
      join(LAST_WORDS_MILLIS);
      return read.toString(StandardCharsets.UTF_8);
    }
  }

  private void watch() throws IOException {
    if (watcher == null) {
      watcher =
          new ProcessBuilder("/bin/sh", "-c", WATCHER, "sh", MARK + "=" + mark)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    }
  }

  private void exit() {
    exiting = true;
    end();
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
    if (watcher != null) {
      try (OutputStream word = watcher.getOutputStream()) {
        word.write('\n');
      } catch (IOException e) {
        // somebody ended it: nothing is left to watch
        watcher.destroy();
      }
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the hook runs already
      end();
    }
  }
}
