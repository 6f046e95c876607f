package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.files.BinaryWalk;
import dev.binspect.report.Escape;
import dev.binspect.report.JsonReport;
import dev.binspect.report.Report;
import dev.binspect.report.ScanText;
import dev.binspect.report.ScanTotals;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * {@code binspect scan DIR…}: every binary below the folders, one report a line, as they come.
 * Executes nothing.
 */
final class ScanCommand implements Command {
  @Override
  public String name() {
    return "scan";
  }

  @Override
  public String summary() {
    return "Every binary below folders, many at once, one report a line; executes nothing.";
  }

  @Override
  public void describe(OptionTable options) {
    FileOptions.describe(options);
    options.parameters("DIR", 0, OptionTable.ANY, "Folders or files.");
    options.text("FILE", "Keep results there, and do again only what changed.", "--cache");
    options.text(
        "LIST", "Scan what LIST names, a path a line; - reads standard input.", "--files-from");
    options.integer("N", "Threads; as many as there are processors if not given.", "-j", "--jobs");
    options.footer(
        "",
        "Examples:",
        "  binspect scan /usr/bin",
        "  find / -xdev -name '*.so*' | binspect scan --format ndjson --files-from -",
        "  binspect scan --format ndjson target | jq -c '[.file.path, .linkage.verdict]'");
  }

  @Override
  public int run(Given given, Console console) {
    FileOptions options = FileOptions.of(given);
    int jobs = (int) given.number("--jobs", Runtime.getRuntime().availableProcessors());
    if (jobs < 1) {
      throw new UsageException("--jobs needs a number from 1 on, not " + jobs);
    }
    boolean lines = options.format().equals("ndjson") || options.format().equals("json");
    options.allow("scan", "text", "json", "ndjson");
    String list = given.text("--files-from");
    if (list == null && options.files().isEmpty()) {
      throw new UsageException("scan needs folders or files, or --files-from");
    }
    if (list != null
        && Subject.isStandardInput(list)
        && options.files().stream().anyMatch(Subject::isStandardInput)) {
      throw new UsageException("standard input cannot be the list and a file as well");
    }
    ScanCache cache = ScanCache.open(given.text("--cache"), options, console);
    try (Output to = Output.open(options, console);
        OutputStream out = new BufferedOutputStream(to.stream(), 1 << 16)) {
      Scan scan = new Scan(options, list, console, out, lines, cache);
      scan.run(jobs);
      cache.save(console);
      out.flush();
      int code = scan.unusable.get() > 0 ? ExitCode.UNUSABLE : ExitCode.OK;
      to.complete(code);
      return code;
    } catch (IOException e) {
      console.diagnose(Output.name(options), String.valueOf(e.getMessage()));
      return ExitCode.UNUSABLE;
    }
  }

  /** One scan: a thread that walks, threads that inspect, one writer at a time. */
  private static final class Scan {
    /** Ends a worker's queue. */
    private static final String END = "";

    private final FileOptions options;
    private final @Nullable String list;
    private final Console console;
    private final OutputStream out;
    private final boolean lines;
    private final ScanCache cache;
    private final ScanTotals totals = new ScanTotals();
    private final ScanProgress progress;
    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(1024);
    private final AtomicInteger unusable = new AtomicInteger();

    /** Object files that got no line: a build leaves hundreds, and no loader reads one. */
    private final AtomicInteger passedOver = new AtomicInteger();

    /** What was named by itself gets its line. */
    private final Set<String> named;

    private @Nullable IOException failure;

    Scan(
        FileOptions options,
        @Nullable String list,
        Console console,
        OutputStream out,
        boolean lines,
        ScanCache cache) {
      this.options = options;
      this.list = list;
      this.console = console;
      this.out = out;
      this.lines = lines;
      this.cache = cache;
      this.progress = new ScanProgress(console.err(), options.quiet());
      this.named = new HashSet<>(options.files());
    }

