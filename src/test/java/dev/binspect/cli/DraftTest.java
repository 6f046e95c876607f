package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.cli.MainTest.Ran;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked for with {@code -o} is there whole, or what was there before is. */
class DraftTest {
  private static final String FIXTURE =
      System.getProperty("binspect.home") + "/testdata/elf/x86_64-shared.so";

  /** Hundredths of a second; a test ends as soon as it can. */
  private static final int PATIENCE = 3000;

  @TempDir Path folder;

  private static void write(Output output, String text) throws IOException {
    output.writer().write(text);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aFileIsReplacedWhenItIsComplete() throws Exception {
    Path file = Files.writeString(folder.resolve("out"), "old");
    try (Output output = Output.to(file.toString())) {
      write(output, "new");
      output.writer().flush();
      assertThat(file).hasContent("old");
      assertThat(names()).hasSize(2);
      output.complete();
      assertThat(file).hasContent("new");
    }
    assertThat(file).hasContent("new");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void whatFailsLeavesWhatWasThere() throws Exception {
    Path file = Files.writeString(folder.resolve("out"), "old");
    Path none = folder.resolve("none");
    for (Path each : List.of(file, none)) {
      assertThatThrownBy(
              () -> {
                try (Output output = Output.to(each.toString())) {
                  write(output, "half");
                  throw new IllegalStateException("failed");
                }
              })
          .hasMessage("failed");
    }
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void rightsAreThoseOfTheOldFileOrOfAnyNewOne() throws Exception {
    Path plain = Files.writeString(folder.resolve("plain"), "");
    Path fresh = folder.resolve("fresh");
    Path secret = Files.writeString(folder.resolve("secret"), "old");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Path open = Files.writeString(folder.resolve("open"), "old");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrw-rw-"));
    for (Path each : List.of(fresh, secret, open)) {
      Object key = Files.exists(each) ? inode(each) : "none";
      try (Output output = Output.to(each.toString())) {
        write(output, "new");
        output.complete();
      }
      assertThat(each).hasContent("new");
      assertThat(inode(each)).as(each + " was replaced").isNotEqualTo(key);
    }
    assertThat(Files.getPosixFilePermissions(fresh))
        .isEqualTo(Files.getPosixFilePermissions(plain));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open)))
        .isEqualTo("rwxrw-rw-");
  }

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void linksAndSecondNamesStay() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Path soft = Files.createSymbolicLink(folder.resolve("soft"), Path.of("file"));
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("made"));
    assertThat(Draft.of(soft.toString())).isNull();
    try (Output output = Output.to(soft.toString())) {
      write(output, "through the link");
      output.complete();
    }
    assertThat(soft).isSymbolicLink();
    assertThat(file).hasContent("through the link");
    try (Output output = Output.to(dangling.toString())) {
      write(output, "made");
      output.complete();
    }
    assertThat(dangling).isSymbolicLink();
    assertThat(folder.resolve("made")).hasContent("made");
    Path hard = Files.createLink(folder.resolve("hard"), file);
    try (Output output = Output.to(hard.toString())) {
      write(output, "both");
      output.complete();
    }
    assertThat(file).hasContent("both");
    assertThat(names()).containsExactly("dangling", "file", "hard", "made", "soft");
  }

  @Test
  void whatIsNoOrdinaryFileIsWrittenTo() throws Exception {
    for (String device : List.of("/dev/null", "/dev/full", "/dev/stdout", "/dev/fd/1")) {
      assertThat(Draft.of(device)).as(device).isNull();
    }
    Path fifo = folder.resolve("fifo");
    assumeTrue(
        new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor() == 0, "needs mkfifo");
    assertThat(Draft.of(fifo.toString())).isNull();
    Process reader = new ProcessBuilder("cat", fifo.toString()).redirectErrorStream(true).start();
    Ran ran = MainTest.run("--no-run", "-q", "-o", fifo.toString(), FIXTURE);
    assertThat(ran.code()).isZero();
    assertThat(new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("x86_64-shared.so");
    assertThat(Files.readAttributes(fifo, PosixFileAttributes.class).isOther()).isTrue();
    assertThat(names()).containsExactly("fifo");
  }

  @Test
  void whatComesBetweenIsNotReplacedByARename() throws Exception {
    Path file = folder.resolve("out");
    Path other = Files.writeString(folder.resolve("other"), "old");
    try (Output output = Output.to(file.toString())) {
      write(output, "new");
      Files.createSymbolicLink(file, other);
      output.complete();
    }
    assertThat(file).isSymbolicLink();
    assertThat(other).hasContent("new");
    assertThat(names()).containsExactly("other", "out");
  }

  /** A folder's rights bind all but root, and only root can give a file away. */
  @Test
  void whatCannotBeReplacedIsWrittenTo() throws Exception {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Path file = Files.writeString(closed.resolve("out"), "old");
    boolean root = Integer.valueOf(0).equals(Files.getAttribute(file, "unix:uid"));
    if (root) {
      Files.setAttribute(file, "unix:uid", 65534);
    } else {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    }
    try (Output output = Output.to(file.toString())) {
      write(output, "new");
      output.complete();
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    assertThat(file).hasContent("new");
    if (root) {
      assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(65534);
    }
    try (Stream<Path> files = Files.list(closed)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aFileThatMayNotBeWrittenToIsNotReplaced() throws Exception {
    Path file = Files.writeString(folder.resolve("out"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    assumeTrue(!Files.isWritable(file), "root may write everywhere");
    Ran ran = MainTest.run("--no-run", "-o", file.toString(), FIXTURE);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).isEqualTo("binspect: " + file + ": Permission denied\n");
    assertThat(file).hasContent("old");
  }

  @Test
  void aRunThatFindsNothingLeavesWhatWasThere() throws Exception {
    Path file = Files.writeString(folder.resolve("out"), "old");
    String out = file.toString();
    String missing = folder.resolve("missing").toString();
    for (String command : List.of("inspect", "check", "tree", "bindings", "start", "scan")) {
      assertThat(MainTest.run(command, "--no-run", "--format", ndjson(command), "-o", out, missing))
          .satisfies(ran -> assertThat(ran.code()).as(command).isEqualTo(2));
      assertThat(file).as(command).hasContent("old");
    }
    assertThat(MainTest.run("check", "--write-baseline", out, missing).code()).isEqualTo(2);
    assertThat(file).hasContent("old");
    // A document tells of the file.
    assertThat(MainTest.run("check", "--format", "sarif", "-o", out, missing).code()).isEqualTo(2);
    assertThat(file).content().contains(missing);
    assertThat(MainTest.run("inspect", "--no-run", "-q", "-o", out, missing, FIXTURE).code())
        .isEqualTo(2);
    assertThat(file).content().contains("x86_64-shared.so");
    assertThat(names()).containsExactly("out");
  }

  private static String ndjson(String command) {
    return command.equals("check") ? "json" : "ndjson";
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void anInterruptLeavesWhatWasThere(String signal) throws Exception {
    Path pipe = folder.resolve("pipe");
    assumeTrue(
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "needs mkfifo");
    Path file = Files.writeString(folder.resolve("out"), "old");
    // It waits for a list that never ends.
    Process binspect =
        new ProcessBuilder(
                "sh",
                "-c",
                "exec \"$0\" \"$@\" <" + pipe,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.binspect.cli.Main",
                "scan",
                "--format",
                "ndjson",
                "-o",
                file.toString(),
                "--files-from",
                "-")
            .redirectErrorStream(true)
            .start();
    try (OutputStream list = Files.newOutputStream(pipe)) {
      list.write((FIXTURE + "\n").getBytes(StandardCharsets.UTF_8));
      list.flush();
      for (int i = 0; i < PATIENCE && names().size() < 3; i++) {
        Thread.sleep(10);
      }
      assertThat(names()).as("a draft").hasSize(3);
      assertThat(file).hasContent("old");
      assertThat(
              new ProcessBuilder("kill", "-" + signal, String.valueOf(binspect.pid()))
                  .start()
                  .waitFor())
          .isZero();
      assertThat(binspect.waitFor()).isGreaterThan(128);
    } finally {
      binspect.destroyForcibly();
    }
    assertThat(names()).containsExactly("out", "pipe");
    assertThat(file).hasContent("old");
  }
}
