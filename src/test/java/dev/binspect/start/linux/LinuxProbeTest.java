package dev.binspect.start.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Note;
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
import org.junit.jupiter.api.Assumptions;
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
    return new LinuxProbe(files, System.getenv(), StartModel.DEFAULT, null)
        .measure(program, plan(program), FEW);
  }

  private File hello() throws Exception {
    return programs.program("hello", "#include <stdio.h>\nint main(void) { puts(\"x\"); }");
  }

  @Test
  void allPhasesAreSeenInEachRun() throws Exception {
    Start start = measure(hello());
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.method()).isEqualTo("ptrace");
    assertThat(start.runs()).isEqualTo(7);
    assertThat(start.samples()).hasSize(7);
    assertThat(start.phases())
        .extracting(Phase::name)
        .containsExactly("kernel", "bootstrap", "map", "relocate", "constructors");
    assertThat(start.phases()).allMatch(phase -> phase.medianNanos() >= 0);
    assertThat(start.floorNanos()).isPositive();
    // Taking down an address space takes more than a microsecond, rusage's unit.
    assertThat(start.exitNanos()).isBetween(1_000L, 100_000_000L);
    assertThat(start.samples()).allMatch(sample -> sample.exitNanos() > 0);
    assertThat(start.atReference()).isNotNull();
    assertThat(start.atReference().speedPercent()).isEqualTo(100);
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
      // What is left is the loader's own.
      long all = start.phases().get(2 + phase).medianNanos();
      assertThat(sum).isBetween(all / 2, all + all / 50);
    }
  }

  @Test
  void whatAConstructorOpensCostsNothingOfItsOwnNorIsSaidToCostNothing() throws Exception {
    File program =
        programs.withConstructor(
            "opens", "#include <dlfcn.h>", "dlopen(\"libutil.so.1\", RTLD_NOW);");
    Start start = measure(program);
    assertThat(start.objectsLoaded()).anyMatch(path -> path.endsWith("/libutil.so.1"));
    assertThat(start.libraries())
        .extracting(Start.LibraryCost::path)
        .anyMatch(path -> path.endsWith("/libopens.so"))
        .noneMatch(path -> path.endsWith("/libutil.so.1"));
  }

  /**
   * An auditor is loaded into a list of its own before the program's objects, and glibc tells its
   * debugger of that list, too. This one is busy when the C library comes.
   */
  @Test
  void whatIsDoneForAnAuditorIsNotTakenForTheProgramsObjects() throws Exception {
    Path auditor =
        programs
            .program(
                "libaudit.so",
                "#define _GNU_SOURCE\n#include <link.h>\nvolatile int x;\n"
                    + "unsigned la_version(unsigned v) { return v; }\n"
                    + "unsigned la_objopen(struct link_map *m, Lmid_t l, uintptr_t *c) {\n"
                    + "  if (m->l_name && m->l_name[0]) for (int i = 0; i < 3000000; i++) x++;\n"
                    + "  return 0; }",
                "-shared",
                "-fPIC",
                "-nostdlib")
            .toPath();
    File program =
        programs.program("audited", "int main(void) { return 0; }", "-Wl,--audit=" + auditor);
    Start start = measure(program);
    assertThat(start.phases())
        .extracting(Phase::name)
        .containsExactly("kernel", "bootstrap", "relocate", "constructors");
    assertThat(start.phases().get(2).medianNanos())
        .isGreaterThan(4 * start.phases().get(3).medianNanos());
    assertThat(start.libraries()).as("no stop tells what is whose").isEmpty();
    assertThat(plan(program).notes()).extracting(Note::code).contains("audit");
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
  void aStaticPositionIndependentProgramHasNoLoaderEither() throws Exception {
    Start start = measure(programs.program("pie", "int main(void) { return 0; }", "-static-pie"));
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.why()).startsWith("static");
    assertThat(start.phases()).extracting(Phase::name).containsExactly("kernel");
  }

  @Test
  void muslsLoaderIsTakenApartAsFarAsItTells() throws Exception {
    Assumptions.assumeTrue(new File("/usr/bin/musl-gcc").canExecute(), "needs musl-tools");
    Path source = folder.resolve("musl.c");
    Files.writeString(source, "#include <stdio.h>\nint main(void) { puts(\"x\"); }");
    Path program = folder.resolve("musl");
    Programs.run(List.of("/usr/bin/musl-gcc", "-o", program.toString(), source.toString()));
    Start start = measure(program.toFile());
    assertThat(start.how()).as(start.why()).isEqualTo(How.MEASURED);
    assertThat(start.method()).isEqualTo("ptrace");
    // It calls its debugger once, when all is relocated: mapping and relocating are one.
    assertThat(start.phases())
        .extracting(Phase::name)
        .containsExactly("kernel", "bootstrap", "relocate");
    assertThat(start.phases()).allMatch(phase -> phase.medianNanos() >= 0);
    assertThat(start.warnings())
        .anyMatch(text -> text.contains("could not be told"))
        .anyMatch(text -> text.contains("constructors after the program's entry point"));
    assertThat(start.objectsLoaded().getFirst()).isEqualTo(program.toString());
    assertThat(start.objectsLoaded()).anyMatch(path -> path.contains("musl"));
    assertThat(start.floorNanos()).isPositive();
  }

  @Test
  void eachRunsPartsAddUpWithoutHelp() throws Exception {
    Start start = measure(hello());
    long sum = start.phases().stream().mapToLong(Phase::medianNanos).sum();
    // Seven runs on a machine that may be busy: the witness script asks for 2 %.
    assertThat((double) sum / start.medianNanos()).isBetween(0.8, 1.2);
  }

  @Test
  void ofAScriptTheInterpreterIsMeasured() throws Exception {
    Path script = folder.resolve("script");
    Files.writeString(script, "#!/bin/sh\ntouch " + folder.resolve("proof") + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Start start =
        new LinuxProbe(files, System.getenv(), StartModel.DEFAULT, null)
            .measure(script.toFile(), Programs.NO_PLAN, FEW);
    assertThat(start.how()).isEqualTo(How.MEASURED);
    assertThat(start.why()).contains("/bin/sh");
    assertThat(start.objectsLoaded().getFirst()).contains("sh");
    assertThat(folder.resolve("proof")).doesNotExist();
  }

  @Test
  void ofWhatEnvLooksUpNothingIsMeasured() throws Exception {
    Path script = folder.resolve("looked-up");
    Files.writeString(script, "#!/usr/bin/env sh\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Start start =
        new LinuxProbe(files, System.getenv(), StartModel.DEFAULT, null)
            .measure(script.toFile(), Programs.NO_PLAN, FEW);
    assertThat(start.objectsLoaded().getFirst()).endsWith("env");
    assertThat(start.why()).contains("/usr/bin/env sh").contains("env looks up comes on top");
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
        new LinuxProbe(files, System.getenv(), StartModel.DEFAULT, null)
            .compare(quick, plan(quick), slow, plan(slow), FEW);
    assertThat(comparison.pairs()).isEqualTo(7);
    assertThat(comparison.ratioCi95()[0]).isGreaterThan(1);
    assertThat(comparison.differenceNanos()).isPositive();
  }

  @Test
  void besideAProgramThatDoesNotStartTheOtherIsMeasured() throws Exception {
    File runs = hello();
    File exits = programs.withConstructor("exits", "#include <unistd.h>", "_exit(7);");
    Comparison comparison =
        new LinuxProbe(files, System.getenv(), StartModel.DEFAULT, null)
            .compare(runs, plan(runs), exits, plan(exits), FEW);
    assertThat(comparison.pairs()).isZero();
    assertThat(comparison.base().how()).isEqualTo(How.MEASURED);
    assertThat(comparison.changed().how()).isEqualTo(How.ESTIMATED);
    assertThat(comparison.changed().why()).contains("exits before its entry point");
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
