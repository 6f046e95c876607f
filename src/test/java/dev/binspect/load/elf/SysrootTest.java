package dev.binspect.load.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.files.BinaryFiles;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder stands for /: its own configuration, its own links. */
class SysrootTest {
  @TempDir Path folder;
  private LoaderWorld world;
  private Path app;

  @BeforeEach
  void aRootWithALoader() throws Exception {
    assumeTrue(LoaderWorld.has("gcc"), "needs gcc");
    Path loader = Path.of("/lib64/ld-linux-x86-64.so.2");
    assumeTrue(Files.exists(loader), "needs x86-64 glibc");
    world = new LoaderWorld(folder, "gcc");
    Files.createDirectories(folder.resolve("root/etc/ld.so.conf.d"));
    Files.createDirectories(folder.resolve("root/lib64"));
    Files.createDirectories(folder.resolve("root/opt/deep"));
    Files.createDirectories(folder.resolve("root/bin"));
    Files.copy(loader.toRealPath(), folder.resolve("root/opt/ld.so"));
    Files.createSymbolicLink(
        folder.resolve("root/lib64/ld-linux-x86-64.so.2"), Path.of("/opt/ld.so"));
    world.library("root/opt/deep/libf.so", "int f(void) { return 1; }", "-Wl,-soname,libf.so");
    app =
        world.program(
            "root/bin/app",
            "int f(void); int main(void) { return f(); }",
            "-nostartfiles",
            "-nodefaultlibs",
            "-Wl,-e,main",
            "-L@/root/opt/deep",
            "-lf");
  }

  private LoadPlan plan(Path program, String libraryPath) throws Exception {
    BinaryFiles door = new BinaryFiles();
    return Loaders.plan(
        program.toString(),
        door.images(program.toString()).getFirst(),
        new LoadOptions(
            folder + "/root",
            libraryPath.isEmpty() ? List.of() : List.of(libraryPath),
            Map.of(),
            false,
            true),
        door);
  }

  @Test
  void ldSoConfWithIncludesIsReadWhereThereIsNoCache() throws Exception {
    Files.writeString(folder.resolve("root/etc/ld.so.conf"), "# c\ninclude ld.so.conf.d/*.conf\n");
    Files.writeString(folder.resolve("root/etc/ld.so.conf.d/x.conf"), "/usr/none\n/opt/deep # x\n");
    LoadPlan plan = plan(app, "");
    assertThat(plan.missing()).isEmpty();
    assertThat(world.where(plan, "libf.so")).isEqualTo("cache root/opt/deep/libf.so");
  }

  @Test
  void theRootsOwnCacheIsReadAsItsLdconfigWroteIt() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/sbin/ldconfig")), "needs ldconfig");
    Files.writeString(folder.resolve("root/etc/ld.so.conf"), "/opt/deep\n");
    for (String format : List.of("new", "compat")) {
      world.run(List.of("/sbin/ldconfig", "-X", "-c", format, "-r", folder + "/root"), Map.of());
      assertThat(folder.resolve("root/etc/ld.so.cache")).exists();
      assertThat(world.where(plan(app, ""), "libf.so")).isEqualTo("cache root/opt/deep/libf.so");
    }
  }

  @Test
  void hardwareFoldersInTheCacheCountByTheirOrder() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/sbin/ldconfig")), "needs ldconfig");
    Path v2 = folder.resolve("root/opt/deep/glibc-hwcaps/x86-64-v2");
    Path v3 = folder.resolve("root/opt/deep/glibc-hwcaps/x86-64-v3");
    for (Path level : List.of(v2, v3)) {
      Files.createDirectories(level);
      Files.copy(folder.resolve("root/opt/deep/libf.so"), level.resolve("libf.so"));
    }
    Files.writeString(folder.resolve("root/etc/ld.so.conf"), "/opt/deep\n");
    world.run(List.of("/sbin/ldconfig", "-X", "-r", folder + "/root"), Map.of());
    List<String> levels = new Hwcaps("x86-64", new BinaryFiles()).subfolders();
    assumeTrue(levels.contains("x86-64-v2"), "needs an x86-64-v2 processor");
    String best = levels.contains("x86-64-v3") ? "x86-64-v3" : "x86-64-v2";
    assertThat(world.where(plan(app, ""), "libf.so"))
        .isEqualTo("cache root/opt/deep/glibc-hwcaps/" + best + "/libf.so");
  }

  @Test
  void absoluteLinksStayWithin() throws Exception {
    Files.createDirectories(folder.resolve("root/usr/lib"));
    Files.createSymbolicLink(folder.resolve("root/usr/lib/libf.so"), Path.of("/opt/deep/libf.so"));
    LoadPlan plan = plan(app, "");
    assertThat(plan.missing()).isEmpty();
    assertThat(world.object(plan, "libf.so").foundBy()).isEqualTo(FoundBy.DEFAULT);
    assertThat(plan.objects()).anyMatch(o -> o.foundBy() == FoundBy.LOADER);
  }

  @Test
  void nothingOfThisMachineIsFoundThere() throws Exception {
    LoadPlan plan = plan(app, "");
    assertThat(plan.missing()).extracting(LoadPlan.Missing::name).containsExactly("libf.so");
  }

  @Test
  void libraryPathIsInsideTheRootOrOutsideWhereItIsNotThere() throws Exception {
    assertThat(world.where(plan(app, "/opt/deep"), "libf.so"))
        .isEqualTo("library-path root/opt/deep/libf.so");
    Files.createDirectories(folder.resolve("out"));
    Files.move(folder.resolve("root/opt/deep/libf.so"), folder.resolve("out/libf.so"));
    assertThat(world.where(plan(app, folder + "/out"), "libf.so"))
        .isEqualTo("library-path out/libf.so");
  }

  @Test
  void aProgramOutsideOfTheRootFindsWhatLiesBesideIt() throws Exception {
    world.library("out/libf.so", "int f(void) { return 1; }", "-Wl,-soname,libf.so");
    Path outside =
        world.program(
            "out/app",
            "int f(void); int main(void) { return f(); }",
            "-nostartfiles",
            "-nodefaultlibs",
            "-Wl,-e,main",
            "-L@/out",
            "-lf",
            "-Wl,-rpath,$ORIGIN");
    assertThat(world.where(plan(outside, ""), "libf.so")).isEqualTo("runpath out/libf.so");
  }

  @Test
  void aSetuidProgramTrustsNoLibraryPath() throws Exception {
    Path copy = folder.resolve("root/bin/suid");
    Files.copy(app, copy);
    Files.setAttribute(copy, "unix:mode", 04755);
    boolean owner =
        Files.getAttribute(copy, "unix:uid")
            .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    assertThat(new BinaryFiles().privileged(copy.toString())).isEqualTo(!owner);
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "needs to give files away");
    Files.setAttribute(copy, "unix:uid", 65534);
    Files.setAttribute(copy, "unix:mode", 04755);
    assertThat(plan(app, "/opt/deep").missing()).isEmpty();
    LoadPlan secure = plan(copy, "/opt/deep");
    assertThat(secure.missing()).hasSize(1);
    assertThat(secure.notes()).anyMatch(n -> n.code().equals("secure-mode"));
    // The real one agrees: outside of the root, with the loader of this machine.
    String said =
        world.run(List.of(copy.toString()), Map.of("LD_LIBRARY_PATH", folder + "/root/opt/deep"));
    assertThat(said).contains("libf.so: cannot open shared object file");
  }
}
