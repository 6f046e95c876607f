package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.cli.MainTest.Ran;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To whom undefined symbols are left, beside what ldd -r and dlopen say. */
class UndefinedSymbolsTest {
  private static final String OLD_MAP = "V1 { global: old; local: *; };";
  private static final String NEW_MAP = "V1 { global: old; added; local: *; };";
  private static final String NEWER_MAP =
      "V1 { global: old; local: *; }; V2 { global: added; } V1;";
  private static final String BOTH = "int old(void) { return 0; } int added(void) { return 0; }";

  @TempDir Path folder;

  @BeforeEach
  void aCompilerIsThere() {
    assumeTrue(new File("/usr/bin/gcc").canExecute(), "needs gcc");
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private Ran command(String... words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    builder.environment().remove("LD_BIND_NOW");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes());
    return new Ran(process.waitFor(), said, "");
  }

  private void gcc(String name, String source, String... flags) throws Exception {
    Files.writeString(folder.resolve(name + ".c"), source + "\n");
    List<String> words = new ArrayList<>(List.of("gcc", "-w", "-o", path(name), path(name + ".c")));
    for (String flag : flags) {
      words.add(flag.replace("@", folder.toString()));
    }
    Ran ran = command(words.toArray(new String[0]));
    assertThat(ran.code()).as(ran.out()).isZero();
  }

  private void library(String name, String source, String... flags) throws Exception {
    List<String> all = new ArrayList<>(List.of("-shared", "-fPIC"));
    all.addAll(List.of(flags));
    gcc(name, source, all.toArray(new String[0]));
  }

  private void versioned(String map) throws IOException, Exception {
    Files.writeString(folder.resolve("map"), map);
    library("libver.so", BOTH, "-Wl,-soname,libver.so", "-Wl,--version-script,@/map");
  }

  /** A program that opens a library as Python does, with a function of its own or without. */
  private void host(String name, String own, String mode) throws Exception {
    gcc(
        name,
        "#include <dlfcn.h>\n"
            + own
            + "int main(int n, char **a) { void *l = dlopen(a[1], "
            + mode
            + "); int (*f)(void) = l ? dlsym(l, \"plug\") : 0; return f ? f() : 9; }",
        "-rdynamic",
        "-ldl");
  }

  /** {@return symbol and version of each that ldd misses} */
  private Set<String> ldd(String name) throws Exception {
    Matcher line =
        Pattern.compile("(?:undefined symbol: |symbol )([^,\\s]+)(?:, version (\\S+))?")
            .matcher(command("ldd", "-r", path(name)).out());
    Set<String> all = new TreeSet<>();
    while (line.find()) {
      all.add(line.group(1) + "@" + (line.group(2) == null ? "" : line.group(2)));
    }
    return all;
  }

  private static Set<String> undefined(String json) {
    Matcher one =
        Pattern.compile(
                "\"symbol\"\\s*:\\s*\"([^\"]*)\",\\s*\"version\"\\s*:\\s*\"([^\"]*)\",\\s*"
                    + "\"requiredBy\"")
            .matcher(json);
    Set<String> all = new TreeSet<>();
    while (one.find()) {
      all.add(one.group(1) + "@" + one.group(2));
    }
    return all;
  }

  private static Ran check(String file) {
    return MainTest.run("check", "--no-policy", "--color", "never", file);
  }

  @Test
  void aPlugInAsksItsHost() throws Exception {
    for (String binding : List.of("-Wl,-z,lazy", "-Wl,-z,now")) {
      library(
          "plug.so",
          "extern int datum; int of_host(void); int plug(void) { return of_host() + datum; }",
          binding);
      host("host", "int datum; int of_host(void) { return 0; } ", "RTLD_NOW");
      assertThat(command(path("host"), path("plug.so")).code()).isZero();
      assertThat(ldd("plug.so")).containsExactly("datum@", "of_host@");
      Ran ran = check(path("plug.so"));
      assertThat(ran.code()).as(ran.out()).isZero();
      assertThat(ran.out())
          .contains("BS005  not judged: 2 symbols are left to the program that loads it: ");
      String json = MainTest.run("--no-run", "--json", path("plug.so")).out();
      assertThat(undefined(json)).containsExactly("datum@", "of_host@");
      assertThat(json).containsPattern("\"plain\"\\s*:\\s*\"ok\"");
      assertThat(MainTest.run("--no-run", path("plug.so")).out())
          .startsWith("! ")
          .contains("undefined: 2 symbols are left to the program that loads it")
          .doesNotContain("defined by no library", "no library defines", "cannot be loaded");
    }
  }

