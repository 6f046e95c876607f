package dev.binspect.macho;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.binspect.bytes.Bytes;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Relocations;
import dev.binspect.witness.WitnessTool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * llvm-objdump reads what linkers made too, slice by slice. It knows two of the fourteen formats of
 * chained pointers and no threaded binds, so the files made byte by byte are left to {@link
 * MachoConstructionTest}. {@code scripts/witness-macho} takes whole folders.
 */
class MachoWitnessTest {
  private static final String FOLDERS = System.getProperty("binspect.witness", "");
  private static final WitnessTool OBJDUMP = new WitnessTool("llvm-objdump-19");
  private static final WitnessTool LIPO = new WitnessTool("llvm-lipo-19");
  private static final Pattern USED =
      Pattern.compile("\t(.*) \\(compatibility version [\\d.]+, current version [\\d.]+(, .*)?\\)");

  @BeforeAll
  static void theWitnessesAreThere() {
    OBJDUMP.assumeInstalled();
    LIPO.assumeInstalled();
  }

  @TestFactory
  Stream<DynamicTest> llvmObjdumpCountsTheSame() throws IOException {
    return files().stream().map(file -> dynamicTest(file.toString(), () -> check(file)));
  }

  private static List<Path> files() throws IOException {
    if (FOLDERS.isEmpty()) {
      return MachoFixtures.files().stream()
          .filter(file -> file.getParent().getFileName().toString().matches(".*-(classic|chained)"))
          .toList();
    }
    List<Path> files = new ArrayList<>();
    for (String folder : FOLDERS.split(":", -1)) {
      try (Stream<Path> walk = Files.walk(Path.of(folder))) {
        walk.filter(MachoWitnessTest::isMacho).sorted().forEach(files::add);
      }
    }
    return files;
  }

  private static boolean isMacho(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    byte[] start = new byte[8];
    try (InputStream in = Files.newInputStream(file)) {
      if (in.readNBytes(start, 0, 8) < 8) {
        return false;
      }
    } catch (IOException e) {
      return false;
    }
    ByteBuffer words = ByteBuffer.wrap(start);
    return switch (words.getInt(0)) {
      case 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabf -> true;
      case 0xcafebabe -> words.getInt(4) < 43;
      default -> false;
    };
  }

  private static void check(Path file) throws Exception {
    List<Image> images;
    try (Bytes bytes = Bytes.open(file.toFile(), file.toString())) {
      images = MachoReader.read(bytes);
      String[] slices = LIPO.lines(file, "-archs").getFirst().strip().split(" ");
      assertThat(images).hasSameSizeAs(slices);
      for (int i = 0; i < slices.length; i++) {
        check(file, images.get(i), slices[i]);
      }
    }
  }

  private static void check(Path file, Image image, String slice) throws Exception {
    if (image.kind() == Kind.OBJECT || image.kind() == Kind.DEBUG_COMPANION) {
      return;
    }
    Relocations relocations = image.relocations();
    assertThat(relocations).as(slice + " " + image.notes()).isNotNull();
    Map<String, Long> ours = new TreeMap<>(relocations.byTable());
    Map<String, Long> theirs = new TreeMap<>();
    if (ours.containsKey("chainedRebase") || ours.containsKey("chainedBind")) {
      chained(file, slice, theirs);
    } else {
      opcodes(file, slice, theirs);
    }
    if (theirs.isEmpty()) {
      // A format that llvm-objdump does not read.
      ours.keySet().removeIf(table -> !table.equals("external") && !table.equals("local"));
    }
    List<String> headers = lines(file, slice, "--private-headers");
    classic(headers, theirs);
    assertThat(ours).as(slice).isEqualTo(theirs);
    sums(image, relocations);

    WitnessTool.Answer trie = ask(file, slice, "--exports-trie");
    if (trie.code() == 0 && hasTrie(headers)) {
      assertThat(image.exports())
          .as(slice)
          .isEqualTo(
              trie.lines().stream()
                  .filter(line -> line.startsWith("0x") || line.startsWith("[re-export]"))
                  .count());
    }
    needed(file, image, slice);
    assertThat(image.searchPaths().rpath()).isEqualTo(below(file, slice, "--rpaths"));
    assertThat(image.name() == null ? List.of() : List.of(image.name()))
        .isEqualTo(below(file, slice, "--dylib-id"));
  }

