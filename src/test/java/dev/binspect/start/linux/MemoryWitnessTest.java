package dev.binspect.start.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import dev.binspect.start.Start;
import dev.binspect.start.Start.How;
import dev.binspect.start.StartModel;
import dev.binspect.start.StartProbe.Budget;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Page faults and private dirty memory against what the kernel says of the same file that no tracer
 * ever touched: its entry point sleeps, and a C program looks at it from outside.
 */
class MemoryWitnessTest {
  private static final Budget FEW = new Budget(9, Duration.ofSeconds(20), false);

  /** {@code for (;;) pause();} */
  private static final byte[] SLEEP = {
    (byte) 0xb8, 34, 0, 0, 0, 0x0f, 0x05, (byte) 0xeb, (byte) 0xf7
  };

  private static final String LOOK =
      """
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      #include <signal.h>
      #include <unistd.h>
      #include <sys/wait.h>
      extern char **environ;
      static char text[8192];
      static char *get(int pid, const char *name) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
        FILE *f = fopen(path, "r");
        if (!f) exit(3);
        text[fread(text, 1, sizeof text - 1, f)] = 0;
        fclose(f);
        return text;
      }
      int main(int n, char **a) {
        int pid = vfork();
        if (pid == 0) { execve(a[1], a + 1, environ); _exit(4); }
        for (int i = 0; strncmp(get(pid, "syscall"), "34 ", 3); i++) {
          if (i > 10000) return 5;
          usleep(1000);
        }
        long minor = 0, major = 0;
        sscanf(strrchr(get(pid, "stat"), ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %lu %*u %lu", &minor, &major);
        char *dirty = strstr(get(pid, "smaps_rollup"), "Private_Dirty:");
        printf("%ld %ld\\n", minor + major, atol(dirty + 14));
        kill(pid, SIGKILL);
        return waitpid(pid, 0, 0) != pid;
      }
      """;

  @TempDir private Path folder;
  private final BinaryFiles files = new BinaryFiles();

  /** Faults since the fork and private dirty kilobytes: the median of some starts. */
  private static long[] kernelSays(File look, File program) throws Exception {
    long[] faults = new long[9];
    long[] dirty = new long[9];
    for (int i = 0; i < faults.length; i++) {
      String[] said =
          Programs.run(List.of(look.getPath(), program.getPath())).strip().split(" ", -1);
      faults[i] = Long.parseLong(said[0]);
      dirty[i] = Long.parseLong(said[1]);
    }
    Arrays.sort(faults);
    Arrays.sort(dirty);
    return new long[] {faults[4], dirty[4]};
  }

  private Start measured(File program) throws Exception {
    String path = program.getPath();
    LoadPlan plan =
        Loaders.plan(
            path,
            files.images(path).getFirst(),
            new LoadOptions(null, List.of(), Map.of(), false, true),
            files);
    Start start =
        new LinuxProbe(files, System.getenv(), StartModel.DEFAULT, null)
            .measure(program, plan, FEW);
    Assumptions.assumeTrue(
        start.how() == How.MEASURED && start.method().equals("ptrace"), start.why());
    return start;
  }

  private File sleeping(Path program) throws Exception {
    byte[] content = Files.readAllBytes(program);
    CopyTracer.patch(content, SLEEP);
    Path copy = folder.resolve("sleeping-" + program.getFileName());
    Files.write(copy, content);
    assertThat(copy.toFile().setExecutable(true)).isTrue();
    // What is not on the disk yet counts as dirty, in whichever process maps it.
    List<String> sync = new ArrayList<>(List.of("sync"));
    try (Stream<Path> all = Files.list(folder)) {
      all.map(Path::toString).forEach(sync::add);
    }
    Programs.run(sync);
    return copy.toFile();
  }

  @Test
  void faultsAndDirtyMemoryAreWhatTheKernelSaysOfAnUntracedStart() throws Exception {
    Assumptions.assumeTrue(Cpu.host() == Cpu.X86_64, "the sleep is written for x86-64");
    Programs programs = new Programs(folder);
    File look = programs.program("look", LOOK, "-static");
    // What both the kernel and we count before a loader begins.
    File fixed =
        sleeping(programs.program("fixed", "int main(void) { return 0; }", "-static").toPath());
    long[] base = kernelSays(look, fixed);
    Start nothing = measured(fixed);
    List<Path> subjects = new ArrayList<>();
    subjects.add(programs.program("plain", "int main(void) { return 0; }").toPath());
    subjects.add(
        programs
            .withConstructor(
                "writes",
                "static char pages[40 << 12];",
                "for (int i = 0; i < 40; i++) *(volatile char *) (pages + (i << 12)) = 1;")
            .toPath());
    for (String installed : new String[] {"/bin/ls", "/usr/bin/perl", "/usr/bin/gdb"}) {
      if (new File(installed).canExecute()) {
        subjects.add(Path.of(installed));
      }
    }
    for (Path subject : subjects) {
      File program = sleeping(subject);
      long[] before = kernelSays(look, program);
      Start start = measured(program);
      // While files still come into the page cache the kernel itself says another number each time.
      long[] after = kernelSays(look, program);
      assertThat(start.pageFaults() - nothing.pageFaults())
          .as("faults of %s", subject)
          .isBetween(
              Math.min(before[0], after[0]) - base[0] - 2,
              Math.max(before[0], after[0]) - base[0] + 2);
      assertThat(start.dirtyBytes() / 1024)
          .as("private dirty memory of %s", subject)
          .isBetween(Math.min(before[1], after[1]) - 8, Math.max(before[1], after[1]) + 8);
    }
  }

  /** What the linker wrote a moment ago is dirty in the page cache, and stays so on a tmpfs. */
  @Test
  void readingAFileThatWasJustWrittenDirtiesNothing() throws Exception {
    String declarations = "static const char pages[400 << 12] = {1};";
    String read =
        "for (int i = 0; i < 400; i++) (void)*(volatile const char *) (pages + (i << 12));";
    File fresh = new Programs(folder).withConstructor("fresh", declarations, read);
    assertThat(measured(fresh).dirtyBytes()).isBetween(1L, 200L << 12);
  }
}
