package dev.binspect.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Very many mutations of the fixtures, and how long and how much memory the worst of them took:
 * {@code scripts/fuzz --mutations COUNT}.
 */
public final class Mutations {
  private static final long SLOW_NANOS = 2_000_000_000L;
  private static final long MUCH = 128L << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Path findings;
  private int found;
  private long slowest;
  private long largest;

  private Mutations(Path findings) {
    this.findings = findings;
  }

  /**
   * @param args how many; a seed; the folder for findings; then files and folders
   */
  public static void main(String[] args) throws IOException {
    long count = Long.parseLong(args[0]);
    Random random = new Random(Long.parseLong(args[1]));
    Mutations run = new Mutations(Files.createDirectories(Path.of(args[2])));
    List<byte[]> files = new ArrayList<>();
    List<List<Fields.Field>> fields = new ArrayList<>();
    for (int i = 3; i < args.length; i++) {
      try (Stream<Path> walk = Files.walk(Path.of(args[i]))) {
        for (Path path : walk.filter(Files::isRegularFile).sorted().toList()) {
          long size = Files.size(path);
          byte[] whole = size < 64 || size > 300_000 ? new byte[0] : Files.readAllBytes(path);
          List<Fields.Field> of = Fields.of(whole);
          if (!of.isEmpty()) {
            files.add(whole);
            fields.add(of);
          }
        }
      }
    }
    for (long i = 0; i < count; i++) {
      int which = (int) (i % files.size());
      run.tryOut(Mutation.of(files.get(which), fields.get(which), random));
      if (i % 100_000 == 99_999) {
        run.tell(i + 1, files.size());
      }
    }
    run.tell(count, files.size());
    System.exit(run.found == 0 ? 0 : 1);
  }

  private void tell(long tried, int files) {
    System.out.printf(
        "%,d mutations of %d files: %d findings, slowest %d ms, most allocated %d KB%n",
        tried, files, found, slowest / 1_000_000, largest >> 10);
  }

  private void tryOut(byte[] bytes) throws IOException {
    long self = Thread.currentThread().threadId();
    long allocated = THREADS.getThreadAllocatedBytes(self);
    long before = THREADS.getThreadCpuTime(self);
    String what = "";
    try {
      BinaryTarget.fuzzerTestOneInput(bytes);
    } catch (RuntimeException | Error e) {
      StackTraceElement[] trace = e.getStackTrace();
      what = e + " at " + (trace.length == 0 ? "?" : trace[0]);
    }
    long nanos = THREADS.getThreadCpuTime(self) - before;
    long taken = THREADS.getThreadAllocatedBytes(self) - allocated;
    slowest = Math.max(slowest, nanos);
    largest = Math.max(largest, taken);
    if (what.isEmpty() && nanos > SLOW_NANOS) {
      what = "took " + nanos / 1_000_000 + " ms";
    } else if (what.isEmpty() && taken > MUCH) {
      what = "allocated " + (taken >> 20) + " MB";
    }
    if (!what.isEmpty() && found++ < 200) {
      Path kept = findings.resolve("mutation-" + found + ".bin");
      Files.write(kept, bytes);
      System.out.println(kept + ": " + what.replace('\n', ' '));
    }
  }
}
