package dev.binspect.rust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.image.Section;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One build under several names, and files that only look like it. */
final class SameBuildTest {
  private static final Path CARGO =
      Path.of(System.getProperty("binspect.home", "."), "testdata", "cargo");
  private static final Path APP = CARGO.resolve("used/target/release/app");

  /** An ELF note of a build id: its sizes, its type, its owner. */
  private static final byte[] NOTE = {4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0};

  @TempDir private Path folder;

  private static Image image(Path path) throws IOException, MalformedException {
    return new BinaryFiles().images(path.toString()).get(0);
  }

  private static boolean same(Path program, Path other) throws IOException, MalformedException {
    return SameBuild.of(image(program), other.toString(), new BinaryFiles());
  }

  private Path written(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static byte[] withoutId(byte[] content) {
    byte[] changed = content.clone();
    // As text of one byte a character: only for the search.
    int at =
        new String(content, StandardCharsets.ISO_8859_1)
            .indexOf(new String(NOTE, StandardCharsets.ISO_8859_1));
    assertThat(at).isPositive();
    changed[at + 8] = 99;
    return changed;
  }

  private static byte[] withAnother(byte[] content, String section)
      throws IOException, MalformedException {
    byte[] changed = content.clone();
    Section there = image(APP).contents().section(section);
    assertThat(there).isNotNull();
    changed[(int) (there.offset() + there.fileSize() / 2)] ^= 1;
    return changed;
  }

  @Test
  void aBuildIdTellsWhateverElseWasChanged() throws Exception {
    byte[] app = Files.readAllBytes(APP);
    assertThat(same(APP, APP)).isTrue();
    assertThat(same(APP, written("patched", withAnother(app, ".text")))).isTrue();
    assertThat(same(APP, CARGO.resolve("ignored/target/release/app"))).isFalse();
  }

  @Test
  void withoutOneTheCodeTells() throws Exception {
    byte[] app = Files.readAllBytes(APP);
    Path plain = written("plain", withoutId(app));
    assertThat(image(plain).buildId()).isNull();
    assertThat(same(plain, written("copy", withoutId(app)))).isTrue();
    assertThat(same(plain, written("said", withoutId(withAnother(app, ".comment"))))).isTrue();
    assertThat(same(plain, written("code", withoutId(withAnother(app, ".text"))))).isFalse();
    assertThat(same(plain, written("name", withoutId(withAnother(app, ".dynstr"))))).isFalse();
    byte[] other = Files.readAllBytes(CARGO.resolve("ignored/target/release/app"));
    assertThat(same(plain, written("other", withoutId(other)))).isFalse();
    // A linker that makes ids would have made one for this build, too.
    assertThat(same(plain, APP)).isFalse();
    assertThat(same(APP, plain)).isFalse();
  }

  @Test
  void whatIsNotThereOrNoProgramIsNone() throws Exception {
    assertThat(same(APP, folder.resolve("absent"))).isFalse();
    assertThat(same(APP, folder)).isFalse();
    assertThat(same(APP, written("text", "no program".getBytes(StandardCharsets.UTF_8)))).isFalse();
  }
}
