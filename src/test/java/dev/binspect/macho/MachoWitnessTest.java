package dev.binspect.macho;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.binspect.image.Image;
import dev.binspect.image.Relocations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * llvm-objdump reads what linkers made too. It knows two of the fourteen formats of chained
 * pointers, so the files made byte by byte are left to {@link MachoConstructionTest}.
 */
class MachoWitnessTest {
  private static final String TOOL = "llvm-objdump-19";

  @BeforeAll
  static void theWitnessIsThere() {
    boolean there = false;
    try {
      there =
          new ProcessBuilder(TOOL, "--version").redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException | InterruptedException e) {
      there = false;
    }
    assumeThat(there).as(TOOL + " is not installed").isTrue();
  }

  @TestFactory
  Stream<DynamicTest> llvmObjdumpCountsTheSame() throws IOException {
    return MachoFixtures.files().stream()
        .filter(file -> file.getParent().getFileName().toString().matches(".*-(classic|chained)"))
        .map(file -> dynamicTest(MachoFixtures.name(file), () -> check(file)));
  }

  private static void check(Path file) throws Exception {
    Image image = MachoFixtures.first(MachoFixtures.name(file));
    Relocations relocations = image.relocations();
    assertThat(relocations).isNotNull();
    Map<String, Long> table = relocations.byTable();
    if (file.getParent().endsWith("x86_64-classic")) {
      Map<String, Long> theirs = opcodes(file);
      assertThat(table.getOrDefault("rebase", 0L)).isEqualTo(theirs.getOrDefault("Rebase", 0L));
      assertThat(table.getOrDefault("bind", 0L)).isEqualTo(theirs.getOrDefault("Bind", 0L));
      assertThat(table.getOrDefault("lazyBind", 0L))
          .isEqualTo(theirs.getOrDefault("Lazy bind", 0L));
      assertThat(table.getOrDefault("weakBind", 0L))
          .isEqualTo(theirs.getOrDefault("Weak bind", 0L));
    } else {
      long binds = 0;
      long rebases = 0;
      for (String line : run("--dyld-info", file)) {
        String[] words = line.strip().split("\\s+");
        if (words.length >= 5 && words[2].startsWith("0x") && words[3].startsWith("0x")) {
          binds += words[4].equals("bind") ? 1 : 0;
          rebases += words[4].equals("rebase") ? 1 : 0;
        }
      }
      assertThat(table.getOrDefault("chainedRebase", 0L)).isEqualTo(rebases);
      assertThat(table.getOrDefault("chainedBind", 0L)).isEqualTo(binds);
    }
    long exports =
        run("--exports-trie", file).stream()
            .filter(line -> line.startsWith("0x") || line.startsWith("[re-export]"))
            .count();
    assertThat(image.exports()).isEqualTo(exports);
    List<String> used = new ArrayList<>();
    for (String line : run("--dylibs-used", file)) {
      int end = line.indexOf(" (compatibility");
      if (line.startsWith("\t") && end > 0 && !line.substring(1, end).equals(image.name())) {
        used.add(line.substring(1, end));
      }
    }
    assertThat(image.needed()).extracting(needed -> needed.name()).isEqualTo(used);
  }

  private static Map<String, Long> opcodes(Path file) throws Exception {
    Map<String, Long> counts = new TreeMap<>();
    String table = "";
    List<String> lines = run("--rebase", file);
    lines.addAll(run("--bind", file));
    lines.addAll(run("--lazy-bind", file));
    lines.addAll(run("--weak-bind", file));
    for (String line : lines) {
      if (line.endsWith(" table:")) {
        table = line.substring(0, line.length() - 7);
      } else if (!table.isEmpty()
          && !line.isBlank()
          && !line.startsWith("segment")
          && !line.startsWith("/")
          && !line.startsWith(" ".repeat(20))) {
        counts.merge(table, 1L, Long::sum);
      }
    }
    return counts;
  }

  private static List<String> run(String option, Path file) throws Exception {
    List<String> lines = new ArrayList<>();
    Process process =
        new ProcessBuilder(TOOL, "--macho", option, file.toString())
            .redirectErrorStream(true)
            .start();
    try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().forEach(lines::add);
    }
    assertThat(process.waitFor()).isZero();
    lines.removeIf(line -> line.startsWith(file.toString()));
    return lines;
  }
}
