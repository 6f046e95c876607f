package dev.binspect.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.tradeoff.CargoMetadata.Dependency;
import dev.binspect.tradeoff.Wrapper.Candidate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written for Cargo, and what is read of what others wrote. */
class TextsTest {
  @TempDir Path folder;

  private static Candidate candidate(
      String crate, @Nullable String source, @Nullable String path, @Nullable String platform) {
    Dependency d =
        new Dependency(
            "real-name",
            source,
            "^1.2",
            null,
            crate,
            false,
            List.of("x", "y\"z"),
            path,
            null,
            platform);
    CargoMetadata.CargoPackage of =
        new CargoMetadata.CargoPackage(
            crate,
            "real-name",
            "1.2.3",
            source,
            Path.of("Cargo.toml"),
            null,
            null,
            List.of(),
            List.of());
    return new Candidate(crate, of, List.of(d), Set.of(crate), false);
  }

  @Test
  void theWrapperAsksForTheSameFeaturesOfTheSameSource() {
    String manifest =
        Wrapper.manifest(
            List.of(
                candidate("a", "registry+default", null, null),
                candidate("b", "git+https://example.invalid/b?branch=next%2Fone#abc", null, null),
                candidate("c", null, "/w/c", "cfg(unix)")),
            null);
    assertThat(manifest)
        .contains("crate-type = [\"dylib\"]")
        .contains(
            "[dependencies.\"a\"]\npackage = \"real-name\"\nversion = \"^1.2\"\n"
                + "default-features = false\nfeatures = [\"x\", \"y\\\"z\"]\n")
        .contains("git = \"https://example.invalid/b\"\nbranch = \"next/one\"\n")
        .contains(
            "[target.\"cfg(unix)\".dependencies.\"c\"]\npackage = \"real-name\"\npath = \"/w/c\"\n");
  }

  @Test
  void aDependencyOfOnePlatformIsNamedForThatPlatformOnly() {
    assertThat(Wrapper.source(List.of(candidate("c", null, "/w/c", "cfg(unix)"))))
        .contains("#[cfg(any(unix))]\npub use ::c;\n");
  }

  @Test
  void theReferenceFitsTheLineEnds() {
    assertThat(Wrapper.reference("fn main() {}\n"))
        .isEqualTo("\nextern crate binspect_deps as _;\n");
    assertThat(Wrapper.reference("fn main() {}\r\n"))
        .isEqualTo("\r\nextern crate binspect_deps as _;\r\n");
  }

  @Test
  void aLockFileLosesOnlyTheWrapper() {
    String before =
        """
        version = 4

        [[package]]
        name = "app"
        version = "0.1.0"
        dependencies = [
         "alpha",
        ]

        [[package]]
        name = "zeta"
        version = "0.1.0"
        """;
    String with =
        before
            .replace(" \"alpha\",\n", " \"alpha\",\n \"binspect-deps\",\n")
            .replace(
                "[[package]]\nname = \"zeta\"",
                "[[package]]\nname = \"binspect-deps\"\nversion = \"0.0.0\"\ndependencies = [\n"
                    + " \"alpha\",\n]\n\n[[package]]\nname = \"zeta\"");
    assertThat(LockFile.withoutWrapper(with)).isEqualTo(before);
    assertThat(LockFile.withoutWrapper(before)).isEqualTo(before);
    String last = before.substring(0, before.indexOf("\n[[package]]\nname = \"zeta\""));
    assertThat(
            LockFile.withoutWrapper(
                last + "\n[[package]]\nname = \"binspect-deps\"\nversion = \"0.0.0\"\n"))
        .isEqualTo(last);
  }

  @Test
  void theLinkerThatAProjectNamesIsFound() {
    String host = "x86_64-unknown-linux-gnu";
    assertThat(LinkerSetting.in("[target." + host + "]\nlinker = \"clang\"\n", host))
        .isEqualTo("clang");
    assertThat(LinkerSetting.in("[target.'cfg(target_os = \"linux\")']\nlinker = 'clang'\n", host))
        .isEqualTo("clang");
    assertThat(LinkerSetting.in("[target.aarch64-apple-darwin]\nlinker = \"clang\"\n", host))
        .isNull();
    assertThat(LinkerSetting.in("[build]\nlinker = \"clang\"\n", host)).isNull();
  }

  @Test
  void theJournalForgetsALineThatAnInterruptCut() throws Exception {
    Path file = folder.resolve("results.jsonl");
    Journal journal = new Journal(file);
    journal.sample("rebuild/default/static", 12);
    journal.fact("copied", "/a \"b\"");
    Files.writeString(file, "{\"series\":\"rebuild/def", StandardOpenOption.APPEND);
    Journal again = new Journal(file);
    assertThat(again.series("rebuild/default/static")).containsExactly(12L);
    assertThat(again.fact("copied")).isEqualTo("/a \"b\"");
    again.sample("rebuild/default/static", 13);
    assertThat(new Journal(file).series("rebuild/default/static")).containsExactly(12L, 13L);
  }