  /** A program has no host: what is undefined there stays so. */
  @Test
  void whatAProgramLacksIsUndefined() throws Exception {
    library("libf.so", "int f(void) { return 0; }");
    gcc("app", "int f(void); int main(void) { return f(); }", "@/libf.so");
    library("libf.so", "int other;");
    assertThat(command(path("app")).out()).contains("undefined symbol: f");
    assertThat(check(path("app")).out()).contains("1 symbol is defined by no library: f");
    assertThat(check(path("app")).code()).isEqualTo(1);
  }

  @Test
  void whatALibraryWasPromisedAndDoesNotGetFails() throws Exception {
    String source = "int added(void); int plug(void) { return added(); }";
    host("host", "", "RTLD_NOW");
    String[][] changes = {{NEW_MAP, OLD_MAP}, {NEWER_MAP, OLD_MAP}};
    for (String[] change : changes) {
      versioned(change[0]);
      library("plug.so", source, "@/libver.so", "-Wl,-rpath,@", "-Wl,-z,lazy");
      assertThat(check(path("plug.so")).code()).isZero();
      assertThat(command(path("host"), path("plug.so")).code()).isZero();
      versioned(change[1]);
      assertThat(command(path("host"), path("plug.so")).code()).isEqualTo(9);
      Ran ran = check(path("plug.so"));
      assertThat(ran.code()).as(ran.out()).isEqualTo(1);
      assertThat(ran.out()).contains("✗ BS005");
      assertThat(MainTest.run("--no-run", "--json", path("plug.so")).out())
          .containsPattern("\"plain\"\\s*:\\s*\"undefined-symbols\"");
    }
  }

  /** The loader stops over a version, so it never comes to a first call. */
  @Test
  void aStartThatIsRefusedIsNotSaidToFailLater() throws Exception {
    versioned(NEWER_MAP);
    gcc(
        "app",
        "int added(void); int main(int n) { return n > 9 ? added() : 0; }",
        "@/libver.so",
        "-Wl,-rpath,@",
        "-Wl,-z,lazy");
    versioned(OLD_MAP);
    assertThat(command(path("app")).out()).contains("version `V2' not found");
    assertThat(MainTest.run("--no-run", "-v", path("app")).out())
        .contains("the loader stops here")
        .doesNotContain("first call");
  }

  @Test
  void whatIsLeftToAMissingLibraryIsNotSaidToBeUndefined() throws Exception {
    versioned(NEW_MAP);
    library("libgone.so", "int a(void) { return 0; } int b(void) { return 0; }");
    gcc(
        "app",
        "int added(void), a(void), b(void);"
            + " int main(int n) { return n > 9 ? added() + a() + b() : 0; }",
        "-L@",
        "-lgone",
        "@/libver.so",
        "-Wl,-rpath,@",
        "-Wl,-z,lazy");
    Files.delete(folder.resolve("libgone.so"));
    String shown = MainTest.run("--no-run", "-v", path("app")).out();
    assertThat(shown)
        .contains("not found: libgone.so")
        .contains("2 symbols that no library found defines are left to the one that is missing")
        .doesNotContain("undefined: ", "Undefined symbols", "first call", "Cargo");
    assertThat(undefined(MainTest.run("--no-run", "--json", path("app")).out())).isEmpty();
    assertThat(check(path("app")).out())
        .contains("BS006", "BS005  not judged: libraries are missing")
        .doesNotContain("Cargo");
    // One of them is known to be gone: the library that should have it is there.
    versioned(OLD_MAP);
    assertThat(command(path("app")).out()).contains("libgone.so: cannot open shared object file");
    assertThat(ldd("app")).contains("a@", "b@", "added@V1");
    assertThat(undefined(MainTest.run("--no-run", "--json", path("app")).out()))
        .containsExactly("added@V1");
    assertThat(MainTest.run("--no-run", "-v", path("app")).out())
        .contains("undefined: 1 symbol is defined by no library");
    assertThat(check(path("app")).out()).contains("1 symbol is defined by no library: added");
  }
}
