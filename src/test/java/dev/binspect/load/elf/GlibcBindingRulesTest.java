package dev.binspect.load.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.image.Note;
import dev.binspect.load.Binding;
import dev.binspect.load.LoadPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule of symbol binding in a small world, and the real ld.so asked about it. */
class GlibcBindingRulesTest {
  private static final String RUNPATH = "-Wl,-rpath,@";
  private static final String NOW = "-Wl,-z,now";

  @TempDir Path folder;
  private LoaderWorld world;

  @BeforeEach
  void needsALoaderToAsk() {
    assumeTrue(LoaderWorld.has("gcc"), "needs gcc");
    assumeTrue(Files.isExecutable(Path.of("/lib64/ld-linux-x86-64.so.2")), "needs x86-64 glibc");
    world = new LoaderWorld(folder, "gcc");
  }

  private @Nullable String answers(String from, String symbol) {
    for (Binding binding : world.made) {
      if (binding.from().endsWith("/" + from) && binding.symbol().equals(symbol)) {
        String to = binding.to();
        return to == null ? null : to.substring(to.lastIndexOf('/') + 1);
      }
    }
    return "not asked";
  }

  private String kind(String symbol) {
    for (Binding binding : world.made) {
      if (binding.symbol().equals(symbol)
          && (!symbol.equals("v") || binding.from().endsWith("/app"))) {
        return binding.kind();
      }
    }
    return "";
  }

  @Test
  void theFirstInTheGlobalScopeAnswersAndDtSymbolicAsksTheObjectFirst() throws Exception {
    String both = "int f(void) { return 1; } int g(void) { return f(); } int (*p)(void) = f;";
    world.library("libone.so", "int f(void) { return 1; }");
    world.library("libplain.so", both, NOW);
    world.library("libsym.so", both, NOW, "-Wl,-Bsymbolic");
    // The linker binds most itself under -Bsymbolic; the look-up of f is left by a flag alone.
    Path flagged = world.library("libflag.so", both, NOW, "-Wl,--hash-style=sysv");
    LoaderWorld.patchDynamic(flagged, 0x6ffffffb, 0x10, 0);
    Path app =
        world.program(
            "app",
            "int f(void); int main(void) { return f() & 0; }",
            NOW,
            "-Wl,--no-as-needed",
            "-L@",
            "-lone",
            "-lplain",
            "-lsym",
            "-lflag",
            RUNPATH);
    world.same(app, "LD_BIND_NOW=1");
    assertThat(answers("libplain.so", "f")).isEqualTo("libone.so");
    assertThat(answers("libflag.so", "f")).isEqualTo("libflag.so");
  }

  @Test
  void filteesAnswerBeforeTheirFilter() throws Exception {
    world.library("libmath.so", "int h(void) { return 5; }", "-Wl,-soname,libmath.so");
    world.library("libt.so", "int g(void) { return 2; }");
    world.library(
        "libu.so", "int f(void) { return 3; }", "-Wl,--no-as-needed", "-L@", "-lmath", RUNPATH);
    world.library(
        "libfilter.so",
        "int f(void) { return 1; } int g(void) { return 1; } int k(void) { return 1; }",
        "-Wl,-f,libu.so,-f,libnot-there.so,-F,libt.so",
        RUNPATH);
    world.library("libearly.so", "int e(void) { return 1; }");
    world.library(
        "liblate.so",
        "int k(void) { return 4; } int e(void); int l(void) { return e(); }",
        "-Wl,-F,libearly.so",
        RUNPATH);
    Path app =
        world.program(
            "app",
            "int f(void), g(void), k(void), e(void), l(void);"
                + " int main(void) { return (f() + g() + k() + e() + l()) & 0; }",
            NOW,
            "-Wl,--no-as-needed",
            "-L@",
            "-lfilter",
            "-llate",
            "-lt",
            "-learly",
            RUNPATH);
    LoadPlan plan = world.same(app);
    assertThat(answers("app", "f")).isEqualTo("libu.so");
    assertThat(answers("app", "g")).isEqualTo("libt.so");
    assertThat(answers("app", "k")).isEqualTo("libfilter.so");
    assertThat(plan.objects())
        .extracting(o -> o.path().substring(o.path().lastIndexOf('/') + 1))
        .startsWith("app", "libt.so", "libu.so", "libfilter.so", "libearly.so", "liblate.so");
    assertThat(plan.notes()).extracting(Note::code).contains("filter").doesNotContain("audit");
    Path strict =
        world.library("libstrict.so", "int s(void) { return 1; }", "-Wl,-F,libgone.so", RUNPATH);
    world.missing(
        "libgone.so",
        world.program(
            "asks", "int s(void); int main(void) { return s(); }", strict.toString(), RUNPATH));
  }

