package dev.binspect.start.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import dev.binspect.start.Comparison;
import dev.binspect.start.Start;
import dev.binspect.start.Start.How;
import dev.binspect.start.Start.Phase;
import dev.binspect.start.StartModel;
import dev.binspect.start.StartProbe.Budget;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gates on counts and structure, never on time. */
class LinuxProbeTest {
  private static final Budget FEW = new Budget(7, Duration.ofSeconds(20), false);

  @TempDir private Path folder;
  private final BinaryFiles files = new BinaryFiles();
  private Programs programs;

  @BeforeEach
  void prepare() {
    programs = new Programs(folder);
  }

  private LoadPlan plan(File program) throws Exception {
    String path = program.getPath();
    return Loaders.plan(
        path,
        files.images(path).getFirst(),
        new LoadOptions(null, List.of(), Map.of(), false, true),
        files);
  }

  private Start measure(File program) throws Exception {
    return new LinuxProbe(files, System.getenv(), StartModel.DEFAULT)
        .measure(program, plan(program), FEW);
  }

  private File hello() throws Exception {
    return programs.program("hello", "#include <stdio.h>\nint main(void) { puts(\"x\"); }");
  }

  @Test
  void allPhasesAreSeenAndSumToTheWhole() throws Exception {
    Start start = measure(hello());
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.method()).isEqualTo("ptrace");
    assertThat(start.runs()).isEqualTo(7);
    assertThat(start.samples()).hasSize(7);
    assertThat(start.phases())
        .extracting(Phase::name)
        .containsExactly("kernel", "bootstrap", "map", "relocate", "constructors");
    assertThat(start.phases()).allMatch(phase -> phase.medianNanos() >= 0);
    assertThat(start.phases().stream().mapToLong(Phase::medianNanos).sum())
        .isEqualTo(start.medianNanos());
    assertThat(start.floorNanos()).isPositive();
  }

  @Test
  void objectsAreThoseThatTheLoaderLists() throws Exception {
    for (String path : new String[] {"/bin/ls", "/usr/bin/perl"}) {
      List<String> expected = new ArrayList<>();
      expected.add(path);
      String listed = Programs.run(List.of(path), Map.of("LD_TRACE_LOADED_OBJECTS", "1"));
      for (String line : listed.split("\n", -1)) {
        int slash = line.indexOf('/');
        if (slash >= 0) {
          expected.add(line.substring(slash, line.lastIndexOf(" (")));
        }
      }
      assertThat(measure(new File(path)).objectsLoaded())
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void faultsAndDirtyMemoryAreTheKernelsOwn() throws Exception {
    // Its first instructions ask the kernel what the start had cost.
    File witness =
        programs.program(
            "witness",
            "#include <sys/resource.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
                + "void begin(void) { struct rusage u; getrusage(RUSAGE_SELF, &u);"
                + " printf(\"%ld\\n\", u.ru_minflt + u.ru_majflt); fflush(stdout); _Exit(0); }\n"
                + "__asm__(\".globl first\\nfirst: and $-16, %rsp\\ncall begin\\n\");",
            "-nostartfiles",
            "-Wl,-e,first",
            "-Wl,-z,now");
    // Faults count from the fork on: nothing but the exec may lie between.
    File parent =
        programs.program(
            "parent",
            "#include <unistd.h>\n#include <sys/wait.h>\nextern char **environ;\n"
                + "int main(int n, char **a) { if (n < 2) return 1; int p = vfork(); if (p == 0) {"
                + " execve(a[1], a + 1, environ); _exit(1); } return waitpid(p, 0, 0) != p; }");
    long theirs = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      theirs = Math.min(theirs, Long.parseLong(Programs.run(List.of(witness.getPath())).strip()));
    }
    Start start = measure(witness);
    assertThat(start.how()).as(String.valueOf(start.why())).isEqualTo(How.MEASURED);
    // The witness counts what its parent and its own first code cost as well.
    assertThat(start.pageFaults()).isBetween(20L, theirs);
    assertThat(start.samples())
        .allMatch(sample -> Math.abs(sample.pageFaults() - start.pageFaults()) <= 3);
    assertThat(start.dirtyBytes()).isBetween(40_000L, 200_000L);
  }

  @Test
  void eachLibrarysPartIsMeasured() throws Exception {
    File program =
        programs.withConstructor(
            "busy", "volatile int x;", "for (int i = 0; i < 3000000; i++) x++;");
    Start start = measure(program);
    assertThat(start.libraries()).isNotEmpty().noneMatch(Start.LibraryCost::modelled);
    Start.LibraryCost busy = start.libraries().getFirst();
    assertThat(busy.path()).endsWith("/libbusy.so");
    assertThat(busy.mapNanos()).isPositive();
    assertThat(busy.relocateNanos()).isPositive();
    assertThat(busy.constructorsNanos()).isGreaterThan(busy.mapNanos());
    for (int phase = 0; phase < 3; phase++) {
      long sum = 0;
      for (Start.LibraryCost library : start.libraries()) {
        sum +=
            phase == 0
                ? library.mapNanos()
                : phase == 1 ? library.relocateNanos() : library.constructorsNanos();
      }
      assertThat(sum)
          .isCloseTo(
              start.phases().get(2 + phase).medianNanos(),
              org.assertj.core.data.Percentage.withPercentage(2));
    }
  }

  @Test
  void aStaticProgramHasNoLoader() throws Exception {
    File program = programs.program("fixed", "int main(void) { return 0; }", "-static");
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.why()).startsWith("static");
    assertThat(start.phases()).extracting(Phase::name).containsExactly("kernel");
    assertThat(start.loaderNanos()).isZero();
  }

  @Test
  void ofAScriptTheInterpreterIsMeasured() throws Exception {
    Path script = folder.resolve("script");
    Files.writeString(script, "#!/bin/sh\ntouch " + folder.resolve("proof") + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Start start =
        new LinuxProbe(files, System.getenv(), StartModel.DEFAULT)
            .measure(script.toFile(), Programs.NO_PLAN, FEW);
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.why()).contains("/bin/sh");
    assertThat(start.objectsLoaded().getFirst()).contains("sh");
    assertThat(folder.resolve("proof")).doesNotExist();
  }

  @Test
  void filesThatOthersMayChangeAreNotRun() throws Exception {
    refused("rwxr-xrwx", "everybody can write");
    File program = hello();
    Programs.run(List.of("chmod", "4755", program.getPath()));
    assertThat(measure(program).why()).contains("setuid");
    Programs.run(List.of("chmod", "2755", program.getPath()));
    assertThat(measure(program).why()).contains("setgid");
    Programs.run(List.of("chmod", "0644", program.getPath()));
    assertThat(measure(program).why()).contains("not executable");
  }

  private void refused(String permissions, String why) throws Exception {
    File program = hello();
    Files.setPosixFilePermissions(program.toPath(), PosixFilePermissions.fromString(permissions));
    Start start = measure(program);
    assertThat(start.how()).isEqualTo(How.ESTIMATED);
    assertThat(start.why()).contains(why);
    assertThat(start.medianNanos()).isPositive();
  }

  @Test
  void whoOwnsAndWhoWritesDecides() {
    assertThat(new FileStatus(0100755, 0, 0, 1, 1).refusal(1000)).isNull();
    assertThat(new FileStatus(0100755, 1000, 1000, 1, 1).refusal(1000)).isNull();
    assertThat(new FileStatus(0100775, 1000, 1000, 1, 1).refusal(1000)).isNull();
    assertThat(new FileStatus(0100775, 1000, 50, 1, 1).refusal(1000)).contains("group");
    assertThat(new FileStatus(0100755, 1000, 1000, 1, 1).refusal(0)).contains("user 1000");
    assertThat(new FileStatus(0100755, 1001, 1000, 1, 1).refusal(1000)).contains("user 1001");
    assertThat(new FileStatus(0104755, 0, 0, 1, 1).refusal(0)).contains("setuid");
  }

  @Test
  void twoProgramsAreComparedByTurns() throws Exception {
    File quick = hello();
    File slow =
        programs.withConstructor(
            "slow", "volatile int x;", "for (int i = 0; i < 20000000; i++) x++;");
    Comparison comparison =
        new LinuxProbe(files, System.getenv(), StartModel.DEFAULT)
            .compare(quick, plan(quick), slow, plan(slow), FEW);
    assertThat(comparison.pairs()).isEqualTo(7);
    assertThat(comparison.ratioCi95()[0]).isGreaterThan(1);
    assertThat(comparison.differenceNanos()).isPositive();
  }

  @Test
  void procFilesAreReadWhateverTheProgramIsCalled() {
    byte[] stat =
        "7 (a) b (c) R 1 7 7 0 -1 4194560 41 2 3 4 5 6 7 8"
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(ProcFiles.parseFaults(stat)).isEqualTo(new ProcFiles.Faults(41, 3));
    assertThat(ProcFiles.parseFaults(new byte[0])).isNull();
    assertThat(
            ProcFiles.parsePrivateDirty(
                "Private_Dirty:    96 kB\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
        .isEqualTo(96 * 1024);
  }
}