    void run(int jobs) throws IOException {
      Inspector inspector =
          new Inspector(options, BinaryFiles.forMany(), console.in(), false).amongMany();
      List<Thread> workers = new ArrayList<>();
      for (int i = 0; i < jobs; i++) {
        Thread worker = new Worker(inspector, i);
        worker.setDaemon(true);
        worker.start();
        workers.add(worker);
      }
      try {
        BinaryWalk walk = new BinaryWalk(new Found());
        for (String root : options.files()) {
          if (Subject.isStandardInput(root)) {
            new Found().binary(root);
          } else {
            walk.walk(root);
          }
        }
        if (list != null) {
          walkList(walk, list);
        }
        progress.allFound();
        for (int i = 0; i < jobs; i++) {
          queue.put(END);
        }
        for (Thread worker : workers) {
          worker.join();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      progress.end();
      if (lines) {
        if (!options.quiet()) {
          console.err().print(ScanText.summary(totals, passedOver.get()));
        }
      } else {
        write(ScanText.summary(totals, passedOver.get()).getBytes(StandardCharsets.UTF_8));
      }
      synchronized (this) {
        if (failure != null) {
          throw failure;
        }
      }
    }

    private void walkList(BinaryWalk walk, String name) {
      // Not Files.newBufferedReader: it gives up at the first byte that is no UTF-8.
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  Subject.isStandardInput(name)
                      ? console.in()
                      : Files.newInputStream(Path.of(name)),
                  StandardCharsets.UTF_8))) {
        for (String path = lines.readLine(); path != null; path = lines.readLine()) {
          if (!path.isEmpty()) {
            walk.walk(path);
          }
        }
      } catch (NoSuchFileException e) {
        unusable(name, "no such file");
      } catch (InvalidPathException e) {
        unusable(name, "is no path: " + e.getReason());
      } catch (IOException e) {
        unusable(name, "the list cannot be read: " + e.getMessage());
      }
    }

    /** Inspects what the walk finds. */
    private final class Worker extends Thread {
      private final Inspector inspector;

      Worker(Inspector inspector, int number) {
        super("scan-" + number);
        this.inspector = inspector;
      }

      @Override
      public void run() {
        work(inspector);
      }
    }

    private void work(Inspector inspector) {
      try {
        while (true) {
          String path = queue.take();
          if (path.equals(END)) {
            return;
          }
          inspect(inspector, path);
          progress.done();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void inspect(Inspector inspector, String path) {
      @Nullable String known = lines ? cache.line(path, totals) : null;
      if (known != null) {
        write(known.getBytes(StandardCharsets.UTF_8));
        return;
      }
      try {
        Report report = inspector.inspect(path);
        totals.add(report);
        if (lines) {
          byte[] line = JsonReport.line(report);
          cache.put(path, report, line);
          write(line);
        } else if (options.verbose() || !ScanText.isObject(report) || named.contains(path)) {
          write(ScanText.line(report).getBytes(StandardCharsets.UTF_8));
        } else {
          passedOver.incrementAndGet();
        }
      } catch (IOException e) {
        unusable(path, String.valueOf(e.getMessage()));
      } catch (MalformedException e) {
        unusable(path, e.getMessage());
      } catch (OutOfMemoryError e) {
        unusable(path, "needs more memory than there is");
      } catch (RuntimeException | StackOverflowError e) {
        unusable(path, Main.bug(e)); // the other files, and the other workers, go on
      }
    }

    private void unusable(String path, String why) {
      unusable.incrementAndGet();
      totals.unusable();
      synchronized (this) {
        progress.clear();
        console.diagnose(path, why);
      }
    }

    private synchronized void write(byte[] line) {
      if (failure != null) {
        return;
      }
      try {
        out.write(line);
      } catch (IOException e) {
        failure = e; // told at the end; what is still inspected goes nowhere
      }
    }

    /** Feeds the workers. */
    private final class Found implements BinaryWalk.Visitor {
      @Override
      public void binary(String path) {
        progress.found();
        try {
          queue.put(path);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }

      @Override
      public void unreadable(String path, String why) {
        Scan.this.unusable(path, Escape.text(why));
      }
    }
  }
}
