package dev.binspect.start.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole program runs behind a filter that refuses ptrace, as containers have it. */
class CopyTracerTest {
  private static final String DENY =
      """
      #include <errno.h>
      #include <linux/filter.h>
      #include <linux/seccomp.h>
      #include <sys/prctl.h>
      #include <sys/syscall.h>
      #include <unistd.h>
      int main(int argc, char **argv) {
        struct sock_filter code[] = {{0x20, 0, 0, 0}, {0x15, 0, 1, SYS_ptrace},
          {6, 0, 0, SECCOMP_RET_ERRNO | EPERM}, {6, 0, 0, SECCOMP_RET_ALLOW}};
        struct sock_fprog filter = {4, code};
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) return 3;
        execv(argv[1], argv + 1);
        return 4;
      }
      """;

  @TempDir private Path folder;
  private Programs programs;

  @BeforeEach
  void prepare() {
    programs = new Programs(folder);
  }

  /** Needs its library by the folder's own name: a copy elsewhere finds it too. */
  private File program(String body) throws Exception {
    File marked =
        programs.withConstructor("marked", "#include <fcntl.h>\n#include <unistd.h>", body);
    Path absolute = folder.resolve("absolute");
    Programs.run(
        List.of(
            "gcc",
            "-o",
            absolute.toString(),
            source(marked),
            "-L" + folder,
            "-lmarked",
            "-Wl,-rpath," + folder));
    return absolute.toFile();
  }

  private String source(File marked) throws IOException {
    Path source = folder.resolve("absolute.c");
    Files.writeString(
        source,
        "#include <fcntl.h>\nint marked(void); int main(void) { open(\""
            + folder.resolve("main-ran")
            + "\", O_CREAT, 0600); return marked(); }");
    assertThat(marked).exists();
    return source.toString();
  }

  private String startWithoutPtrace(File program) throws Exception {
    File deny = programs.program("deny", DENY);
    return Programs.run(
        List.of(
            deny.getPath(),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.binspect.cli.Main",
            "start",
            "--runs",
            "5",
            "--json",
            program.getPath()));
  }

  @Test
  void withoutPtraceACopyIsTimedAndMainNeverRuns() throws Exception {
    File program = program("open(\"" + folder.resolve("constructed") + "\", O_CREAT, 0600);");
    String report = startWithoutPtrace(program);
    assertThat(report)
        .contains("\"how\": \"measured\"", "\"method\": \"patched-copy\"")
        .contains("tracing is not permitted here (ptrace: operation not permitted)")
        .contains("\"runs\": 5");
    assertThat(folder.resolve("constructed")).exists();
    assertThat(folder.resolve("main-ran")).doesNotExist();
    assertThat(Programs.left(program)).isEmpty();
  }

  @Test
  void aProgramThatLooksBesideItselfIsEstimatedAndSaysWhy() throws Exception {
    String report = startWithoutPtrace(programs.program("beside", "int main(void) { return 0; }"));
    assertThat(report)
        .contains("\"how\": \"estimated\"")
        .contains("nor is a copy of it timed: it looks for its libraries beside itself ($ORIGIN)");
  }

  @Test
  void ofACopyWhoseConstructorExitsTheStatusIsTold() throws Exception {
    assertThat(startWithoutPtrace(program("_exit(0);")))
        .contains("\"how\": \"estimated\"")
        .contains("of a copy: it exits before its entry point (exit status 0)");
  }

  @Test
  void anEntryPointOutsideOfAllSegmentsIsNotPatched() throws Exception {
    byte[] file = Launcher.ending(Cpu.X86_64);
    file[24] = 0;
    file[26] = 0x7f;
    assertThatThrownBy(() -> CopyTracer.patch(file, Launcher.end(Cpu.X86_64)))
        .isInstanceOf(IOException.class)
        .hasMessage("its entry point lies in no segment");
    assertThatThrownBy(() -> CopyTracer.patch(new byte[10], new byte[1]))
        .isInstanceOf(IOException.class);
  }

  @Test
  void theEntryPointsInstructionsAreReplacedWhereTheFileHoldsThem() throws Exception {
    byte[] file = Launcher.stops(Cpu.X86_64, 30);
    CopyTracer.patch(file, Launcher.end(Cpu.X86_64));
    byte[] end = Launcher.end(Cpu.X86_64);
    assertThat(java.util.Arrays.copyOfRange(file, 120, 120 + end.length)).isEqualTo(end);
  }
}