  /** ld.so asks the auditors that its program names, and what linkers put there for a library. */
  @Test
  void aLibrarysAuditorIsCalledForNobody() throws Exception {
    Path library =
        world.library("libaudited.so", "int a(void) { return 1; }", "-Wl,--audit=libaudit.so");
    assertThat(world.plan(library).notes()).extracting(Note::code).doesNotContain("audit");
    Path app =
        world.program(
            "app", "int a(void); int main(void) { return a() & 0; }", library.toString(), RUNPATH);
    assertThat(world.plan(app).notes()).extracting(Note::code).contains("audit");
    Path host =
        world.program(
            "host",
            "#include <dlfcn.h>\nint main(int n, char **a) { return !dlopen(a[1], RTLD_NOW); }",
            "-ldl");
    Map<String, String> files = Map.of("LD_DEBUG", "files");
    assertThat(world.run(List.of(app.toString()), files)).contains("libaudit.so");
    assertThat(world.run(List.of(host.toString(), library.toString()), files))
        .contains("libaudited.so")
        .doesNotContain("libaudit.so");
  }

  @Test
  void aProtectedSymbolAnswersForItself() throws Exception {
    world.library("libone.so", "int f(void) { return 1; } int v = 1;");
    world.library(
        "libprot.so",
        "__attribute__((visibility(\"protected\"))) int f(void) { return 2; }"
            + " int (*p)(void) = f; int g(void) { return f(); }");
    Path app =
        world.program(
            "app",
            "int f(void), g(void); int main(void) { return (f() + g()) & 0; }",
            NOW,
            "-L@",
            "-lone",
            "-lprot",
            RUNPATH);
    world.same(app);
    assertThat(answers("app", "f")).isEqualTo("libone.so");
  }

  @Test
  void aCopyRelocationPassesTheProgramOver() throws Exception {
    world.library("libv.so", "int v = 3; int *q = &v; int f(void) { return v; }");
    Path app =
        world.program(
            "app",
            "extern int v; int f(void); int main(void) { return v + f() == 99; }",
            "-no-pie",
            "-fno-pie",
            "-L@",
            "-lv",
            RUNPATH);
    world.same(app);
    assertThat(answers("app", "v")).isEqualTo("libv.so");
    assertThat(kind("v")).isEqualTo("copy");
    assertThat(answers("libv.so", "v")).isEqualTo("app");
  }

  @Test
  void aFunctionsCanonicalAddressInTheProgramAnswersForDataButNotForCalls() throws Exception {
    world.library(
        "libf.so", "int f(void) { return 1; } int (*p)(void) = f; int g(void) { return f(); }");
    Path app =
        world.program(
            "app",
            "int f(void), g(void); int (*volatile h)(void);"
                + " int main(void) { h = f; return h() + g() + f() == 99; }",
            "-no-pie",
            "-fno-pie",
            "-L@",
            "-lf",
            RUNPATH);
    world.same(app, "LD_BIND_NOW=1");
    assertThat(world.made)
        .filteredOn(b -> b.from().endsWith("libf.so") && b.symbol().equals("f"))
        .extracting(b -> Path.of(String.valueOf(b.to())).getFileName().toString())
        .contains("app", "libf.so");
  }

