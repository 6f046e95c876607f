package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** A file system in memory takes the longest file there can be. */
  @Test
  void theLongestFileIsReadWhereItHoldsSomething() throws Exception {
    Path memory = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(memory), "needs /dev/shm");
    Path sparse = Files.createTempFile(memory, "longest", ".so");
    long longest = Long.MAX_VALUE - 4095; // a whole page short of it: tmpfs counts pages
    try {
      byte[] whole = Files.readAllBytes(Path.of(FIXTURE));
      try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
        file.write(whole);
        file.setLength(longest);
      } catch (IOException e) {
        assumeTrue(false, "this file system has no such files: " + e.getMessage());
      }
      for (String format : List.of("json", "text", "html", "sarif")) {
        Outcome outcome = run("--no-run", "--format", format, sparse.toString());
        assertThat(outcome.code()).as(format + outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
      }
      assertThat(run("--no-run", "--json", sparse.toString()).out())
          .contains("\"size\": " + longest);
      for (int magic : new int[] {0x7f454c46, 0x4d5a0000, 0xcffaedfe, 0xcafebabe, 0x213c6172}) {
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
          file.write(new byte[whole.length]);
          file.seek(0);
          file.writeInt(magic);
        }
        oneLineOrReport(sparse);
      }
    } finally {
      Files.delete(sparse);
    }
  }

  private static void oneLineOrReport(Path file) {
    Outcome outcome = run("--no-run", "--json", file.toString());
    assertThat(outcome.code()).isIn(0, 2);
    assertThat(outcome.err().lines().count() + outcome.out().lines().limit(1).count()).isEqualTo(1);
  }

  @Test
  void aFileThatChangesWhileItIsReadGivesAReportOrOneLine() throws Exception {
    Path file = folder.resolve("changing.so");
    byte[] whole = Files.readAllBytes(Path.of(FIXTURE));
    Files.write(file, whole);
    AtomicBoolean done = new AtomicBoolean();
    Thread changing =
        new Thread(
            () -> {
              try (RandomAccessFile change = new RandomAccessFile(file.toFile(), "rw")) {
                for (int i = 1; !done.get(); i++) {
                  change.setLength(i * 7919L % whole.length);
                  change.setLength(whole.length);
                  change.seek(0);
                  change.write(whole);
                }
              } catch (IOException e) {
                done.set(true);
              }
            });
    changing.start();
    try {
      for (int i = 0; i < 60; i++) {
        oneLineOrReport(file);
      }
      assertThat(done).as("it was changed all the time").isFalse();
    } finally {
      done.set(true);
      changing.join();
    }
  }

  /** Root reads everything: the same file is shown to another user. */
  @Test
  void aFileOfOthersThatCannotBeReadIsOneLine() throws Exception {
    Path file = Files.copy(Path.of(FIXTURE), folder.resolve("closed.so"));
    assertThat(Files.setPosixFilePermissions(file, Set.of())).exists();
    if (!Files.isReadable(file)) {
      oneLine(file.toString());
      return;
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> line = new ArrayList<>(List.of("setpriv", "--reuid", "65534", "--clear-groups"));
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    line.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-cp",
            classes,
            "dev.binspect.cli.Main",
            "--no-run"));
    assumeTrue(ended(line, "--version").code() == 0, "needs setpriv, and classes for all to read");
    Outcome outcome = ended(line, file.toString());
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("ermission denied").hasLineCount(1);
  }

  private Outcome ended(List<String> command, String last) throws Exception {
    List<String> line = new ArrayList<>(command);
    line.add(last);
    Path err = folder.resolve("err");
    try {
      Process process = new ProcessBuilder(line).redirectError(err.toFile()).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.waitFor(), out, Files.readString(err));
    } catch (IOException e) {
      return new Outcome(-1, "", String.valueOf(e.getMessage()));
    }
  }

  /** Where the stack runs out; machines differ in the least that they start with. */
  @Test
  void noStackIsOneLine() throws Exception {
    boolean ranOut = false;
    for (int kilobytes : new int[] {136, 144, 152}) {
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin/java").toString(),
              "-Xss" + kilobytes + "k",
              "-cp",
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
              "dev.binspect.cli.Main",
              "--no-run",
              "--json");
      Outcome outcome = ended(command, FIXTURE);
      if (outcome.code() == 2) {
        ranOut = true;
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
            .startsWith("binspect: a mistake in binspect")
            .contains("StackOverflowError")
            .hasLineCount(1);
      } else if (outcome.code() == 0) {
        assertThat(outcome.err()).isEmpty();
      }
    }
    assumeTrue(ranOut, "this machine's least stack is enough");
  }

  /** Where memory runs out, reading or writing, it is one line and no trace. */
  @Test
  void noMemoryIsOneLine() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            throw new OutOfMemoryError("made");
          }
        };
    PrintStream full =
        new PrintStream(OutputStream.nullOutputStream()) {
          @Override
          public void write(byte[] bytes, int from, int count) {
            throw new OutOfMemoryError("made");
          }
        };
    PrintStream open = new PrintStream(OutputStream.nullOutputStream());
    for (String command : List.of("inspect", "check")) {
      noMemory(endless, open, command, "--no-run", "-");
    }
    InputStream nothing = new ByteArrayInputStream(new byte[0]);
    for (String command : List.of("inspect", "check", "tree", "bindings", "scan")) {
      noMemory(nothing, full, command, "-q", "--no-run", "--format", "ndjson", FIXTURE);
    }
    noMemory(nothing, full, "diff", "--no-run", FIXTURE, FIXTURE);
  }

  private static void noMemory(InputStream in, PrintStream out, String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(args, in, out, new PrintStream(err, true, StandardCharsets.UTF_8));
    String told = err.toString(StandardCharsets.UTF_8);
    assertThat(code).as(String.join(" ", args) + told).isEqualTo(2);
    // bindings tells of missing libraries besides.
    assertThat(told.lines()).allMatch(line -> line.startsWith("binspect: "));
    assertThat(told.lines().filter(line -> line.endsWith("needs more memory than there is")))
        .hasSize(1);
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
