package dev.binspect.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Random;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathGlobTest {
  private static final String PATTERN = "ab*?[]{},!-/\\";
  private static final String TEXT = "ab/-!";

  /** The library's matcher is the witness, where it ends. */
  @Test
  void matchesWhatTheLibraryMatches() {
    Random random = new Random(7);
    int sound = 0;
    int fits = 0;
    for (int i = 0; i < 40_000; i++) {
      String pattern = text(random, PATTERN, 1 + random.nextInt(9));
      PathMatcher witness;
      try {
        witness = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      } catch (PatternSyntaxException e) {
        continue;
      }
      PathGlob glob;
      try {
        glob = PathGlob.of(pattern);
      } catch (IllegalArgumentException e) {
        // The library takes a set that ends at once, and means something else by it.
        assertThat(pattern).contains("[");
        continue;
      }
      // What the library makes of odd sets is its own.
      if (pattern.matches(".*\\[[^\\]]*([\\[!\\-,{}\\\\]).*") || pattern.contains("[]")) {
        continue;
      }
      sound++;
      for (int k = 0; k < 20; k++) {
        String path = text(random, TEXT, random.nextInt(8));
        boolean expected = witness.matches(Path.of(path));
        fits += expected ? 1 : 0;
        assertThat(glob.matches(Path.of(path).toString()))
            .as("%s of %s", pattern, path)
            .isEqualTo(expected);
      }
    }
    assertThat(sound).isGreaterThan(5000);
    assertThat(fits).isGreaterThan(5000);
  }

  private static String text(Random random, String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  @Test
  void setsAndGroupsAreTakenAsTheyStand() {
    assertThat(PathGlob.of("lib[a-c!]?.{so,dylib}").matches("lib!x.so")).isTrue();
    assertThat(PathGlob.of("lib[!a-c]x").matches("libbx")).isFalse();
    assertThat(PathGlob.of("lib[!a-c]x").matches("lib/x")).isFalse();
    assertThat(PathGlob.of("[-a]{,x}").matches("-")).isTrue();
    assertThat(PathGlob.of("**/\\*").matches("a/b/*")).isTrue();
    assertThat(PathGlob.of("?").matches("\ud83d\ude00")).isTrue();
  }

  /** With the library's matcher this does not end. */
  @Test
  void manyStarsOverALongPathEnd() {
    PathGlob glob = PathGlob.of("**a".repeat(60) + "b");
    assertThat(glob.matches("a".repeat(4000))).isFalse();
    assertThat(glob.matches("a".repeat(4000) + "b")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[a", "{a", "{a,{b}}", "\\", "[b-a]", "[/]"})
  void whatIsNoPatternIsRefused(String pattern) {
    assertThatThrownBy(() -> PathGlob.of(pattern)).isInstanceOf(IllegalArgumentException.class);
  }
}
