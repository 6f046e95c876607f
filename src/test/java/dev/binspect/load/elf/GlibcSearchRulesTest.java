package dev.binspect.load.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule in a small world, and the real ld.so asked about it. */
class GlibcSearchRulesTest {
  private static final String RPATH = "-Wl,--disable-new-dtags,-rpath,";
  private static final String RUNPATH = "-Wl,--enable-new-dtags,-rpath,";
  private static final String MAIN = "int f(void); int main(void) { return f() & 0; }";
  private static final String F = "int f(void) { return 1; }";

  @TempDir Path folder;
  private LoaderWorld world;

  @BeforeEach
  void needsALoaderToAsk() {
    assumeTrue(LoaderWorld.has("gcc"), "needs gcc");
    assumeTrue(Files.isExecutable(Path.of("/lib64/ld-linux-x86-64.so.2")), "needs x86-64 glibc");
    world = new LoaderWorld(folder, "gcc");
  }

  private void twoFolders() throws Exception {
    world.library("a/libf.so", F, "-Wl,-soname,libf.so");
    world.library("b/libf.so", F, "-Wl,-soname,libf.so");
  }

  @Test
  void libraryPathComesBeforeRunpath() throws Exception {
    twoFolders();
    Path app = world.program("app", MAIN, "-L@/a", "-lf", RUNPATH + "@/a");
    assertThat(world.where(world.same(app), "libf.so")).isEqualTo("runpath a/libf.so");
    assertThat(world.where(world.same(app, "LD_LIBRARY_PATH=@/b"), "libf.so"))
        .isEqualTo("library-path b/libf.so");
  }

  @Test
  void rpathComesBeforeLibraryPath() throws Exception {
    twoFolders();
    Path app = world.program("app", MAIN, "-L@/a", "-lf", RPATH + "@/a");
    assertThat(world.where(world.same(app, "LD_LIBRARY_PATH=@/b"), "libf.so"))
        .isEqualTo("rpath a/libf.so");
  }

  private Path chain(String mainFlag, String middleFlag) throws Exception {
    world.library("deep/libf.so", F, "-Wl,-soname,libf.so");
    world.library(
        "mid/libm1.so",
        "int f(void); int g(void) { return f(); }",
        "-Wl,-soname,libm1.so",
        "-L@/deep",
        "-lf",
        middleFlag);
    return world.program(
        "app",
        "int g(void); int main(void) { return g() & 0; }",
        "-L@/mid",
        "-lm1",
        "-Wl,-rpath-link,@/deep",
        mainFlag);
  }

  @Test
  void rpathIsInheritedByWhatIsLoadedBelow() throws Exception {
    Path app = chain(RPATH + "@/mid:@/deep", "-g0");
    assertThat(world.where(world.same(app), "libf.so")).isEqualTo("rpath deep/libf.so");
  }

  @Test
  void runpathIsNotInherited() throws Exception {
    Path app = chain(RUNPATH + "@/mid:@/deep", "-g0");
    LoadPlan plan = world.missing("libf.so", app);
    assertThat(plan.missing().getFirst().requiredBy()).endsWith("mid/libm1.so");
    assertThat(plan.missing().getFirst().searched())
        .contains("/etc/ld.so.cache: no entry", "/usr/lib/libf.so")
        .noneMatch(place -> place.contains("deep"));
  }

  @Test
  void anObjectWithRunpathSeesNoRpathOfThoseAboveIt() throws Exception {
    Path app = chain(RPATH + "@/mid:@/deep", RUNPATH + "@/nowhere");
    LoadPlan plan = world.missing("libf.so", app);
    assertThat(plan.missing().getFirst().searched()).contains(folder + "/nowhere/libf.so");
  }

  @Test
  void rpathOfALibraryIsSearchedBeforeTheProgramsOwn() throws Exception {
    world.library("near/libf.so", F, "-Wl,-soname,libf.so");
    Path app = chain(RPATH + "@/mid:@/deep", RPATH + "@/near");
    assertThat(world.where(world.same(app), "libf.so")).isEqualTo("rpath near/libf.so");
  }

  @Test
  void rpathCountsForNothingBesideRunpath() throws Exception {
    Path app = chain(RPATH + "@/mid:@/deep", "-g0");
    LoaderWorld.patchDynamic(app, 21, 29, LoaderWorld.dynamic(app, 15));
    LoadPlan plan = world.missing("libf.so", app);
    assertThat(world.where(plan, "libm1.so")).isEqualTo("runpath mid/libm1.so");
  }

