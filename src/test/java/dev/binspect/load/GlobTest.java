package dev.binspect.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  /** Parts of a pattern, and each as a regular expression says it. */
  private static final String PARTS =
      "a=a b=b ?=. *=.* [ab]=[ab] [!ab]=[^ab] [^b]=[^b] [a-c]=[a-c] [!b-d]=[^b-d]";

  @Test
  void whatFitsIsWhatTheSameRegularExpressionTakes() {
    String[] parts = PARTS.split(" ");
    Random random = new Random(7);
    int fitting = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder pattern = new StringBuilder();
      StringBuilder expression = new StringBuilder();
      for (int n = random.nextInt(6); n >= 0; n--) {
        String[] part = parts[random.nextInt(parts.length)].split("=");
        pattern.append(part[0]);
        expression.append(part[1]);
      }
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(8); n > 0; n--) {
        text.append((char) ('a' + random.nextInt(5)));
      }
      boolean fits = text.toString().matches(expression.toString());
      fitting += fits ? 1 : 0;
      assertThat(Glob.matches(pattern.toString(), text.toString()))
          .as("%s on '%s'", pattern, text)
          .isEqualTo(fits);
    }
    assertThat(fitting).isBetween(1_000, 18_000);
  }

  @ParameterizedTest
  @CsvSource({
    "lib*.so,libz.so,true",
    "lib*.so,libz.so.1,false",
    "*.so*,libz.so.1,true",
    "[]a],],true",
    "[,[,true",
    "[a,[a,true",
    "a[b,ab,false",
    "*,'',true",
    "'','',true",
    "'',a,false",
    "?,'',false"
  })
  void oddPatternsAreTakenAsTheShellTakesThem(String pattern, String text, boolean fits) {
    assertThat(Glob.matches(pattern, text)).isEqualTo(fits);
  }
}