  @Test
  void weakSymbolsMayStayUndefinedAndWeakDefinitionsAnswerLikeOthers() throws Exception {
    world.library("libw.so", "__attribute__((weak)) int f(void) { return 1; }");
    world.library("libs.so", "int f(void) { return 2; }");
    Path app =
        world.program(
            "app",
            "int f(void); __attribute__((weak)) int none(void);"
                + " int main(void) { return (f() + (none ? none() : 0)) & 0; }",
            NOW,
            "-Wl,--no-as-needed",
            "-L@",
            "-lw",
            "-ls",
            RUNPATH);
    world.same(app);
    assertThat(answers("app", "f")).isEqualTo("libw.so");
    assertThat(answers("app", "none")).isNull();
    assertThat(kind("none")).isEqualTo("weak");
  }

  private void versioned() throws Exception {
    Files.writeString(folder.resolve("v1.map"), "V1 { global: f; local: *; };\n");
    Files.writeString(
        folder.resolve("v2.map"), "V1 { global: f; local: *; }; V2 { global: f; } V1;\n");
  }

  @Test
  void versionsChooseBetweenDefinitionsOfOneName() throws Exception {
    versioned();
    world.library(
        "libver.so",
        "int f(void) { return 1; }",
        "-Wl,-soname,libver.so",
        "-Wl,--version-script,@/v1.map");
    Path old =
        world.program(
            "old", "int f(void); int main(void) { return f() & 0; }", NOW, "-L@", "-lver", RUNPATH);
    world.library(
        "libver.so",
        "__asm__(\".symver f1,f@V1\\n.symver f2,f@@V2\");"
            + " int f1(void) { return 1; } int f2(void) { return 2; }",
        "-Wl,-soname,libver.so",
        "-Wl,--version-script,@/v2.map");
    Path fresh =
        world.program(
            "new", "int f(void); int main(void) { return f() & 0; }", NOW, "-L@", "-lver", RUNPATH);
    world.same(old);
    assertThat(world.made).anyMatch(b -> b.symbol().equals("f") && b.version().equals("V1"));
    world.same(fresh);
    assertThat(world.made).anyMatch(b -> b.symbol().equals("f") && b.version().equals("V2"));
  }

  @Test
  void aReferenceWithoutVersionTakesTheOldestOrTheOnlyOne() throws Exception {
    versioned();
    Path plain = world.library("libver.so", "int f(void) { return 1; }", "-Wl,-soname,libver.so");
    Path app =
        world.program(
            "app",
            "int f(void); int main(void) { return f() & 0; }",
            NOW,
            "-nostartfiles",
            "-Wl,-e,main",
            "-L@",
            "-lver",
            RUNPATH);
    world.library(
        "libask.so",
        "int f(void); int g(void) { return f(); }",
        "-Wl,-soname,libask.so",
        "-L@",
        "-lver");
    Path through =
        world.program(
            "through",
            "int g(void); int main(void) { return g() & 0; }",
            "-L@",
            "-lask",
            "-Wl,-rpath-link,@",
            "-Wl,--disable-new-dtags",
            RUNPATH);
    Files.delete(plain);
    world.library(
        "libver.so",
        "__asm__(\".symver f1,f@V1\\n.symver f2,f@@V2\");"
            + " int f1(void) { return 1; } int f2(void) { return 2; }",
        "-Wl,-soname,libver.so",
        "-Wl,--version-script,@/v2.map");
    world.same(through, "LD_BIND_NOW=1");
    assertThat(answers("libask.so", "f")).isEqualTo("libver.so");
    Files.writeString(folder.resolve("v1.map"), "V0 { local: *; }; V1 { global: f; } V0;\n");
    world.library(
        "libver.so",
        "int f(void) { return 1; }",
        "-Wl,-soname,libver.so",
        "-Wl,--version-script,@/v1.map");
    world.same(through, "LD_BIND_NOW=1");
    assertThat(answers("libask.so", "f")).isEqualTo("libver.so");
    assertThat(app).exists();
  }

