package dev.binspect.load.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.load.LoadPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the advice promises is what the build with the flag brings, as ld.so counts it. */
class LoadAdvisorTest {
  private static final String RUNPATH = "-Wl,-rpath,@";

  @TempDir Path folder;
  private LoaderWorld world;

  @BeforeEach
  void needsALoaderToAsk() {
    assumeTrue(LoaderWorld.has("gcc"), "needs gcc");
    assumeTrue(Files.isExecutable(Path.of("/lib64/ld-linux-x86-64.so.2")), "needs x86-64 glibc");
    world = new LoaderWorld(folder, "gcc");
  }

  private static LoadPlan.@Nullable Advice advice(LoadPlan plan, String kind) {
    return plan.advice().stream().filter(a -> a.kind().equals(kind)).findFirst().orElse(null);
  }

  /** So many functions that call each other and are pointed to, some of them weak. */
  private static String functions(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i % 7 == 0 ? "__attribute__((weak)) " : "");
      text.append("int f").append(i).append("(void) { return ");
      text.append(i == 0 ? "1" : "f" + (i - 1) + "()").append("; }\n");
    }
    text.append("int data = 4; int *at = &data; int (*all[])(void) = {");
    for (int i = 0; i < count; i++) {
      text.append('f').append(i).append(',');
    }
    return text.append("};").toString();
  }

  @Test
  void symbolicFunctionsSaveExactlyTheLookupsThatAreToldBeforehand() throws Exception {
    for (String mode : new String[] {"-Wl,-z,now", "-Wl,-z,lazy"}) {
      String source = functions(300);
      world.library("libf.so", source, mode);
      Path app =
          world.program(
              "app",
              "int f299(void); int main(void) { return f299() == 9; }",
              "-L@",
              "-lf",
              "-Wl,-z,lazy",
              RUNPATH);
      LoadPlan before = world.same(app);
      LoadPlan.Advice advice = advice(before, "symbolic");
      assertThat(advice).isNotNull();
      world.library("libf.so", source, mode, "-Wl,-Bsymbolic-functions");
      LoadPlan after = world.same(app);
      assertThat(advice.saves().get("lookups"))
          .isEqualTo(before.counters().lookups() - after.counters().lookups());
      assertThat(advice.saves().get("probes"))
          .isEqualTo(before.counters().probes() - after.counters().probes());
      assertThat(advice.saves().get("relocations"))
          .isEqualTo(before.counters().relocations() - after.counters().relocations());
      assertThat(advice.flag()).isEqualTo("-Wl,-Bsymbolic-functions");
      assertThat(advice.message()).contains("libf.so").contains("look-ups instead of");
      assertThat(advice(after, "symbolic")).isNull();
    }
  }

  @Test
  void packedRelativeRelocationsTakeExactlyTheBytesThatAreTold() throws Exception {
    StringBuilder source = new StringBuilder("static int x[4]; int *p[] = {");
    for (int i = 0; i < 4000; i++) {
      source.append(i % 9 == 3 ? "0," : "x,");
    }
    String text = source.append("}; int f(void) { return 1; }").toString();
    world.library("libp.so", text);
    Path app =
        world.program(
            "app", "int f(void); int main(void) { return f() == 9; }", "-L@", "-lp", RUNPATH);
    LoadPlan.Advice advice = advice(world.same(app), "pack-relative-relocs");
    assertThat(advice).isNotNull();
    Path packed = world.library("libp.so", text, "-Wl,-z,pack-relative-relocs");
    // DT_RELRSZ; the table may be padded by one empty bitmap for alignment.
    long size = LoaderWorld.dynamic(packed, 35);
    long entries = Long.parseLong(advice.message().replaceAll(".* lists (\\d+) .*", "$1"));
    assertThat(advice.saves().get("bytes")).isBetween(entries * 24 - size, entries * 24 - size + 8);
    assertThat(advice(world.same(app), "pack-relative-relocs")).isNull();
  }

  @Test
  void aLibraryThatNobodyAsksMayBeLeftOut() throws Exception {
    world.library("libdeep.so", functions(40), "-Wl,-soname,libdeep.so");
    world.library(
        "libidle.so",
        "int f1(void); int idle(void) { return f1(); }",
        "-Wl,-soname,libidle.so",
        "-L@",
        "-ldeep",
        RUNPATH);
    world.library("libused.so", "int used(void) { return 1; }", "-Wl,-soname,libused.so");
    String source = "int used(void); int main(void) { return used() == 9; }";
    Path app =
        world.program(
            "app", source, "-Wl,--no-as-needed", "-L@", "-lidle", "-lused", "-Wl,-z,lazy", RUNPATH);
    LoadPlan before = world.same(app);
    LoadPlan.Advice advice = advice(before, "drop-library");
    assertThat(advice).isNotNull();
    assertThat(advice.object()).endsWith("/libidle.so");
    Path less = world.program("app", source, "-L@", "-lused", "-Wl,-z,lazy", RUNPATH);
    LoadPlan after = world.same(less);
    assertThat(advice.saves().get("lookups"))
        .isEqualTo(before.counters().lookups() - after.counters().lookups());
    assertThat(advice.saves().get("pages"))
        .isEqualTo(before.counters().pages() - after.counters().pages());
    assertThat(advice(after, "drop-library")).isNull();
  }

  @Test
  void lazyBindingSavesTheLookupsOfCalls() throws Exception {
    StringBuilder calls = new StringBuilder();
    StringBuilder declared = new StringBuilder();
    for (int i = 0; i < 600; i++) {
      declared.append("int f").append(i).append("(void);\n");
      calls.append("f").append(i).append("() + ");
    }
    world.library("libf.so", functions(600), "-Wl,-soname,libf.so", "-Wl,-Bsymbolic-functions");
    String source = declared + "int main(void) { return " + calls + "1 == 9; }";
    Path now = world.program("app", source, "-L@", "-lf", "-Wl,-z,now", RUNPATH);
    LoadPlan before = world.same(now);
    LoadPlan.Advice advice = advice(before, "lazy");
    assertThat(advice).isNotNull();
    Path lazy = world.program("app", source, "-L@", "-lf", "-Wl,-z,lazy", RUNPATH);
    LoadPlan after = world.same(lazy);
    assertThat(advice.saves().get("lookups"))
        .isEqualTo(before.counters().lookups() - after.counters().lookups());
    assertThat(after.counters().deferred()).isGreaterThan(600);
  }

  @Test
  void programsOfTheSystemGetNoAdvice() throws Exception {
    assertThat(world.plan(Path.of("/usr/bin/env")).advice()).isEmpty();
  }
}
