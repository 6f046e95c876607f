package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** scripts/build names loops to be compiled sooner; the Java machine says nothing of wrong ones. */
class CompiledLoopsTest {
  private static final Pattern LOOP = Pattern.compile("([\\w.]+)::(\\w+),0\\.\\d+");

  @Test
  void eachIsAMethodOfOurs() throws Exception {
    Matcher loops = LOOP.matcher(Files.readString(Path.of("scripts/build")));
    int named = 0;
    while (loops.find()) {
      named++;
      String method = loops.group(2);
      assertThat(Class.forName("dev.binspect." + loops.group(1)).getDeclaredMethods())
          .as(loops.group())
          .extracting(Method::getName)
          .contains(method);
    }
    assertThat(named).isEqualTo(8);
  }
}