  @Test
  void aCrashOfTheCompilerIsToldWithoutItsCommand() {
    assertThat(
            Cargo.firstError(
                "error: rustc interrupted by SIGSEGV\nerror: could not compile `c9` (lib)\n\nCaused"
                    + " by:\n  process didn't exit successfully: `/x/rustc --crate-name c9"
                    + " --edition=2021 -L a` (signal: 11, SIGSEGV)\n"))
        .isEqualTo(
            "rustc interrupted by SIGSEGV: process didn't exit successfully: rustc of c9 (signal:"
                + " 11, SIGSEGV)");
  }

  @Test
  void anErrorThatGoesOnInTheNextLineDoesSo() {
    assertThat(
            Cargo.firstError(
                "error: rustc 1.95.0 is not supported by the following packages:\n  a@2.0.0 requires"
                    + " rustc 1.99\n  b@1.0.0 requires rustc 1.98\n"))
        .isEqualTo(
            "rustc 1.95.0 is not supported by the following packages: a@2.0.0 requires rustc 1.99");
  }

  @Test
  void theFrontEndsCommandIsCargosOwnWithOtherFolders() {
    String messages =
        """
           Compiling app v0.1.0 (/w/ws/app)
             Running `CARGO=/c CARGO_PKG_DESCRIPTION='it'\\''s' /t/bin/rustc --crate-name my_app --edition=2021 app/src/main.rs --crate-type bin --emit=dep-info,link -C debuginfo=2 --out-dir '/w/a b/target/debug/deps' -C incremental='/w/a b/target/debug/incremental' -L dependency='/w/a b/target/debug/deps'`
             Running `/t/bin/rustc --crate-name my_app --edition=2021 app/src/lib.rs --crate-type lib --emit=dep-info,metadata,link --out-dir /x`
        """;
    assertThat(FrontEnd.command(messages, "my-app", Path.of("/f e")))
        .isEqualTo(
            "CARGO=/c CARGO_PKG_DESCRIPTION='it'\\''s' /t/bin/rustc --crate-name my_app"
                + " --edition=2021 app/src/main.rs --crate-type bin --emit=metadata -C debuginfo=2"
                + " --out-dir '/f e' -C incremental='/f e' -L"
                + " dependency='/w/a b/target/debug/deps'");
    assertThat(FrontEnd.command(messages, "other", Path.of("/f"))).isNull();
    assertThat(FrontEnd.command("", "my-app", Path.of("/f"))).isNull();
  }

  @Test
  void eachLinkerIsComparedOnceAndEachWithLessDebugging() throws Exception {
    for (String name : List.of("ld.bfd", "mold", "ld.lld")) {
      Files.writeString(folder.resolve(name), "#!/bin/sh\n");
      assertThat(folder.resolve(name).toFile().setExecutable(true)).isTrue();
    }
    Path own = folder.resolve("sysroot/lib/rustlib/host/bin/gcc-ld/ld.lld");
    Files.createDirectories(own.getParent());
    Files.writeString(own, "");
    assertThat(own.toFile().setExecutable(true)).isTrue();
    assertThat(variants(Question.Effort.QUICK, "lld", "2")).containsExactly("default");
    assertThat(variants(Question.Effort.NORMAL, "lld", "2"))
        .containsExactly("default", "ld.bfd", "mold", "ld.lld");
    assertThat(variants(Question.Effort.NORMAL, "-", "2"))
        .containsExactly("default", "rust-lld", "mold", "ld.lld");
    assertThat(variants(Question.Effort.FULL, "mold", "line-tables-only"))
        .containsExactly(
            "default",
            "rust-lld",
            "ld.bfd",
            "ld.lld",
            "debug=0",
            "rust-lld, debug=0",
            "ld.bfd, debug=0",
            "ld.lld, debug=0");
    assertThat(variants(Question.Effort.FULL, "lld", "0")).hasSize(4);
  }

  private List<String> variants(Question.Effort effort, String chosen, String debug) {
    return Variants.of(
            effort,
            folder.resolve("sysroot"),
            "host",
            chosen,
            debug,
            Map.of("PATH", folder.toString()))
        .stream()
        .map(Workbench.Variant::name)
        .toList();
  }

  @Test
  void theFirstErrorIsTheCauseAndNotItsEcho() {
    assertThat(
            Cargo.firstError(
                "   Compiling a\nerror[E0425]: cannot find `x`\n --> src\nerror: could not compile"
                    + " `a`\n"))
        .isEqualTo("cannot find `x`");
    assertThat(
            Cargo.firstError(
                "error: linking with `cc` failed: exit status: 1\n  = note: rust-lld: error:"
                    + " undefined symbol: bump\n"))
        .isEqualTo("linking failed: rust-lld: error: undefined symbol: bump");
    assertThat(Cargo.firstError("error: failed to parse\n\nCaused by:\n  no such key\n"))
        .isEqualTo("failed to parse: no such key");
    assertThat(Cargo.firstError("")).isNotEmpty();
  }
}