  @Test
  void originOfAProgramIsTheFolderOfItsLinksTarget() throws Exception {
    world.library("real/libf.so", F, "-Wl,-soname,libf.so");
    world.program("real/app", MAIN, "-L@/real", "-lf", RUNPATH + "$ORIGIN");
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, folder.resolve("real/app"));
    assertThat(world.where(world.same(link), "libf.so")).isEqualTo("runpath real/libf.so");
  }

  @Test
  void originOfALibraryIsTheFolderOfTheLinkItWasFoundBy() throws Exception {
    world.library("links/sub/libf.so", F, "-Wl,-soname,libf.so");
    world.library(
        "real/libm1.so",
        "int f(void); int g(void) { return f(); }",
        "-Wl,-soname,libm1.so",
        "-L@/links/sub",
        "-lf",
        RUNPATH + "${ORIGIN}/sub");
    Path app =
        world.program(
            "app",
            "int g(void); int main(void) { return g() & 0; }",
            "-L@/real",
            "-lm1",
            "-Wl,-rpath-link,@/links/sub",
            RUNPATH + "@/links");
    Files.createSymbolicLink(folder.resolve("links/libm1.so"), folder.resolve("real/libm1.so"));
    assertThat(world.where(world.same(app), "libf.so")).isEqualTo("runpath links/sub/libf.so");
  }

  @Test
  void libAndPlatformAreReplacedAsThisLoaderWasBuilt() throws Exception {
    String said =
        world.run(List.of("/lib64/ld-linux-x86-64.so.2", "--list-diagnostics"), java.util.Map.of());
    String lib = said.replaceAll("(?s).*dl_dst_lib=\"([^\"]*)\".*", "$1");
    String platform = said.replaceAll("(?s).*dl_platform=\"([^\"]*)\".*", "$1");
    world.library(lib + "/" + platform + "/libf.so", F, "-Wl,-soname,libf.so");
    Path app =
        world.program(
            "app",
            MAIN,
            "-L@/" + lib + "/" + platform,
            "-lf",
            RUNPATH + "$ORIGIN/$LIB/${PLATFORM}");
    assertThat(world.where(world.same(app), "libf.so"))
        .isEqualTo("runpath " + lib + "/" + platform + "/libf.so");
  }

  @Test
  void hardwareFoldersComeBeforeTheFolderItself() throws Exception {
    twoFolders();
    Path app = world.program("app", MAIN, "-L@/a", "-lf", RUNPATH + "@/a");
    world.same(app);
    for (String sub :
        List.of(
            "x86_64",
            "tls",
            "tls/x86_64",
            "glibc-hwcaps/x86-64-v2",
            "glibc-hwcaps/x86-64-v3",
            "glibc-hwcaps/x86-64-v4")) {
      Files.createDirectories(folder.resolve("a/" + sub));
      Files.copy(folder.resolve("b/libf.so"), folder.resolve("a/" + sub + "/libf.so"));
      world.same(app);
    }
  }

  @Test
  void theSonameOfALoadedObjectAnswersForANeededName() throws Exception {
    world.library("odd.so", F, "-Wl,-soname,libf.so.7");
    world.library(
        "libg.so", "int f(void); int g(void) { return f(); }", "-Wl,-soname,libg.so", "@/odd.so");
    Path app =
        world.program(
            "app",
            "int f(void); int g(void); int main(void) { return (f() + g()) & 0; }",
            "@/odd.so",
            "-L@",
            "-lg",
            "-Wl,-rpath-link,@",
            RUNPATH + "@");
    // Nothing is called libf.so.7: the program is made to need the file by its path.
    Path odd = folder.resolve("odd2.so");
    Files.copy(folder.resolve("odd.so"), odd);
    world.library("nosoname.so", F);
    Path app2 =
        world.program(
            "app2",
            "int f(void); int g(void); int main(void) { return (f() + g()) & 0; }",
            "@/nosoname.so",
            "-L@",
            "-lg",
            "-Wl,-rpath-link,@",
            RUNPATH + "@");
    Files.move(
        odd, folder.resolve("nosoname.so"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    world.missing("libf.so.7", app);
    LoadPlan plan = world.same(app2);
    assertThat(plan.objects()).extracting(LoadedObject::name).doesNotContain("libf.so.7");
    assertThat(world.where(plan, folder + "/nosoname.so")).isEqualTo("absolute nosoname.so");
  }

  @Test
  void twoNamesOfOneFileAreOneObject() throws Exception {
    world.library("libf.so", F);
    Files.createLink(folder.resolve("libother.so"), folder.resolve("libf.so"));
    Path app =
        world.program(
            "app",
            MAIN,
            "-Wl,--no-as-needed",
            "-L@",
            "-l:libf.so",
            "-l:libother.so",
            RUNPATH + "@");
    LoadPlan plan = world.same(app);
    assertThat(plan.objects()).extracting(LoadedObject::name).doesNotContain("libother.so");
  }

  @Test
  void preloadedObjectsComeFirstAndAMissingOneIsPassedOver() throws Exception {
    twoFolders();
    world.library("pre.so", F);
    Path app = world.program("app", MAIN, "-L@/a", "-lf", "-Wl,-z,now", RUNPATH + "@/a");
    LoadPlan plan = world.same(app, "LD_PRELOAD=@/pre.so:@/none.so");
    assertThat(plan.objects().get(1).foundBy()).isEqualTo(FoundBy.PRELOAD);
    assertThat(plan.notes()).anyMatch(note -> note.code().equals("not-preloaded"));
    assertThat(plan.pairs())
        .anyMatch(pair -> pair.from().equals(app.toString()) && pair.to().endsWith("pre.so"));
  }

  @Test
  void aLibraryOfAnotherClassOrMachineIsPassedOverAndTold() throws Exception {
    assumeTrue(LoaderWorld.has("aarch64-linux-gnu-gcc"), "needs gcc-aarch64-linux-gnu");
    twoFolders();
    Path app = world.program("app", MAIN, "-L@/a", "-lf", RUNPATH + "@/m32:@/arm:@/a");
    world.library("m32/libf.so", F, "-m32");
    new LoaderWorld(folder, "aarch64-linux-gnu-gcc").library("arm/libf.so", F);
    assertThat(world.where(world.same(app), "libf.so")).isEqualTo("runpath a/libf.so");
    Files.delete(folder.resolve("a/libf.so"));
    assertThat(world.missing("libf.so", app).missing().getFirst().searched())
        .contains(
            folder + "/m32/libf.so: wrong class (32-bit)",
            folder + "/arm/libf.so: wrong machine (aarch64)");
  }

  @Test
  void aTextFileInTheWayEndsTheStart() throws Exception {
    twoFolders();
    Path app = world.program("app", MAIN, "-L@/a", "-lf", RUNPATH + "@/text:@/a");
    Files.createDirectory(folder.resolve("text"));
    Files.writeString(folder.resolve("text/libf.so"), "GROUP ( /lib/libf.so.1 )".repeat(9));
    LoadPlan plan = world.missing("libf.so", app);
    assertThat(plan.missing().getFirst().searched().getLast()).contains("the loader stops here");
  }

  @Test
  void aProgramIsNoLibrary() throws Exception {
    Path lib = world.library("libf.so", F, "-Wl,-soname,libf.so");
    Path app = world.program("app", MAIN, "-L@", "-lf", RUNPATH + "@");
    Files.delete(lib);
    world.program("libf.so", "int main(void) { return 0; }", "-pie", "-fPIE");
    world.missing("libf.so", app);
  }

  @Test
  void noDefaultLibExcludesTheDefaultFoldersEvenInTheCache() throws Exception {
    Path app = world.program("app", "int main(void) { return 0; }", "-Wl,-z,nodefaultlib");
    LoadPlan plan = world.missing("libc.so.6", app);
    assertThat(plan.missing().getFirst().searched())
        .anyMatch(place -> place.contains("DF_1_NODEFLIB"));
  }

  @Test
  void needsAreWalkedBreadthFirstAndMayRunInARing() throws Exception {
    world.library("libb.so", "int b(void) { return 1; }", "-Wl,-soname,libb.so");
    world.library(
        "libc1.so",
        "int b(void); int c(void) { return b(); }",
        "-Wl,-soname,libc1.so",
        "-L@",
        "-lb");
    world.library(
        "libb.so",
        "int c(void); int b(void) { return 1 + 0 * c(); }",
        "-Wl,-soname,libb.so",
        "-L@",
        "-lc1");
    world.library(
        "liba.so",
        "int c(void); int a(void) { return c(); }",
        "-Wl,-soname,liba.so",
        "-L@",
        "-lc1");
    Path app =
        world.program(
            "app",
            "int a(void); int b(void); int main(void) { return (a() + b()) & 0 ; }",
            "-L@",
            "-la",
            "-lb",
            "-Wl,-rpath-link,@",
            RPATH + "@");
    LoadPlan plan = world.same(app);
    assertThat(plan.objects())
        .extracting(LoadedObject::name)
        .containsExactly(
            "app", "liba.so", "libb.so", "libc.so.6", "libc1.so", "/lib64/ld-linux-x86-64.so.2");
    assertThat(plan.objects()).extracting(LoadedObject::depth).startsWith(0, 1, 1, 1, 2);
  }

  @Test
  void emptyElementsAreTheCurrentFolder() throws Exception {
    twoFolders();
    Path app = world.program("app", MAIN, "-L@/a", "-lf", RUNPATH + ":@/a");
    assertThat(world.where(world.same(app), "libf.so")).isEqualTo("runpath a/libf.so");
    assertThat(world.where(world.same(app, "LD_LIBRARY_PATH=:@/b;@/a"), "libf.so"))
        .isEqualTo("library-path b/libf.so");
  }
}
