package dev.binspect.start.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndOfTheTracerTest {
  private static final int PATIENCE =
      500; // hundredths of a second; the test ends as soon as it can

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "TERM"})
  void aProgramThatWaitsForEverEndsWithIt(String signal) throws Exception {
    File program =
        new Programs(folder)
            .withConstructor("lingerer", "#include <unistd.h>", "for (;;) pause();");
    Process binspect =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.binspect.cli.Main",
                "start",
                program.getPath())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(comesToRun(program, true)).as("the program is being measured").isTrue();
      Programs.run(List.of("kill", "-" + signal, String.valueOf(binspect.pid())));
      binspect.waitFor();
      assertThat(comesToRun(program, false)).as("it still runs").isFalse();
    } finally {
      binspect.destroyForcibly();
    }
  }

  /** Waits until the program runs, or until it does not. {@return whether it runs} */
  private static boolean comesToRun(File program, boolean wanted) throws Exception {
    boolean runs = runs(program);
    for (int i = 0; i < PATIENCE && runs != wanted; i++) {
      Thread.sleep(10);
      runs = runs(program);
    }
    return runs;
  }

  /** A zombie has ended: that the first process has not waited for it yet is not ours. */
  private static boolean runs(File program) throws IOException {
    for (String process : Programs.left(program).values()) {
      if (process.startsWith(program.getName() + " ") && !process.endsWith(" Z")) {
        return true;
      }
    }
    return Files.notExists(program.toPath());
  }
}
