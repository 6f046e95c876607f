package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The loops that scripts/build has compiled sooner: the Java machine says nothing of a wrong name.
 */
final class SoonerCompiledTest {
  private static final Pattern LOOP = Pattern.compile("([\\w.]+)::(\\w+),0\\.\\d+");

  @Test
  void eachLoopIsThere() throws Exception {
    String script = Files.readString(Path.of("scripts", "build"));
    List<String> found = new ArrayList<>();
    Matcher loops = LOOP.matcher(script);
    while (loops.find()) {
      Class<?> type =
          Class.forName("dev.binspect." + loops.group(1), false, getClass().getClassLoader());
      String method = loops.group(2);
      assertThat(Arrays.stream(type.getDeclaredMethods()).map(each -> each.getName()))
          .contains(method);
      found.add(method);
    }
    assertThat(found).contains("walk64", "addLike", "ask");
  }
}