  private static void needed(Path file, Image image, String slice) throws Exception {
    List<String> used = new ArrayList<>();
    for (String line : lines(file, slice, "--dylibs-used")) {
      Matcher matcher = USED.matcher(line);
      if (matcher.matches()) {
        String how = matcher.group(2);
        used.add(matcher.group(1) + " " + (how == null ? "load" : how.substring(2)));
      }
    }
    // It lists the library's own name too.
    if (image.name() != null) {
      used.remove(image.name() + " load");
    }
    assertThat(image.needed().stream().map(n -> n.name() + " " + n.how().key()).toList())
        .as(slice)
        .isEqualTo(used);
  }

  private static void sums(Image image, Relocations relocations) {
    for (Map<String, Long> part :
        List.of(
            relocations.byTable(),
            relocations.byType(),
            relocations.byKind(),
            relocations.byPlace(),
            relocations.byTarget())) {
      assertThat(sum(part)).isEqualTo(relocations.total());
    }
    MachoTables.Fixups fixups = ((MachoTables) image.tables()).fixups();
    assertThat(sum(fixups.bySegment())).isEqualTo(relocations.total());
    assertThat(sum(fixups.bySection())).isEqualTo(relocations.total());
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(n -> n).sum();
  }

  /** Leaves {@code counts} empty where the pointer format is one that it does not read. */
  private static void chained(Path file, String slice, Map<String, Long> counts) throws Exception {
    WitnessTool.Answer answer = ask(file, slice, "--dyld-info");
    if (answer.code() != 0) {
      return;
    }
    for (String line : answer.lines()) {
      String[] words = line.strip().split("\\s+");
      if (words.length >= 5 && words[2].startsWith("0x") && words[3].startsWith("0x")) {
        if (words[4].equals("bind")) {
          counts.merge("chainedBind", 1L, Long::sum);
        } else if (words[4].equals("rebase")) {
          counts.merge("chainedRebase", 1L, Long::sum);
        }
      }
    }
  }

  private static void opcodes(Path file, String slice, Map<String, Long> counts) throws Exception {
    String[] options = {"--rebase", "--bind", "--lazy-bind", "--weak-bind"};
    String[] tables = {"rebase", "bind", "lazyBind", "weakBind"};
    for (int i = 0; i < options.length; i++) {
      boolean begun = false;
      for (String line : lines(file, slice, options[i])) {
        if (line.endsWith(" table:")) {
          begun = true;
        } else if (begun
            && !line.isBlank()
            && !line.startsWith("segment")
            && !line.startsWith(" ".repeat(20))) {
          counts.merge(tables[i], 1L, Long::sum);
        }
      }
    }
  }

  /** The counts that LC_DYSYMTAB announces: llvm-objdump lists those entries in no other way. */
  private static void classic(List<String> headers, Map<String, Long> counts) {
    for (String line : headers) {
      String[] words = line.strip().split("\\s+");
      if (words.length == 2 && words[0].equals("nextrel") && !words[1].equals("0")) {
        counts.put("external", Long.valueOf(words[1]));
      } else if (words.length == 2 && words[0].equals("nlocrel") && !words[1].equals("0")) {
        counts.put("local", Long.valueOf(words[1]));
      }
    }
  }

  private static boolean hasTrie(List<String> headers) {
    return headers.stream()
        .anyMatch(line -> line.contains("LC_DYLD_INFO") || line.contains("LC_DYLD_EXPORTS_TRIE"));
  }

  /** What it prints below the file's name. */
  private static List<String> below(Path file, String slice, String option) throws Exception {
    List<String> lines = lines(file, slice, option);
    lines.removeIf(String::isBlank);
    return lines;
  }

  private static List<String> lines(Path file, String slice, String option) throws Exception {
    WitnessTool.Answer answer = ask(file, slice, option);
    assertThat(answer.code()).as(option + " " + answer.lines()).isZero();
    return answer.lines();
  }

  private static WitnessTool.Answer ask(Path file, String slice, String option) throws Exception {
    WitnessTool.Answer answer = OBJDUMP.ask(file, "--macho", "--arch=" + slice, option);
    List<String> lines = new ArrayList<>(answer.lines());
    lines.removeIf(line -> line.startsWith(bytes(file.toString())));
    return new WitnessTool.Answer(answer.code(), lines);
  }

  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
