package dev.binspect.start.linux;

import com.sun.jna.Memory;
import dev.binspect.image.Image;
import dev.binspect.start.Run;
import dev.binspect.start.Run.Ending;
import dev.binspect.start.Run.Milestone;
import dev.binspect.start.Statistics;
import dev.binspect.start.Tracer;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Times starts without ptrace: a copy of the program in memory whose entry point ends the process,
 * minus a static program that ends at once. What a start consists of cannot be told this way.
 *
 * <p>The user's file and its folder are never written to. Processes that a constructor starts are
 * not followed; those that stay in its process group are ended with it.
 */
final class CopyTracer implements Tracer {
  static final String HOW =
      "a copy that ends at its entry point was timed against a static program that ends at once:"
          + " phases cannot be told apart, and the kernel's own exec is in neither";

  /** A copy is held in memory. */
  private static final long MOST_BYTES = 512L << 20;

  private static final int KEPT = 64;

  private final Spawner spawner = new Spawner();
  private final Memory status = new Memory(8);
  private final ResourceUsage usage = new ResourceUsage();
  private final AnonymousFile launcher;
  private final AnonymousFile copy;
  private final AnonymousFile ending;
  private final Arguments copyArguments;
  private final Arguments endingArguments;
  private final Arguments envp;
  private final Watchdog watchdog;

  /** The last runs of the program that ends at once. */
  private final Usage[] floor = new Usage[KEPT];

  private int floors;
  private List<String> cold = List.of();

  CopyTracer(Cpu cpu, File file, Map<String, String> environment, long limitNanos)
      throws IOException {
    if (file.length() > MOST_BYTES) {
      throw new IOException("larger than " + (MOST_BYTES >> 20) + " MiB");
    }
    byte[] content = Files.readAllBytes(file.toPath());
    patch(content, Launcher.end(cpu));
    int self = Libc.getpid();
    copy = AnonymousFile.of(content);
    ending = AnonymousFile.of(Launcher.ending(cpu));
    launcher = AnonymousFile.of(Launcher.untraced(cpu, self));
    String path = file.getAbsolutePath();
    copyArguments = new Arguments(List.of("binspect-launcher", copy.pathFor(self), path), 0);
    endingArguments = new Arguments(List.of("binspect-launcher", ending.pathFor(self), path), 0);
    envp = new Arguments(LinuxTracer.variables(environment), LinuxTracer.MOST_PADDING);
    watchdog = new Watchdog(cpu, limitNanos);
  }

  /** {@return why a copy of the program elsewhere would start otherwise, or null} */
  static @Nullable String unfit(Image image) {
    String loader = image.interpreter();
    if (loader == null) {
      return "it has no loader";
    }
    if (!loader.startsWith("/")) {
      return "its loader's path is relative";
    }
    for (List<String> paths : List.of(image.searchPaths().rpath(), image.searchPaths().runpath())) {
      for (String path : paths) {
        if (path.contains("$ORIGIN") || path.contains("${ORIGIN}")) {
          return "it looks for its libraries beside itself ($ORIGIN)";
        }
      }
    }
    return null;
  }

  /** Puts the instructions at the entry point of an ELF64 file. */
  static void patch(byte[] file, byte[] instructions) throws IOException {
    if (file.length < 64 || file[4] != 2 || file[5] != 1) {
      throw new IOException("not an ELF file of 64 bits, little-endian");
    }
    ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long entry = elf.getLong(24);
    long headers = elf.getLong(32);
    int size = elf.getShort(54) & 0xffff;
    int count = elf.getShort(56) & 0xffff;
    for (int i = 0; i < count; i++) {
      long at = headers + (long) i * size;
      if (at < 0 || at > file.length - 56L) {
        break;
      }
      int header = (int) at;
      long offset = elf.getLong(header + 8);
      long address = elf.getLong(header + 16);
      long bytes = elf.getLong(header + 32);
      long within = entry - address;
      if (elf.getInt(header) == 1 && within >= 0 && within <= bytes - instructions.length) {
        long target = offset + within;
        if (target < 0 || target > file.length - instructions.length) {
          break;
        }
        elf.put((int) target, instructions);
        return;
      }
    }
    throw new IOException("its entry point lies in no segment");
  }

  /** From now on drops these files from the page cache before each run. */
  void chill(List<String> paths) {
    cold = List.copyOf(paths);
  }

  /** What the kernel says a process used. */
  private record Usage(
      int status, boolean late, long cpu, long wall, long minorFaults, long majorFaults) {}

  @Override
  public Run run(Detail detail, int padding) {
    envp.pad(Math.min(padding, LinuxTracer.MOST_PADDING));
    Usage nothing = execute(endingArguments);
    if (!reached(nothing)) {
      return failed(nothing);
    }
    floor[floors++ % KEPT] = nothing;
    PageCache.drop(cold);
    Usage used = execute(copyArguments);
    if (!reached(used)) {
      return failed(used);
    }
    int n = Math.min(floors, KEPT);
    long[] cpuFloor = new long[n];
    long[] wallFloor = new long[n];
    for (int i = 0; i < n; i++) {
      cpuFloor[i] = floor[i].cpu();
      wallFloor[i] = floor[i].wall();
    }
    long[] cpu = Run.unseen();
    long[] wall = Run.unseen();
    cpu[Milestone.CALL.at()] = 0;
    wall[Milestone.CALL.at()] = 0;
    cpu[Milestone.ENTRY.at()] = Math.max(0, used.cpu() - Statistics.median(cpuFloor));
    wall[Milestone.ENTRY.at()] = Math.max(0, used.wall() - Statistics.median(wallFloor));
    long major = Math.max(0, used.majorFaults() - nothing.majorFaults());
    long minor = Math.max(0, used.minorFaults() - nothing.minorFaults());
    return new Run(
        Ending.ENTRY,
        0,
        cpu,
        wall,
        minor + major,
        major,
        -1,
        -1,
        -1,
        List.of(),
        List.of(),
        List.of());
  }

  private Usage execute(Arguments arguments) {
    long from = System.nanoTime();
    int error = spawner.spawn(launcher, arguments, envp);
    if (error != 0) {
      return new Usage(error << 8, false, 0, 0, 0, 0);
    }
    int pid = spawner.pid();
    watchdog.arm(pid);
    int waited = Libc.wait4(pid, Libc.address(status), Libc.WALL, Libc.address(usage.memory()));
    long wall = System.nanoTime() - from;
    boolean late = watchdog.disarm();
    Libc.kill(-pid, Libc.SIGKILL); // what it started: it was the leader of a group of its own
    return new Usage(
        waited == pid ? status.getInt(0) : -1,
        late,
        usage.cpuNanos(),
        wall,
        usage.minorFaults(),
        usage.majorFaults());
  }

  private static boolean reached(Usage usage) {
    return usage.status() == Launcher.REACHED << 8;
  }

  private static Run failed(Usage usage) {
    int signal = usage.status() & 0x7f;
    if (usage.late()) {
      return Run.failed(Ending.TIMED_OUT, 0, List.of());
    }
    return signal != 0
        ? Run.failed(Ending.KILLED, signal, List.of())
        : Run.failed(Ending.EXITED, usage.status() >> 8 & 0xff, List.of());
  }

  @Override
  public void close() {
    watchdog.close();
    launcher.close();
    copy.close();
    ending.close();
    copyArguments.close();
    endingArguments.close();
    envp.close();
    spawner.close();
  }
}
