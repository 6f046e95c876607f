package dev.binspect.load.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.image.Note;
import dev.binspect.load.Binding;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loaders of other machines and another C library, each asked itself. */
class ForeignLoadersTest {
  private static final String ARM_ROOT = "/usr/aarch64-linux-gnu";

  @TempDir Path folder;

  @Test
  void aLoaderThatNobodyKnowsMayNotEvenBeThere() throws Exception {
    assumeTrue(LoaderWorld.has("gcc"), "needs gcc");
    LoaderWorld world = new LoaderWorld(folder, "gcc");
    Files.createFile(folder.resolve("there"));
    for (String name : List.of("there", "gone")) {
      Path app =
          world.program(name + "-app", "int main() { return 0; }", "-Wl,-dynamic-linker,@/" + name);
      assertThat(world.plan(app).notes())
          .extracting(Note::message)
          .singleElement()
          .asString()
          .matches(text -> text.contains("it is not there") == name.equals("gone"));
    }
  }

  @Test
  void anI386ProgramIsLoadedAsItsLoaderLoadsIt() throws Exception {
    assumeTrue(Files.isRegularFile(Path.of("/lib32/libc.so.6")), "needs libc6-i386");
    assumeTrue(Files.exists(Path.of("/lib/ld-linux.so.2")), "needs libc6-i386");
    LoaderWorld world = new LoaderWorld(folder, "gcc");
    // Without start files, which only gcc-multilib has.
    Path app =
        world.program(
            "app",
            "int time(int *); void exit(int); int puts(const char *); double sin(double);"
                + " extern int *stdout; int (*volatile p)(const char *) = puts;"
                + " void _start(void) { p(\"\"); exit((time(0) + (int) sin(1) == 0) & !stdout); }",
            "-m32",
            "-fPIE",
            "-pie",
            "-nostdlib",
            "-fno-stack-protector",
            "/lib32/libc.so.6",
            "/lib32/libm.so.6",
            "-Wl,-dynamic-linker,/lib/ld-linux.so.2");
    LoadPlan lazy = world.same(app);
    assertThat(lazy.objects())
        .extracting(LoadedObject::path)
        .contains("/lib32/libc.so.6", "/lib/ld-linux.so.2");
    world.same(app, "LD_BIND_NOW=1");
  }