  @Test
  void sysvAndGnuHashTablesAreAskedAlike() throws Exception {
    world.library("libsysv.so", "int f(void) { return 1; }", "-Wl,--hash-style=sysv");
    world.library("libgnu.so", "int g(void) { return 1; }", "-Wl,--hash-style=gnu");
    Path app =
        world.program(
            "app",
            "int f(void), g(void); int main(void) { return (f() + g()) & 0; }",
            NOW,
            "-L@",
            "-lsysv",
            "-lgnu",
            RUNPATH);
    world.same(app);
    assertThat(answers("app", "g")).isEqualTo("libgnu.so");
    assertThat(answers("app", "f")).isEqualTo("libsysv.so");
  }

  @Test
  void threadLocalsAreLookedUpWithEitherDialect() throws Exception {
    String source = "extern __thread int t; int f(void) { return t; }";
    world.library("libt.so", "__thread int t = 1;");
    world.library("libold.so", source.replace("f(", "f1("), "-L@", "-lt", RUNPATH);
    world.library(
        "libdesc.so", source.replace("f(", "f2("), "-mtls-dialect=gnu2", "-L@", "-lt", RUNPATH);
    Path app =
        world.program(
            "app",
            "int f1(void), f2(void); int main(void) { return (f1() + f2()) & 0; }",
            "-L@",
            "-lold",
            "-ldesc",
            RUNPATH);
    world.same(app);
    assertThat(answers("libdesc.so", "t")).isEqualTo("libt.so");
    world.same(app, "LD_BIND_NOW=1");
  }

  @Test
  void ifuncResolversOfTimeAskTheVdsoOnceMore() throws Exception {
    Path app =
        world.program(
            "app",
            "#include <time.h>\n#include <sys/time.h>\n int main(void) { struct timeval v;"
                + " gettimeofday(&v, 0); return time(0) == 0; }",
            NOW);
    LoadPlan now = world.same(app);
    Path lazy =
        world.program(
            "lazy", "#include <time.h>\n int main(void) { return time(0) == 0; }", "-Wl,-z,lazy");
    LoadPlan later = world.same(lazy);
    assertThat(now.counters().own()).isEqualTo(later.counters().own() + 2);
  }

  @Test
  void uniqueSymbolsAreTheFirstFoundForAll() throws Exception {
    String source = ".type u,@gnu_unique_object; .globl u; .data; u: .long 1; .size u,4";
    String code = "__asm__(\"" + source.replace("; ", "\\n") + "\"); extern int u; int *";
    world.library("libu1.so", code + "p1 = &u;", "-Wl,-Bsymbolic", "-Wl,--hash-style=sysv");
    world.library("libu2.so", code + "p2 = &u;");
    Path app =
        world.program(
            "app",
            "int main(void) { return 0; }",
            "-Wl,--no-as-needed",
            "-L@",
            "-lu1",
            "-lu2",
            RUNPATH);
    world.same(app);
    assertThat(kind("u")).isEqualTo("unique");
  }

