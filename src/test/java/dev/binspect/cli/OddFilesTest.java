package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is no ordinary file gives one line; what is damaged passes no gate. */
class OddFilesTest {
  private static final String FIXTURE =
      System.getProperty("binspect.home") + "/testdata/elf/x86_64-shared.so";

  @TempDir Path folder;

  private record Outcome(int code, String out, String err) {}

  private static Outcome run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      int code = Main.run(args, new ByteArrayInputStream(new byte[0]), o, e);
      return new Outcome(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
  }

  private static void oneLine(String path) {
    Outcome outcome = run("--no-run", path);
    assertThat(outcome.code()).as(path).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("binspect: ").hasLineCount(1);
  }

  @Test
  void whatIsNoOrdinaryFileIsRefused() throws Exception {
    List<String> paths = new ArrayList<>();
    paths.add(folder.toString());
    paths.add(folder.resolve("missing").toString());
    paths.add(Files.createFile(folder.resolve("empty")).toString());
    paths.add(Files.writeString(folder.resolve("text"), "#!/bin/sh\n").toString());
    Path loop = folder.resolve("loop");
    paths.add(Files.createSymbolicLink(loop, loop).toString());
    for (String special : List.of("/dev/null", "/dev/zero", "/dev/full", "/proc/self/mem")) {
      if (Files.exists(Path.of(special))) {
        paths.add(special);
      }
    }
    Path fifo = folder.resolve("fifo");
    if (new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor() == 0) {
      paths.add(fifo.toString());
    }
    for (String path : paths) {
      oneLine(path);
    }
  }

  @Test
  void aFileOfManyTerabytesIsReadWhereItHoldsSomething() throws Exception {
    Path sparse = folder.resolve("sparse");
    byte[] whole = Files.readAllBytes(Path.of(FIXTURE));
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.write(whole);
      file.setLength(1L << 42);
    } catch (IOException e) {
      assumeTrue(false, "this file system has no such files: " + e.getMessage());
    }
    Outcome outcome = run("--no-run", "--json", sparse.toString());
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("\"size\": " + (1L << 42));
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.write(new byte[whole.length]);
    }
    oneLine(sparse.toString());
  }

  @Test
  void aFullDiskIsTold() {
    assumeTrue(Files.exists(Path.of("/dev/full")), "needs /dev/full");
    for (String format : List.of("text", "json", "html", "sarif")) {
      Outcome outcome = run("--no-run", "--format", format, "-o", "/dev/full", FIXTURE);
      assertThat(outcome.code()).isEqualTo(2);
      assertThat(outcome.err()).startsWith("binspect: /dev/full: ").hasLineCount(1);
    }
  }

  @Test
  void damageAnywherePassesNoGate() throws Exception {
    byte[] whole = Files.readAllBytes(Path.of(FIXTURE));
    assertThat(run("check", "--no-policy", "--no-run", FIXTURE).out()).doesNotContain("BS020");
    byte[] sections = whole.clone();
    sections[58] = 3; // e_shentsize: its counts are the loader's, and still told
    Path file = Files.write(folder.resolve("sections.so"), sections);
    Outcome check = run("check", "--no-policy", "--no-run", file.toString());
    assertThat(check.code()).isEqualTo(1);
    assertThat(check.out()).contains("BS020").contains("e_shentsize");
    assertThat(run("--no-run", file.toString()).out()).contains("damaged");
  }
}
