package dev.binspect.linkage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On Mach-O a library is used when something binds to it, not when the file names it. */
final class MachoLinkageTest {
  private static final Path FIXTURES =
      Path.of(System.getProperty("binspect.home"), "testdata", "macho", "arm64-chained");

  @TempDir Path world;

  @Test
  void aLibraryThatNothingBindsToIsLinkedUnused() throws Exception {
    put("app-unused", "libfoo.dylib", "libunused.dylib");
    Linkage asked = judge("app-unused", List.of("unused"));
    assertThat(asked.verdict()).isEqualTo(Verdict.LINKED_UNUSED);
    // Nobody asked about it: a word, and no part of the verdict.
    Linkage plain = judge("app-unused", List.of());
    assertThat(plain.verdict()).isEqualTo(Verdict.USED);
    assertThat(plain.evidence()).anyMatch(e -> e.detail().startsWith("@rpath/libunused.dylib: "));
  }

  @Test
  void aSystemLibraryThatNothingBindsToIsNoFault() throws Exception {
    put("app-unused", "libfoo.dylib");
    Path app = world.resolve("app-unused");
    String content = Files.readString(app, ISO_8859_1);
    assertThat(content).contains("@rpath/libunused.dylib");
    Files.writeString(
        app, content.replace("@rpath/libunused.dylib", "/usr/lib/libcurl.dylib"), ISO_8859_1);
    Linkage linkage = judge("app-unused", List.of());
    assertThat(linkage.verdict()).isEqualTo(Verdict.USED);
    assertThat(linkage.evidence())
        .anyMatch(e -> e.detail().equals("/usr/lib/libcurl.dylib: nothing binds to it"));
    assertThat(judge("app-unused", List.of("curl")).verdict()).isEqualTo(Verdict.LINKED_UNUSED);
  }

  @Test
  void aLibraryThatTheLinkerLeftOutIsDroppedOrNotSpokenOf() throws Exception {
    // As after -dead_strip_dylibs: libunused.dylib is not named, and stands beside the program.
    put("app-umbrella", "libumbrella.dylib", "libfoo.dylib", "libunused.dylib");
    assertThat(judge("app-umbrella", List.of()).verdict()).isEqualTo(Verdict.USED);
    assertThat(judge("app-umbrella", List.of("unused")).verdict()).isEqualTo(Verdict.DROPPED);
  }

  @Test
  void rustsCratesAreToldBySymbolNames() throws Exception {
    put("app-crate", "libcrate.dylib");
    Linkage linkage = judge("app-crate", List.of("crate"));
    assertThat(linkage.verdict()).isEqualTo(Verdict.USED);
    assertThat(linkage.dylibs().getFirst().imports()).isPositive();
  }

  private void put(String... fixtures) throws IOException {
    for (String fixture : fixtures) {
      Files.copy(FIXTURES.resolve(fixture), world.resolve(fixture));
    }
  }

  private Linkage judge(String file, List<String> expected) throws Exception {
    String path = world.toRealPath() + "/" + file;
    BinaryFiles door = new BinaryFiles();
    Image image = door.images(path).getFirst();
    LoadOptions options = new LoadOptions(null, List.of(), Map.of(), false, true);
    LoadPlan plan = Loaders.plan(path, image, options, door);
    return LinkageJudge.judge(
        path, image, plan, options, new LinkageJudge.Expectation(expected, List.of(), null), door);
  }
}