  @Test
  void whatStaleLibrariesLackIsWhatLddSays() throws Exception {
    versioned();
    world.library(
        "libver.so",
        "__asm__(\".symver f1,f@V1\\n.symver f2,f@@V2\");"
            + " int f1(void) { return 1; } int f2(void) { return 2; }",
        "-Wl,-soname,libver.so",
        "-Wl,--version-script,@/v2.map");
    world.library("libfn.so", "int v = 1; int a(void) { return 1; } int b(void) { return 1; }");
    Path app =
        world.program(
            "app",
            "int f(void), a(void), b(void); extern int v; int (*volatile p)(void) = b;"
                + " int main(void) { return f() + a() + p() + v == 99; }",
            "-L@",
            "-lver",
            "-lfn",
            RUNPATH);
    world.library(
        "libver.so",
        "int f(void) { return 1; }",
        "-Wl,-soname,libver.so",
        "-Wl,--version-script,@/v1.map");
    world.library("libfn.so", "int other;");
    LoadPlan plan = world.plan(app);
    assertThat(undefined(plan)).isEqualTo(ldd(app)).hasSize(4);
    assertThat(plan.notes())
        .anyMatch(n -> n.code().equals("version-not-found") && n.message().contains("V2"));
  }

  /** A function that is missing is noticed at its first call, where calls are bound lazily. */
  @Test
  void whatIsMissingForALazyCallDoesNotHinderTheStart() throws Exception {
    world.library("libgone.so", "int f(void) { return 1; } int g(void) { return 0; }");
    String source = "int f(void), g(void); int main(int n) { return n > 9 ? f() : g(); }";
    String[] flags = {"-L@", "-lgone", RUNPATH, "-Wl,-z,lazy"};
    Path lazy = world.program("lazy", source, flags);
    flags[3] = NOW;
    Path now = world.program("now", source, flags);
    world.library("libgone.so", "int g(void) { return 0; }");
    assertThat(world.run(List.of(lazy.toString()), Map.of())).isEmpty();
    assertThat(world.plan(lazy).undefinedLater()).isTrue();
    assertThat(world.plan(lazy).undefined()).hasSize(1);
    assertThat(world.run(List.of(now.toString()), Map.of())).contains("undefined symbol: f");
    assertThat(world.plan(now).undefinedLater()).isFalse();
    String bindNow = "LD_BIND_NOW=1";
    assertThat(world.run(List.of(lazy.toString()), Map.of("LD_BIND_NOW", "1")))
        .contains("undefined symbol: f");
    assertThat(world.plan(lazy, bindNow).undefinedLater()).isFalse();
  }

  private static Set<String> undefined(LoadPlan plan) {
    Set<String> all = new TreeSet<>();
    for (LoadPlan.Undefined one : plan.undefined()) {
      all.add(one.symbol() + "@" + one.version() + " " + one.requiredBy());
    }
    return all;
  }

  private Set<String> ldd(Path app) throws Exception {
    String said = world.run(List.of("ldd", "-r", app.toString()), Map.of("LC_ALL", "C"));
    Matcher line =
        Pattern.compile("undefined symbol: ([^,\\s]+)(?:, version (\\S+))?\\s+\\((.*)\\)")
            .matcher(said);
    Set<String> all = new TreeSet<>();
    while (line.find()) {
      String version = line.group(2);
      all.add(line.group(1) + "@" + (version == null ? "" : version) + " " + line.group(3));
    }
    assertThat(all).as(said).isNotEmpty();
    return all;
  }

  @Test
  void packedRelocationsMustBeAnnounced() throws Exception {
    assumeTrue(LoaderWorld.has("ld.lld-19"), "needs lld");
    String source =
        "#include <stdio.h>\nint a; int *p[] = {&a, &a}; int main(void) { return puts(\"x\") < 0; }";
    for (String flag : List.of("-Wl,--pack-dyn-relocs=relr", "-Wl,-z,pack-relative-relocs")) {
      Path app =
          world.program(
              "app", source, "-B/usr/lib/llvm-19/bin", "-fuse-ld=lld", "-pie", "-fPIE", flag);
      boolean starts = world.run(List.of(app.toString()), Map.of()).equals("x\n");
      LoadPlan plan = world.plan(app);
      assertThat(plan.notes().stream().noneMatch(note -> note.code().equals(LoadPlan.REFUSED)))
          .as(flag)
          .isEqualTo(starts);
    }
  }
}