  @Test
  void anAarch64ProgramIsLoadedFromItsSysrootAsUnderQemu() throws Exception {
    assumeTrue(LoaderWorld.has("aarch64-linux-gnu-gcc"), "needs gcc-aarch64-linux-gnu");
    assumeTrue(LoaderWorld.has("qemu-aarch64"), "needs qemu-user");
    LoaderWorld world = new LoaderWorld(folder, "aarch64-linux-gnu-gcc");
    world.library("libt.so", "__thread int t = 1; int v = 2; int f(void) { return v; }");
    Path app =
        world.program(
            "app",
            "#include <math.h>\n extern __thread int t; extern int v; int f(void);"
                + " int main(int c, char **a) { return t + v + f() + sin(c) == 99; }",
            "-L@",
            "-lt",
            "-lm",
            "-Wl,-rpath,$ORIGIN");
    for (boolean now : new boolean[] {false, true}) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  "qemu-aarch64",
                  "-L",
                  ARM_ROOT,
                  "-E",
                  "LD_DEBUG=statistics:files:scopes:bindings:reloc"));
      if (now) {
        command.add("-E");
        command.add("LD_BIND_NOW=1");
      }
      command.add(app.toString());
      LoaderTruth truth = LoaderTruth.ask(command, Map.of("LD_DEBUG", ""));
      assertThat(truth.lookups).isPositive();
      LoadPlan plan = world.plan(app, new LoadOptions(ARM_ROOT, List.of(), Map.of(), now, true));
      List<Binding> made = new ArrayList<>();
      for (Binding b : world.made) {
        made.add(
            new Binding(
                inside(b.from()),
                b.to() == null ? null : inside(b.to()),
                b.symbol(),
                b.version(),
                b.kind(),
                b.probes(),
                b.cached()));
      }
      assertThat(truth.differences(inside(plan), made)).isEmpty();
    }
  }

  private static @Nullable String inside(@Nullable String path) {
    return path != null && path.startsWith(ARM_ROOT + "/")
        ? path.substring(ARM_ROOT.length())
        : path;
  }

  /** The emulator shows the program paths without the sysroot. */
  private static LoadPlan inside(LoadPlan plan) {
    List<LoadedObject> objects = new ArrayList<>();
    for (LoadedObject o : plan.objects()) {
      objects.add(
          new LoadedObject(
              o.name(),
              String.valueOf(inside(o.path())),
              o.requiredBy(),
              o.foundBy(),
              o.depth(),
              o.image(),
              o.lookups(),
              o.cachedLookups(),
              o.probes(),
              o.deferred(),
              o.pages()));
    }
    return new LoadPlan(
        plan.loader(),
        objects,
        plan.missing(),
        plan.undefined(),
        plan.counters(),
        plan.pairs(),
        plan.advice(),
        plan.notes());
  }

  private LoaderWorld musl() {
    assumeTrue(LoaderWorld.has("musl-gcc"), "needs musl-tools");
    assumeTrue(Files.exists(Path.of("/lib/ld-musl-x86_64.so.1")), "needs musl");
    return new LoaderWorld(folder, "musl-gcc");
  }

  /** {@return lines "name => path" of musl's own ldd, without addresses} */
  private static List<String> list(LoaderWorld world, Path app, Map<String, String> environment)
      throws Exception {
    List<String> lines = new ArrayList<>();
    String said =
        world.run(List.of("/lib/ld-musl-x86_64.so.1", "--list", app.toString()), environment);
    for (String line : said.split("\n")) {
      int arrow = line.indexOf(" => ");
      if (arrow > 0) {
        lines.add(line.substring(0, line.lastIndexOf(" (")).trim());
      } else if (line.startsWith("Error")) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static List<String> listed(LoadPlan plan) {
    List<String> lines = new ArrayList<>();
    for (LoadedObject object : plan.objects().subList(1, plan.objects().size())) {
      String name = object.foundBy() == FoundBy.LOADER ? "libc.so" : object.name();
      lines.add(name + " => " + object.path());
    }
    return lines;
  }

  @Test
  void muslInheritsRunpathAndAsksTheLibraryPathFirst() throws Exception {
    LoaderWorld world = musl();
    world.library("deep/libf.so", "int f(void) { return 1; }", "-Wl,-soname,libf.so");
    world.library("other/libf.so", "int f(void) { return 1; }", "-Wl,-soname,libf.so");
    world.library(
        "mid/libg.so",
        "int f(void); int g(void) { return f(); }",
        "-Wl,-soname,libg.so",
        "-L@/deep",
        "-lf");
    Path app =
        world.program(
            "app",
            "int g(void); int main(void) { return g() == 9; }",
            "-L@/mid",
            "-lg",
            "-Wl,-rpath-link,@/deep",
            "-Wl,--enable-new-dtags",
            "-Wl,-rpath,$ORIGIN/mid:@/deep");
    LoadPlan plan = world.plan(app);
    assertThat(plan.loader()).isEqualTo(LoadPlan.Loader.MUSL);
    assertThat(world.where(plan, "libf.so")).isEqualTo("runpath deep/libf.so");
    assertThat(plan.missing()).isEmpty();
    assertThat(plan.undefined()).isEmpty();
    assertThat(listed(plan)).containsExactlyInAnyOrderElementsOf(list(world, app, Map.of()));
    LoadPlan other = world.plan(app, "LD_LIBRARY_PATH=@/other");
    assertThat(world.where(other, "libf.so")).isEqualTo("library-path other/libf.so");
    assertThat(listed(other))
        .containsExactlyInAnyOrderElementsOf(
            list(world, app, Map.of("LD_LIBRARY_PATH", folder + "/other")));
  }

  @Test
  void muslTellsWhatIsMissingAndWhatIsUndefined() throws Exception {
    LoaderWorld world = musl();
    Path lib = world.library("libf.so", "int f(void) { return 1; }", "-Wl,-soname,libf.so");
    Path app =
        world.program(
            "app",
            "int f(void); int main(void) { return f() == 9; }",
            "-L@",
            "-lf",
            "-Wl,-rpath,@");
    world.library("libf.so", "int other;", "-Wl,-soname,libf.so");
    assertThat(list(world, app, Map.of())).anyMatch(l -> l.contains("f: symbol not found"));
    assertThat(world.plan(app).undefined())
        .containsExactly(new LoadPlan.Undefined("f", "", app.toString()));
    Files.delete(lib);
    assertThat(list(world, app, Map.of()))
        .anyMatch(l -> l.contains("Error loading shared library libf.so"));
    LoadPlan plan = world.plan(app);
    assertThat(plan.missing()).extracting(LoadPlan.Missing::name).containsExactly("libf.so");
    assertThat(plan.missing().getFirst().searched()).contains(folder + "/libf.so");
  }

  @Test
  void muslTakesReservedNamesForItself() throws Exception {
    LoaderWorld world = musl();
    world.library("libm.so", "double sin(double x) { return 7; }", "-Wl,-soname,libm.so");
    Path app =
        world.program(
            "app",
            "double sin(double); int main(int c, char **a) { return sin(c) == 7; }",
            "-L@",
            "-l:libm.so",
            "-Wl,-rpath,@");
    LoadPlan plan = world.plan(app);
    assertThat(plan.objects()).hasSize(2);
    assertThat(list(world, app, Map.of())).noneMatch(line -> line.contains(folder.toString()));
  }
}
