package dev.binspect.elf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.bytes.Bytes;
import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.Segment;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.image.Relocations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.fornwall.jelf.ElfDynamicSection;
import net.fornwall.jelf.ElfException;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfSegment;
import org.junit.jupiter.api.Test;

/** jelf reads what it can of the same files: where it succeeds both agree. */
class JelfWitnessTest {
  @Test
  void machineTypeSegmentsAndNeededLibrariesAreThoseOfJelf() throws Exception {
    int segments = 0;
    int needed = 0;
    int relocations = 0;
    for (Path path : files()) {
      byte[] content = Files.readAllBytes(path);
      Image image = ElfReader.read(Bytes.of(path.toString(), content));
      ElfFile jelf;
      try {
        jelf = ElfFile.from(content);
      } catch (ElfException e) {
        continue;
      }
      assertThat(image.bits()).as(path.toString()).isEqualTo(jelf.is32Bits() ? 32 : 64);
      assertThat(image.littleEndian()).isEqualTo(jelf.ei_data == ElfFile.DATA_LSB);
      if (!(image.tables() instanceof ElfTables tables)) {
        continue;
      }
      assertThat(tables.elfMachine()).isEqualTo(jelf.e_machine & 0xffff);
      assertThat(tables.segments()).hasSize(jelf.e_phnum);
      for (int i = 0; i < jelf.e_phnum; i++) {
        ElfSegment theirs = jelf.getProgramHeader(i);
        assertThat(tables.segments().get(i))
            .isEqualTo(
                new Segment(
                    theirs.p_type,
                    theirs.p_flags,
                    theirs.p_offset,
                    theirs.p_vaddr,
                    theirs.p_filesz,
                    theirs.p_memsz,
                    theirs.p_align));
        segments++;
      }
      List<String> ours = new ArrayList<>();
      for (Needed each : image.needed()) {
        ours.add(each.name());
      }
      if (image.relocations() == null || jelf.e_shnum == 0) {
        continue;
      }
      ElfDynamicSection dynamic = jelf.getDynamicSection();
      if (dynamic != null) {
        assertThat(ours).as(path.toString()).isEqualTo(dynamic.getNeededLibraries());
        needed += ours.size();
      }
      relocations += compareCounts(jelf, image.relocations());
    }
    assertThat(segments).isGreaterThan(300);
    assertThat(needed).isGreaterThan(30);
    assertThat(relocations).isGreaterThan(1000);
  }

  /** jelf knows no RELR and no packed tables; of a file without them it finds every entry. */
  private static long compareCounts(ElfFile jelf, Relocations ours) throws Exception {
    if (ours.byTable().containsKey("relr") || ours.byTable().containsKey("android")) {
      return 0;
    }
    long sum = 0;
    for (int i = 1; i < jelf.e_shnum; i++) {
      var header = jelf.getSection(i).header;
      if ((header.sh_flags & SectionTable.SHF_ALLOC) != 0
          && (header.sh_type == SectionTable.SHT_RELA || header.sh_type == SectionTable.SHT_REL)) {
        sum += header.sh_size / header.sh_entsize;
      }
    }
    assertThat(ours.total() - ours.byTable().getOrDefault("mipsGot", 0L)).isEqualTo(sum);
    return sum;
  }

  private static List<Path> files() throws Exception {
    List<Path> files = new ArrayList<>(Fixtures.all());
    for (String program : List.of("ls", "bash", "perl", "readelf", "ld", "gcc", "git")) {
      Path path = Path.of("/usr/bin", program);
      if (Files.isRegularFile(path) && Files.readAllBytes(path)[0] == 0x7f) {
        files.add(path.toRealPath());
      }
    }
    return files;
  }
}
