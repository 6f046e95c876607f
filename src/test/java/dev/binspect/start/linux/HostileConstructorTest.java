package dev.binspect.start.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.start.Start;
import dev.binspect.start.Start.How;
import dev.binspect.start.StartModel;
import dev.binspect.start.StartProbe.Budget;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever constructors do, it is told, and nothing of it stays. */
class HostileConstructorTest {
  @TempDir private Path folder;
  private Programs programs;
  private File proof;

  @BeforeEach
  void prepare() {
    programs = new Programs(folder);
    proof = folder.resolve("proof").toFile();
  }

  private static Start measure(File program) {
    return measure(program, 400);
  }

  private static Start measure(File program, long limitMillis) {
    return new LinuxProbe(
            new BinaryFiles(),
            System.getenv(),
            StartModel.DEFAULT,
            null,
            Duration.ofMillis(limitMillis))
        .measure(program, Programs.NO_PLAN, new Budget(3, Duration.ofSeconds(20), false));
  }

  private static void nothingIsLeft(File program) throws IOException {
    assertThat(Programs.left(program)).isEmpty();
  }

  @Test
  void mainNeverRuns() throws Exception {
    File program =
        programs.program(
            "own",
            "#include <fcntl.h>\n__attribute__((constructor)) static void early(void) { creat(\""
                + proof
                + "\", 0600); }\nint main(void) { creat(\""
                + proof
                + "\", 0600); return 0; }");
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.runs()).isEqualTo(3);
    assertThat(proof).doesNotExist();
    nothingIsLeft(program);
  }

  /** The loader calls this before the entry point, as it calls constructors: README says so. */
  @Test
  void whatTheProgramHasTheLoaderCallRuns() throws Exception {
    File program =
        programs.program(
            "early",
            "#include <fcntl.h>\nstatic void early(void) { creat(\""
                + proof
                + "\", 0600); }\n__attribute__((section(\".preinit_array\"), used)) static void"
                + " (*const first)(void) = early;\nint main(void) { for (;;); }");
    assertThat(measure(program).how()).isEqualTo(How.MEASURED);
    assertThat(proof).exists();
    assertThat(Files.readString(Path.of(System.getProperty("binspect.home"), "README.md")))
        .contains("`.preinit_array`");
    nothingIsLeft(program);
  }

  @Test
  void constructorsOfLibrariesRun() throws Exception {
    File program =
        programs.withConstructor("runs", "#include <fcntl.h>", "creat(\"" + proof + "\", 0600);");
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.warnings()).noneMatch(text -> text.contains("before its entry point"));
    assertThat(proof).exists();
  }

  @Test
  void oneThatExitsIsTold() throws Exception {
    File program = programs.withConstructor("exits", "#include <unistd.h>", "_exit(7);");
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.ESTIMATED);
    assertThat(start.why()).contains("exits before its entry point").contains("7");
    nothingIsLeft(program);
  }

  @Test
  void oneThatExitsLikeALoaderThatGivesUpIsNotTakenForThat() throws Exception {
    File program = programs.withConstructor("leaves", "#include <unistd.h>", "_exit(127);");
    assertThat(measure(program).why()).contains("a constructor ends it").contains("127");
    nothingIsLeft(program);
  }

  @Test
  void oneThatCrashesIsTold() throws Exception {
    File program =
        programs.withConstructor(
            "crashes", "", "volatile int *volatile nowhere = 0; *nowhere = 1;");
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.ESTIMATED);
    assertThat(start.why()).contains("SIGSEGV");
    nothingIsLeft(program);
  }

  @Test
  void oneThatWaitsForEverIsEndedAndTold() throws Exception {
    File program =
        programs.withConstructor(
            "waits",
            "#include <signal.h>\n#include <unistd.h>",
            "sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0); for (;;) pause();");
    Start start = measure(program, 200);
    assertThat(start.how()).isEqualTo(How.ESTIMATED);
    assertThat(start.why()).contains("in time");
    nothingIsLeft(program);
  }

  @Test
  void oneThatLoopsForEverIsEndedAndTold() throws Exception {
    File program = programs.withConstructor("loops", "volatile int x;", "for (;;) x++;");
    Start start = measure(program, 200);
    assertThat(start.why()).contains("in time");
    nothingIsLeft(program);
  }

  /** The measured one goes before ordinary programs; were that inherited, a loop could hang us. */
  @Test
  void whatItStartsIsOrdinary() throws Exception {
    File program =
        programs.withConstructor(
            "heirs",
            "#include <sched.h>\n#include <stdio.h>\n#include <sys/wait.h>\n#include <unistd.h>",
            "FILE *f = fopen(\""
                + proof
                + "\", \"w\"); int p = fork(); if (p == 0) _exit(sched_getscheduler(0));"
                + " int s; waitpid(p, &s, 0); fprintf(f, \"%d\", WEXITSTATUS(s)); fclose(f);");
    assertThat(measure(program).how()).isEqualTo(How.MEASURED);
    assertThat(proof).hasContent("0");
    nothingIsLeft(program);
  }

  @Test
  void oneThatStopsItselfGoesOnAndIsTold() throws Exception {
    File program =
        programs.withConstructor(
            "stops",
            "#include <signal.h>",
            "raise(SIGSTOP); raise(SIGTSTP); raise(SIGTTIN); raise(SIGTTOU);");
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.warnings()).anyMatch(text -> text.contains("stops itself"));
    nothingIsLeft(program);
  }

  @Test
  void oneThatExecutesABreakpointDiesOfItAndIsTold() throws Exception {
    File program = programs.withConstructor("breaks", "", "__asm__ volatile(\"int3\");");
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.ESTIMATED);
    assertThat(start.why()).contains("SIGTRAP");
    nothingIsLeft(program);
  }

  @Test
  void oneThatHandlesItsBreakpointGoesOn() throws Exception {
    File program =
        programs.withConstructor(
            "handles",
            "#include <signal.h>\nstatic void ignore(int s) { (void)s; }",
            "signal(SIGTRAP, ignore); __asm__ volatile(\"int3\"); raise(SIGTRAP);");
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.warnings()).anyMatch(text -> text.contains("debugger"));
    nothingIsLeft(program);
  }

  @Test
  void signalsReachIt() throws Exception {
    File program =
        programs.withConstructor(
            "signals",
            "#include <signal.h>\n#include <unistd.h>\nstatic volatile int seen;"
                + "static void note(int s) { seen = s; }",
            "signal(SIGUSR1, note); raise(SIGUSR1); if (!seen) _exit(9);");
    assertThat(measure(program).how()).isEqualTo(How.MEASURED);
  }

  @Test
  void oneThatExecutesAnotherProgramIsTold() throws Exception {
    File program =
        programs.withConstructor(
            "execs", "#include <unistd.h>", "execl(\"/bin/true\", \"true\", (char *)0);");
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.ESTIMATED);
    assertThat(start.why()).contains("executes another program");
    nothingIsLeft(program);
  }

  @Test
  void childrenItForksEndWithIt() throws Exception {
    File program =
        programs.withConstructor(
            "forks", "#include <unistd.h>", "if (fork() == 0) { for (;;) pause(); }");
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.warnings()).anyMatch(text -> text.contains("starts another process"));
    nothingIsLeft(program);
  }

  @Test
  void childrenThatGoOnToTheEntryPointNeverRunMain() throws Exception {
    File program =
        programs.program(
            "twice",
            "#include <fcntl.h>\nint twins(void); int main(void) { creat(\""
                + proof
                + "\", 0600); return twins(); }",
            twins());
    assertThat(measure(program).how()).isEqualTo(How.MEASURED);
    assertThat(proof).doesNotExist();
    nothingIsLeft(program);
  }

  private String twins() throws IOException, InterruptedException {
    programs.withConstructor(
        "twins",
        "#include <unistd.h>\n#include <sys/wait.h>",
        "int pid = fork(); if (pid > 0) waitpid(pid, 0, 0);");
    return "-ltwins";
  }

  @Test
  void daemonsItStartsEndWithIt() throws Exception {
    File program =
        programs.withConstructor(
            "daemons",
            "#include <unistd.h>\n#include <signal.h>\n#include <sys/wait.h>",
            "int pid = fork(); if (pid == 0) { setsid(); if (fork() == 0) { signal(SIGTERM,"
                + " SIG_IGN); for (;;) pause(); } _exit(0); } waitpid(pid, 0, 0);");
    assertThat(measure(program).how()).isEqualTo(How.MEASURED);
    nothingIsLeft(program);
  }

  @Test
  void commandsItRunsAreSurvived() throws Exception {
    File program =
        programs.withConstructor(
            "commands", "#include <stdlib.h>", "if (system(\"true; true\") != 0) abort();");
    Start start = measure(program, 5000);
    assertThat(start.how()).isEqualTo(How.MEASURED);
    nothingIsLeft(program);
  }

  /** What it waited for is among what the kernel tells of it once it is gone. */
  @Test
  void whatItsChildrenUseIsNoPartOfItsOwnFigures() throws Exception {
    File program =
        programs.withConstructor(
            "parent",
            "#include <sys/wait.h>\n#include <unistd.h>",
            "volatile int x; if (fork() == 0) { for (int i = 0; i < 30000000; i++) x++; _exit(0); }"
                + " wait(0);");
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.medianNanos()).isLessThan(10_000_000);
    assertThat(start.wallMedianNanos()).isGreaterThan(10_000_000);
    assertThat(start.exitNanos()).isEqualTo(-1);
    assertThat(start.warnings())
        .anyMatch(text -> text.contains("another process") && text.contains("not part of"));
    nothingIsLeft(program);
  }

  @Test
  void threadsItStartsEndWithIt() throws Exception {
    File program =
        programs.withConstructor(
            "threads",
            "#include <pthread.h>\n#include <unistd.h>\n"
                + "static void *work(void *x) { for (;;) pause(); return x; }",
            "pthread_t t; for (int i = 0; i < 4; i++) pthread_create(&t, 0, work, 0);",
            "-lpthread");
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.warnings()).anyMatch(text -> text.contains("starts a thread"));
    nothingIsLeft(program);
  }

  @Test
  void oneThatWantsATerminalGetsNone() throws Exception {
    File program =
        programs.withConstructor(
            "terminal",
            "#include <fcntl.h>\n#include <unistd.h>",
            "char c; int t = open(\"/dev/tty\", O_RDWR); if (t >= 0) _exit(3);"
                + "if (read(0, &c, 1) != 0 || isatty(1) || isatty(2)) _exit(4);"
                + "(void)!write(1, \"noise\", 5);");
    assertThat(measure(program).how()).isEqualTo(How.MEASURED);
  }

  @Test
  void descriptorsOfOursAreNotItsOwn() throws Exception {
    File program =
        programs.withConstructor(
            "descriptors",
            "#include <fcntl.h>\n#include <unistd.h>",
            "for (int i = 3; i < 1000; i++) if (fcntl(i, F_GETFD) >= 0) _exit(5);");
    assertThat(measure(program).how()).isEqualTo(How.MEASURED);
  }

  @Test
  void aMissingLibraryIsTold() throws Exception {
    File program = programs.withConstructor("lonely", "", "");
    Files.delete(folder.resolve("liblonely.so"));
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.ESTIMATED);
    assertThat(start.why()).contains("127");
    nothingIsLeft(program);
  }

  @Test
  void aThousandStartsLeaveNoDescriptor() throws Exception {
    File program =
        programs.withConstructor(
            "often", "#include <unistd.h>", "if (fork() == 0) { for (;;) pause(); }");
    measure(program);
    int before = descriptors();
    new LinuxProbe(new BinaryFiles(), Map.of(), StartModel.DEFAULT, null)
        .measure(program, Programs.NO_PLAN, new Budget(300, Duration.ofSeconds(20), false));
    assertThat(descriptors()).isLessThanOrEqualTo(before + 2);
    nothingIsLeft(program);
  }

  private static int descriptors() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? 0 : open.length;
  }
}
