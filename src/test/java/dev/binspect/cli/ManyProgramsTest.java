package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a scan finds out once for all users of a library, folder or cache is what each program alone
 * would have been told.
 */
class ManyProgramsTest {
  @TempDir Path folder;

  private static List<Path> binaries(Path root, int most) throws Exception {
    List<Path> found = new ArrayList<>();
    try (var walk = Files.walk(root)) {
      for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile).sorted()::iterator) {
        if (found.size() < most && !Files.isSymbolicLink(file) && Files.isReadable(file)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private void same(List<Path> files, int fewest) throws Exception {
    StringBuilder list = new StringBuilder();
    for (Path file : files) {
      list.append(file).append('\n');
    }
    Path names = Files.writeString(folder.resolve("list"), list);
    Map<String, String> together = new HashMap<>();
    String all =
        MainTest.run("scan", "--format", "ndjson", "-q", "--files-from", names.toString()).out();
    for (String line : all.lines().toList()) {
      int from = line.indexOf("\"path\":\"") + 8;
      together.put(line.substring(from, line.indexOf('"', from)), line + "\n");
    }
    assertThat(together).hasSizeGreaterThanOrEqualTo(fewest);
    for (Map.Entry<String, String> one : together.entrySet()) {
      assertThat(MainTest.run("scan", "--format", "ndjson", "-q", one.getKey()).out())
          .isEqualTo(one.getValue());
    }
  }

  @Test
  void fixturesOfEachFormat() throws Exception {
    Path testdata = Path.of(System.getProperty("binspect.home"), "testdata");
    for (String format : new String[] {"elf", "macho", "pe"}) {
      same(binaries(testdata.resolve(format), 200), 20);
    }
  }

  @Test
  void programsThatShareLibraries() throws Exception {
    Path programs = Path.of("/usr/bin");
    assumeTrue(Files.isDirectory(programs), "no /usr/bin here");
    same(binaries(programs, 150), 1);
  }
}
