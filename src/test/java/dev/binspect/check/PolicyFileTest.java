package dev.binspect.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFileTest {
  @TempDir Path folder;

  private File policy(String text) throws IOException {
    return Files.writeString(folder.resolve("binspect.toml"), text).toFile();
  }

  @Test
  void keysAtTheTopHoldForEveryFileAndLaterTablesWin() throws Exception {
    PolicyFile file =
        PolicyFile.read(
            policy(
                """
                expect = ["serde_dylib"]
                max-relocations = 5000
                max-start = "5ms"
                forbid-build-paths = true

                [files."target/release/*"]
                max-relocations = 100
                expect = ["other"]
                ignore = ["BS002", "build-paths"]
                max-glibc = "2.31"

                [files."target/release/special"]
                max-relocations = 7
                forbid-build-paths = false
                max-regress = "2.5 %"
                """));
    Policy any = file.of(folder.resolve("target/debug/app").toFile());
    assertThat(any.expect()).containsExactly("serde_dylib");
    assertThat(any.budgets()).containsEntry(Budget.RELOCATIONS, 5000L).hasSize(1);
    assertThat(any.maxStartNanos()).isEqualTo(5_000_000);
    assertThat(any.forbidBuildPaths()).isTrue();
    Policy release = file.of(folder.resolve("target/release/app").toFile());
    assertThat(release.expect()).containsExactly("serde_dylib", "other");
    assertThat(release.budgets()).containsEntry(Budget.RELOCATIONS, 100L);
    assertThat(release.ignore()).containsExactly(Rule.LINKED_UNUSED, Rule.BUILD_PATHS);
    assertThat(release.maxGlibc()).isEqualTo("2.31");
    Policy special = file.of(folder.resolve("target/release/special").toFile());
    assertThat(special.budgets()).containsEntry(Budget.RELOCATIONS, 7L);
    assertThat(special.forbidBuildPaths()).isFalse();
    assertThat(special.maxRegressPercent()).isEqualTo(2.5);
    assertThat(file.of(folder.resolve("x/target/release/app").toFile()).maxGlibc()).isNull();
  }

  @Test
  void theNearestPolicyUpwardsIsFound() throws Exception {
    File policy = policy("");
    Files.createDirectories(folder.resolve("a/b"));
    assertThat(PolicyFile.find(folder.resolve("a/b/app").toFile()).getCanonicalFile())
        .isEqualTo(policy.getCanonicalFile());
    Files.writeString(folder.resolve("a/binspect.toml"), "");
    assertThat(PolicyFile.find(folder.resolve("a/b/../b/app").toFile()))
        .isEqualTo(folder.resolve("a/binspect.toml").toFile());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "max-relocation = 5|2|unknown key 'max-relocation': did you mean 'max-relocations'?",
        "max_lookups = 5|2|unknown key 'max_lookups': did you mean 'max-lookups'?",
        "Expect = [\"a\"]|2|unknown key 'Expect': did you mean 'expect'?",
        "colour = true|2|unknown key 'colour'; known are max-relocations, max-closure-relocations",
        "max-pages = \"many\"|2|max-pages needs a whole number from 0 on, not \"many\"",
        "max-pages = -3|2|max-pages needs a whole number from 0 on, not -3",
        "max-pages = 1.5|2|max-pages needs a whole number from 0 on, not 1.5",
        "max-start = 5|2|max-start needs a time with its unit, as \"5ms\" or \"800us\", not 5",
        "max-start = \"5 parsec\"|2|max-start needs a time with its unit",
        "max-regress = \"much\"|2|max-regress needs a percentage, as \"5%\", not \"much\"",
        "max-glibc = 2.31|2|max-glibc needs a version in quotes, as \"2.31\", not 2.31",
        "max-glibc = \"new\"|2|max-glibc needs a version in quotes",
        "expect = \"serde\"|2|expect needs a list of texts, as [\"name\"], not \"serde\"",
        "expect = [1]|2|expect needs texts in its list, not 1",
        "ignore = [\"BS999\"]|2|ignore: no rule is called 'BS999' (see binspect rules)",
        "ignore = [\"static-falback\"]|2|ignore: no rule is called 'static-falback': did you mean 'static-fallback'?",
        "plain-shell = \"yes\"|2|plain-shell needs true or false, not \"yes\"",
        "files = 3|2|files needs tables: [files.\"target/release/*\"], not a value",
        "[files]\\nx = 3|3|files.x is not a table: write [files.\"GLOB\"] above keys",
        "[files.\"{a\"]\\nplain-shell = true|2|'{a' is no glob:",
        "[files.\"*\"]\\nexpekt = []|3|unknown key 'expekt': did you mean 'expect'?",
        "[file.\"*\"]\\nexpect = []|2|unknown key 'file': did you mean 'files'?",
        "expect = [|3|",
        "expect = []\\nexpect = []|3|",
        "plain-shell = tru|2|",
      })
  void aMistakeNamesFileLineKeyAndWhatWouldBeRight(String text, int line, String what)
      throws IOException {
    File file = policy("# a policy\n" + text.replace("\\n", "\n") + "\n");
    assertThatThrownBy(() -> PolicyFile.read(file))
        .isInstanceOfSatisfying(
            PolicyException.class,
            e -> {
              assertThat(e.what()).startsWith(what == null ? "" : what).hasSizeGreaterThan(10);
              assertThat(e.line()).isEqualTo(line);
              assertThat(e).hasMessageStartingWith(file.getPath() + ":" + line + ": ");
              assertThat(e.getMessage().lines().count()).isEqualTo(1);
            });
  }

  @Test
  void theLineThatIsNoTomlIsShown() throws IOException {
    File file = policy("max-pages = 3\nmax-glibc = \n");
    assertThatThrownBy(() -> PolicyFile.read(file))
        .hasMessageContaining("binspect.toml:2: ")
        .hasMessageEndingWith(", in: max-glibc =");
  }

  @Test
  void theLaterTableWinsWhateverItsName() throws Exception {
    File file =
        policy(
            "[files.\"z*\"]\nmax-pages = 1\n[files.\"*\"]\nmax-pages = 2\n"
                + "[files.\"*z\"]\nmax-pages = 3\n");
    PolicyFile policy = PolicyFile.read(file);
    assertThat(policy.of(folder.resolve("zz").toFile()).budgets()).containsEntry(Budget.PAGES, 3L);
    assertThat(policy.of(folder.resolve("za").toFile()).budgets()).containsEntry(Budget.PAGES, 2L);
  }

  @Test
  void aPolicyThatIsNotThereIsSaidToBeSo() {
    assertThatThrownBy(() -> PolicyFile.read(folder.resolve("none.toml").toFile()))
        .hasMessageEndingWith("none.toml: no such file");
  }

  @Test
  void whatTheCommandLineSaysWins() {
    Policy file =
        new Policy(
            List.of("a"),
            List.of(),
            Map.of(Budget.PAGES, 5L, Budget.LOOKUPS, 6L),
            9,
            "2.31",
            5,
            Set.of(Rule.STALE),
            List.of(),
            true,
            null,
            null);
    Policy line =
        new Policy(
            List.of("b"),
            List.of(),
            Map.of(Budget.PAGES, 50L),
            -1,
            "2.17",
            -1,
            Set.of(),
            List.of(),
            false,
            null,
            true);
    Policy both = line.over(file);
    assertThat(both.expect()).containsExactly("a", "b");
    assertThat(both.budgets()).containsEntry(Budget.PAGES, 50L).containsEntry(Budget.LOOKUPS, 6L);
    assertThat(both.maxStartNanos()).isEqualTo(9);
    assertThat(both.maxGlibc()).isEqualTo("2.17");
    assertThat(both.forbidBuildPaths()).isFalse();
    assertThat(both.plainShell()).isTrue();
    assertThat(both.ignore()).containsExactly(Rule.STALE);
  }
}
