package dev.binspect.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.image.PeTables;
import dev.binspect.image.Relocations;
import dev.binspect.witness.WitnessTool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * llvm-readobj reads every fixture too. It lists padding as a relocation and the holes of a sparse
 * ordinal table as exports: both are taken out here.
 */
class PeWitnessTest {
  private static final WitnessTool READOBJ = new WitnessTool("llvm-readobj-19");

  @BeforeAll
  static void theWitnessIsThere() {
    READOBJ.assumeInstalled();
  }

  @TestFactory
  Stream<DynamicTest> llvmReadobjCountsTheSame() throws IOException {
    return PeFixtures.images().stream()
        .filter(file -> !file.toString().endsWith(".debug"))
        .map(file -> dynamicTest(PeFixtures.ROOT.relativize(file).toString(), () -> check(file)));
  }

  private static void check(Path file) throws Exception {
    Image image = PeFixtures.read(PeFixtures.ROOT.relativize(file).toString());
    List<String> lines =
        READOBJ.lines(
            file, "--file-headers", "--coff-basereloc", "--coff-imports", "--coff-exports");

    Map<String, Long> base = new TreeMap<>();
    Map<String, List<Long>> imports = new TreeMap<>();
    long exports = 0;
    long forwarders = 0;
    String kind = "";
    String library = "";
    for (String line : lines) {
      String text = line.strip();
      if (line.equals("Import {")) {
        kind = "";
        library = "";
      } else if (line.equals("DelayImport {")) {
        kind = "delay ";
        library = "";
      } else if (line.startsWith("  Name: ") && library.isEmpty()) {
        library = kind + line.substring(8);
        imports.putIfAbsent(library, List.of(0L, 0L));
      } else if (text.startsWith("Symbol: ")) {
        boolean named = text.matches("Symbol: .+ \\(\\d+\\)");
        List<Long> had = imports.get(library);
        imports.put(library, List.of(had.get(0) + (named ? 1 : 0), had.get(1) + (named ? 0 : 1)));
      } else if (line.startsWith("    Type: ")) {
        String type = text.substring(6).replace("ARM_MOV32(T)", "THUMB_MOV32");
        if (!type.equals("ABSOLUTE")) {
          base.merge("IMAGE_REL_BASED_" + type, 1L, Long::sum);
        }
      } else if (line.equals("Export {")) {
        exports++;
        library = "-";
      } else if (line.equals("  RVA: 0x0")) {
        exports--;
      } else if (line.startsWith("  ForwardedTo")) {
        forwarders++;
      }
    }
    Relocations relocations = image.relocations();
    assertThat(relocations).isNotNull();
    Map<String, Long> ours = new TreeMap<>(relocations.byType());
    ours.keySet().removeIf(type -> !type.startsWith("IMAGE_REL_BASED_"));
    assertThat(ours).isEqualTo(base);
    assertThat(imports(image)).isEqualTo(imports);
    assertThat(image.exports()).isEqualTo(exports);
    assertThat(
            ((PeTables) image.tables())
                .exports().stream().filter(e -> e.forwarder() != null).count())
        .isEqualTo(forwarders);

    String all = String.join("\n", lines);
    assertThat(all)
        .contains("ImageBase: 0x" + Long.toHexString(image.preferredBase()).toUpperCase());
    Map<String, Boolean> more = image.hardening().more();
    assertThat(more.get("dynamicBase")).isEqualTo(all.contains("_DYNAMIC_BASE"));
    assertThat(more.get("highEntropyVa")).isEqualTo(all.contains("_HIGH_ENTROPY_VA"));
    assertThat(more.get("nxCompat")).isEqualTo(all.contains("_NX_COMPAT"));
    assertThat(more.get("relocsStripped")).isEqualTo(all.contains("_RELOCS_STRIPPED"));
    assertThat(more.get("largeAddressAware")).isEqualTo(all.contains("_LARGE_ADDRESS_AWARE"));
  }

  private static Map<String, List<Long>> imports(Image image) {
    Map<String, List<Long>> imports = new TreeMap<>();
    for (Needed needed : image.needed()) {
      imports.put(
          (needed.how() == Needed.How.DELAY ? "delay " : "") + needed.name(), List.of(0L, 0L));
    }
    for (PeTables.Import entry : ((PeTables) image.tables()).imports()) {
      imports.computeIfPresent(
          (entry.delayed() ? "delay " : "") + entry.library(),
          (name, had) ->
              List.of(
                  had.get(0) + (entry.name() != null ? 1 : 0),
                  had.get(1) + (entry.name() != null ? 0 : 1)));
    }
    return imports;
  }
}
