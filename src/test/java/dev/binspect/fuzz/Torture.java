package dev.binspect.fuzz;

import com.sun.management.ThreadMXBean;
import dev.binspect.cli.Main;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Inspects many files from strangers in one process, each by the commands a user would give, and
 * prints one line for each promise that is broken: an exception, more than one line of diagnosis, a
 * hang, too much memory, JSON that is none, a damaged file that passes {@code check}.
 *
 * <p>Executes nothing: every command is a static one.
 */
public final class Torture {
  /** What is promised: so many nanoseconds of processor time a started MB. */
  private static final long NANOS_PER_MB = 2_000_000_000L;

  /** So many twentieths of a second without any progress. */
  private static final int MOST_IDLE = 1200;

  /** Garbage counts here, so this only points at what a look with a whole process is worth. */
  private static final long ALLOCATED_FREE = 256L << 20;

  private static final int ALLOCATED_PER_BYTE = 40;

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("--no-run", "--json"),
          List.of("check", "--no-policy", "--json"),
          List.of("--no-run", "-v", "--color", "always"),
          List.of("--no-run", "--format", "html"),
          List.of("--no-run", "--format", "markdown"),
          List.of("check", "--no-policy", "--format", "sarif"),
          List.of("check", "--no-policy", "--format", "junit"),
          List.of("check", "--no-policy", "--format", "github"),
          List.of("tree", "-v"),
          List.of("bindings", "--demangle", "--format", "ndjson"));

  private final boolean all;
  private int broken;
  private int reports;
  private int refused;

  private Torture(boolean all) {
    this.all = all;
  }

  /**
   * @param args files and folders; {@code --brief} tries the two JSON commands alone; {@code
   *     --memory} tries each file in a virtual machine whose whole heap is 64 MB and twice the file
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (String arg : args) {
      if (arg.startsWith("--")) {
        options.add(arg);
      } else if (arg.startsWith("@")) {
        for (String line : Files.readAllLines(Path.of(arg.substring(1)))) {
          files.add(Path.of(line));
        }
      } else if (Files.exists(Path.of(arg))) {
        try (Stream<Path> walk = Files.walk(Path.of(arg))) {
          walk.filter(Files::isRegularFile).sorted().forEach(files::add);
        }
      } else {
        System.err.println("torture: " + arg + ": no such file");
        System.exit(2);
      }
    }
    if (options.remove("--memory")) {
      System.exit(SmallHeaps.tryOut(options, files));
    }
    Torture torture = new Torture(!options.contains("--brief"));
    for (Path file : files) {
      torture.tryOut(file);
    }
    System.out.printf(
        "%d files: %d reports, %d refused, %d promises broken%n",
        files.size(), torture.reports, torture.refused, torture.broken);
    // halt: a hanging thread may be left.
    System.out.flush();
    Runtime.getRuntime().halt(torture.broken == 0 ? 0 : 1);
  }

  private void tryOut(Path file) throws IOException, InterruptedException {
    long megabytes = (Files.size(file) >> 20) + 1;
    @Nullable JsonNode inspected = null;
    for (List<String> command : all ? COMMANDS : COMMANDS.subList(0, 2)) {
      Attempt attempt = new Attempt(command, file);
      Thread thread = new Thread(null, attempt, "attempt", 2L << 20);
      thread.setDaemon(true);
      thread.start();
      if (hangs(thread, Math.max(20, 8 * megabytes))) {
        tell(file, command, "hangs at " + Arrays.toString(thread.getStackTrace()));
        return;
      }
      if (attempt.failure != null) {
        tell(file, command, trace(attempt.failure));
        continue;
      }
      if (attempt.nanos > NANOS_PER_MB * megabytes) {
        tell(file, command, "took " + attempt.nanos / 1_000_000 + " ms");
      }
      if (attempt.allocated > ALLOCATED_FREE + ALLOCATED_PER_BYTE * Files.size(file)) {
        tell(file, command, "allocated " + (attempt.allocated >> 20) + " MB");
      }
      if (attempt.code == 2) {
        refused += command == COMMANDS.get(0) ? 1 : 0;
        if (attempt.err.contains("needs more memory")) {
          tell(file, command, "does not do with this heap");
        }
        if (attempt.err.lines().count() != 1 || !attempt.err.startsWith("binspect: ")) {
          tell(file, command, "diagnosis: " + firstLine(attempt.err));
        }
        if (inspected == null) {
          return;
        }
        continue;
      }
      // bindings tells of missing libraries there.
      if (!attempt.err.isEmpty() && !command.contains("bindings")) {
        tell(file, command, "a report and a diagnosis: " + firstLine(attempt.err));
      }
      if (command.contains("--json")) {
        JsonNode report = json(file, command, attempt.out);
        if (report == null) {
          continue;
        }
        if (command == COMMANDS.get(0)) {
          inspected = report;
          reports++;
        } else {
          gate(file, command, report, attempt.code);
        }
      }
    }
  }

  /**
   * {@return whether the thread does not end within so many seconds of processor time}
   *
   * <p>The clock on the wall counts only where nothing goes on: the machine may be busy.
   */
  private static boolean hangs(Thread thread, long seconds) throws InterruptedException {
    long used = 0;
    int idle = 0;
    while (!thread.join(Duration.ofMillis(50))) {
      long now = THREADS.getThreadCpuTime(thread.threadId());
      idle = now - used < 1_000_000 ? idle + 1 : 0;
      used = now;
      if (used > seconds * 1_000_000_000 || idle > MOST_IDLE) {
        return true;
      }
    }
    return false;
  }

  private @Nullable JsonNode json(Path file, List<String> command, String out) {
    try {
      return MAPPER.readTree(out);
    } catch (JacksonException e) {
      tell(file, command, "no JSON: " + e.getOriginalMessage());
      return null;
    }
  }

  /** A file whose counts are unknown, or that a warning calls damaged, must not pass. */
  private void gate(Path file, List<String> command, JsonNode report, int code) {
    JsonNode image = report.path("images").path(0);
    String kind = image.path("kind").asString("");
    boolean loadable = kind.equals("executable") || kind.equals("shared-library");
    if (!loadable || code != 0) {
      return;
    }
    if (image.path("relocations").isNull()) {
      tell(file, command, "passes without a count of relocations");
    }
    for (JsonNode note : report.path("notes")) {
      String word = note.path("code").asString("");
      boolean warning = note.path("level").asString("").equals("warning");
      if (!warning) {
        continue;
      }
      if (word.equals("damaged") || word.startsWith("truncated") || word.endsWith("-cut")) {
        tell(file, command, "passes with the warning " + note);
        return;
      }
    }
  }

  private void tell(Path file, List<String> command, String what) {
    broken++;
    System.out.println(file + "\t" + String.join(" ", command) + "\t" + what);
  }

  private static String firstLine(String text) {
    return text.lines().count() + " lines, " + text.lines().findFirst().orElse("");
  }

  private static String trace(Throwable failure) {
    StringBuilder text = new StringBuilder(failure.toString());
    for (int i = 0; i < Math.min(6, failure.getStackTrace().length); i++) {
      text.append(" < ").append(failure.getStackTrace()[i]);
    }
    return text.toString().replace('\n', ' ');
  }

  /** One command over one file. */
  private static final class Attempt implements Runnable {
    private final String[] args;
    volatile @Nullable Throwable failure;
    volatile int code;
    volatile String out = "";
    volatile String err = "";
    volatile long nanos;
    volatile long allocated;

    Attempt(List<String> command, Path file) {
      List<String> line = new ArrayList<>(command);
      Collections.addAll(line, file.toString());
      this.args = line.toArray(new String[0]);
    }

    @Override
    public void run() {
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      ByteArrayOutputStream diagnosed = new ByteArrayOutputStream();
      long self = Thread.currentThread().threadId();
      long allocatedBefore = THREADS.getThreadAllocatedBytes(self);
      long before = THREADS.getThreadCpuTime(self);
      try {
        PrintStream stdout = new PrintStream(written, false, StandardCharsets.UTF_8);
        PrintStream stderr = new PrintStream(diagnosed, true, StandardCharsets.UTF_8);
        code = Main.run(args, new ByteArrayInputStream(new byte[0]), stdout, stderr);
        stdout.flush();
      } catch (Throwable e) {
        failure = e;
      }
      nanos = THREADS.getThreadCpuTime(self) - before;
      allocated = THREADS.getThreadAllocatedBytes(self) - allocatedBefore;
      out = written.toString(StandardCharsets.UTF_8);
      err = diagnosed.toString(StandardCharsets.UTF_8);
    }
  }
}
