package dev.binspect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.binspect.files.linux.SystemFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walk by Java's means and the one by the system's calls find the same, and tell the same. */
class BinaryWalkTest {
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0};
  private static final int NEVER = Integer.MAX_VALUE;

  @TempDir Path folder;

  @BeforeEach
  void everyKindOfThing() throws Exception {
    Path deep = Files.createDirectories(folder.resolve("a/b/c/d/e"));
    Files.write(deep.resolve("deep"), ELF);
    Files.write(folder.resolve("a/plain"), ELF);
    Files.write(folder.resolve("a/Größe und ß"), ELF);
    Files.write(Files.createDirectories(folder.resolve("a/größer")).resolve("inside"), ELF);
    Files.write(folder.resolve("a/.hidden"), ELF);
    Files.write(folder.resolve("a/..two"), ELF);
    Files.write(folder.resolve("a/short"), new byte[] {0x7f, 'E', 'L', 'F'});
    Files.write(folder.resolve("a/empty"), new byte[0]);
    Files.writeString(folder.resolve("a/text"), "plain text, nothing else");
    Files.createLink(folder.resolve("a/b/hard"), folder.resolve("a/plain"));
    Files.createSymbolicLink(folder.resolve("a/soft"), folder.resolve("a/plain"));
    Files.createSymbolicLink(folder.resolve("a/loop"), folder);
    Files.createSymbolicLink(folder.resolve("a/nowhere"), Path.of("nowhere"));
    Files.createDirectory(folder.resolve("a/nothing"));
    // More than one listing's buffer of them.
    Path wide = Files.createDirectory(folder.resolve("a/wide"));
    for (int i = 0; i < 1000; i++) {
      Files.write(wide.resolve("a file with a longer name than most, number " + i), ELF);
    }
    Files.write(Files.createDirectory(folder.resolve("locked")).resolve("x"), ELF);
    Files.write(folder.resolve("secret"), ELF);
    Files.setPosixFilePermissions(
        folder.resolve("secret"), PosixFilePermissions.fromString("---------"));
  }

  private static List<String> walk(Path root, int many) {
    List<String> told = new ArrayList<>();
    BinaryWalk walk =
        new BinaryWalk(
            new BinaryWalk.Visitor() {
              @Override
              public void binary(String path) {
                told.add(path);
              }

              @Override
              public void unreadable(String path, String why) {
                told.add(path + ": " + why);
              }
            },
            many);
    walk.walk(root.toString());
    return told;
  }

  @Test
  void bothFindTheSameInTheSameOrder() throws Exception {
    Process fifo = new ProcessBuilder("mkfifo", folder.resolve("a/pipe").toString()).start();
    assumeThat(fifo.waitFor()).isZero();
    List<String> plain = walk(folder, NEVER);
    assertThat(plain)
        .hasSizeGreaterThanOrEqualTo(1007)
        .contains(folder.resolve("a/b/c/d/e/deep").toString())
        .contains(folder.resolve("a/..two").toString())
        .doesNotContain(folder.resolve("a/soft").toString());
    assertThat(walk(folder, 1)).isEqualTo(plain);
    assertThat(walk(folder, 3)).isEqualTo(plain);
    assertThat(walk(folder, 500)).isEqualTo(plain);
  }

  @Test
  void foldersThatAreTooDeepAreToldByBoth() throws Exception {
    Path deep = folder.resolve("deep");
    Process made = new ProcessBuilder("mkdir", "-p", deep + "/d".repeat(1010)).inheritIO().start();
    assumeThat(made.waitFor()).isZero();
    List<String> plain = walk(deep, NEVER);
    assertThat(plain)
        .hasSize(1)
        .first()
        .asString()
        .endsWith("folders stand too deep in each other");
    assertThat(walk(deep, 1)).isEqualTo(plain);
    // The tests' own clean-up takes a minute for it.
    new ProcessBuilder("rm", "-r", deep.toString()).inheritIO().start().waitFor();
  }

  /** What the file system does not tell, or does not open, is looked at again on the way. */
  @Test
  void mayBeAskedWhileItWalks() throws Exception {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    assumeThat(System.getProperty("os.arch")).isEqualTo("amd64");
    assumeThat(System.getProperty("sun.jnu.encoding")).isEqualToIgnoringCase("UTF-8");
    List<String> alone = new ArrayList<>();
    collector(alone, null).walk(folder.resolve("a").toString(), 100);
    List<String> again = new ArrayList<>();
    collector(again, folder.resolve("a/wide")).walk(folder.resolve("a").toString(), 100);
    assertThat(alone).hasSizeGreaterThan(1000);
    assertThat(again).hasSize(alone.size() + 1000).containsAll(alone);
  }

  private static SystemFolders collector(List<String> files, Path besides) {
    SystemFolders[] self = new SystemFolders[1];
    self[0] =
        SystemFolders.of(
            new SystemFolders.Visitor() {
              private boolean asked;

              @Override
              public boolean wants(byte[] first) {
                return BinaryFiles.isBinary(first);
              }

              @Override
              public void file(String path) {
                files.add(path);
                if (besides != null && !asked) {
                  asked = true;
                  assertThat(self[0].walk(besides.toString(), 100)).isTrue();
                }
              }

              @Override
              public void other(String path) {
                files.add(path);
              }
            });
    assertThat(self[0]).isNotNull();
    return self[0];
  }
}
