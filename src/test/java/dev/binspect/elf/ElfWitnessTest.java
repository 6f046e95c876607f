package dev.binspect.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Relocations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * readelf as the witness over the files of this machine. The suite takes every program of /usr/bin
 * and a sample of the libraries; {@code scripts/witness-elf} takes everything.
 */
class ElfWitnessTest {
  private static final String FOLDERS = System.getProperty("binspect.witness", "");

  @Test
  void totalsPerTypeAreThoseOfReadelf() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/readelf")), "readelf is not installed");
    List<Path> files = new ArrayList<>();
    if (FOLDERS.isEmpty()) {
      sample(ReadelfRelocations.elfFiles(Path.of("/usr/bin")), 150, 4_000_000, files);
      sample(ReadelfRelocations.elfFiles(Path.of("/usr/lib")), 150, 4_000_000, files);
    } else {
      for (String folder : FOLDERS.split(":", -1)) {
        files.addAll(ReadelfRelocations.elfFiles(Path.of(folder)));
      }
    }
    List<String> wrong = new ArrayList<>();
    AtomicLong compared = new AtomicLong();
    AtomicLong relocations = new AtomicLong();
    ReadelfRelocations.ask(
        files,
        (file, printed) -> {
          try (Bytes bytes = Bytes.open(file.toFile(), file.toString())) {
            Image image = ElfReader.read(bytes);
            Map<String, Long> theirs = dynamic(bytes, image, printed);
            Relocations found = image.relocations();
            Map<String, Long> ours =
                found == null ? Map.of("unknown", 1L) : new TreeMap<>(found.byType());
            compared.incrementAndGet();
            if (!ours.equals(theirs)) {
              wrong.add(file + ": " + ours + ", readelf: " + theirs + " " + image.notes());
            } else if (found != null) {
              relocations.addAndGet(found.total());
              if (!sumsAgree(found)) {
                wrong.add(file + ": sums differ " + found);
              }
            }
          } catch (IOException | MalformedException e) {
            wrong.add(file + ": " + e);
          }
        });
    System.out.println(
        "compared with readelf: "
            + compared
            + " files, "
            + relocations
            + " relocations, "
            + wrong.size()
            + " differ");
    assertThat(wrong).isEmpty();
    assertThat(compared.get()).isEqualTo(files.size()).isPositive();
  }

  private static boolean sumsAgree(Relocations r) {
    return sum(r.byTable()) == r.total()
        && sum(r.byType()) == r.total()
        && sum(r.byKind()) == r.total()
        && sum(r.byPlace()) == r.total()
        && sum(r.byTarget()) == r.total();
  }

  private static long sum(Map<String, Long> map) {
    long sum = 0;
    for (long count : map.values()) {
      sum += count;
    }
    return sum;
  }

  /**
   * What a linker left for itself (objects, {@code --emit-relocs}) is no dynamic relocation: only
   * sections that are loaded count.
   */
  private static Map<String, Long> dynamic(
      Bytes bytes, Image image, List<ReadelfRelocations.Printed> printed)
      throws MalformedException {
    Map<String, Long> sums = new TreeMap<>();
    if (image.kind() == Kind.OBJECT || image.kind() == Kind.DEBUG_COMPANION) {
      return sums;
    }
    SectionTable sections = SectionTable.read(ElfHeader.read(bytes), new ArrayList<>());
    for (ReadelfRelocations.Printed each : printed) {
      boolean loaded = false;
      for (int i = 0; i < sections.count(); i++) {
        loaded |=
            sections.loaded(i)
                && sections.offset(i) == each.offset()
                && sections.named(i, each.section());
      }
      if (loaded) {
        each.byType().forEach((type, count) -> sums.merge(type, count, Long::sum));
      }
    }
    return sums;
  }

  /** Every n-th file, so many of them, and none that would take readelf long. */
  private static void sample(List<Path> from, int most, long size, List<Path> to)
      throws IOException {
    int step = Math.max(1, from.size() / most);
    for (int i = 0; i < from.size(); i += step) {
      if (Files.size(from.get(i)) <= size) {
        to.add(from.get(i));
      }
    }
  }
}
