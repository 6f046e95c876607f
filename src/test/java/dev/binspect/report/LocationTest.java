package dev.binspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.linkage.Verdict;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationTest {
  @ParameterizedTest
  @CsvSource({
    "target/debug/app,/repo,/repo,target/debug/app",
    "./target/debug/app,/repo,/repo,target/debug/app",
    "../target/app,/repo/sub,/repo,target/app",
    "src/main.rs,/repo/sub,/repo,sub/src/main.rs",
    "/repo/sub/src/main.rs,/repo,/repo,sub/src/main.rs",
    "/other/app,/repo,/repo,/other/app",
    "../other/app,/repo,/repo,../other/app",
    "/repository/app,/repo,/repo,/repository/app",
    "-,/repo,/repo,-",
    "app,/repo,'',app"
  })
  void pathsAreThoseOfTheRepository(String path, String here, String repository, String shown) {
    assertThat(Location.inRepository(path, here, repository)).isEqualTo(shown);
  }

  @Test
  void aCheckIsShownAtTheSourceThatItsFixIsAbout() throws IOException {
    StringBuilder out = new StringBuilder();
    GithubReport.write(SampleReports.report(Verdict.IGNORED), out);
    assertThat(out.toString()).startsWith("::error file=src/main.rs,line=3,title=BS001 static-");
    assertThat(Location.of(SampleReports.report(Verdict.IGNORED)).line()).isZero();
  }
}
