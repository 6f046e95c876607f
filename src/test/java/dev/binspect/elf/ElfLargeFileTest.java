package dev.binspect.elf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.bytes.Bytes;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import java.io.File;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of more than 2 and 4 GiB: a fixture with a hole between its headers and everything they
 * point to. The hole is sparse and takes no room on the disk; the answers are the fixture's own.
 */
class ElfLargeFileTest {
  private static final long BEYOND_2_GIB = 0xa000_0000L;
  private static final long BEYOND_4_GIB = 0x1_4000_0000L;

  @TempDir Path folder;

  private File withHole(String fixture, long hole) throws Exception {
    byte[] content = Files.readAllBytes(Fixtures.FOLDER.resolve(fixture));
    boolean wide = content[4] == 2;
    ByteBuffer file =
        ByteBuffer.wrap(content)
            .order(content[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int segments = wide ? (int) file.getLong(32) : file.getInt(28);
    int segmentSize = file.getShort(wide ? 54 : 42);
    int segmentCount = file.getShort(wide ? 56 : 44);
    int sections = wide ? (int) file.getLong(40) : file.getInt(32);
    int sectionSize = file.getShort(wide ? 58 : 46);
    int sectionCount = file.getShort(wide ? 60 : 48);
    int headers = segments + segmentSize * segmentCount;
    for (int i = 0; i < segmentCount; i++) {
      shift(file, segments + i * segmentSize + (wide ? 8 : 4), hole, wide);
    }
    for (int i = 1; i < sectionCount; i++) {
      shift(file, sections + i * sectionSize + (wide ? 24 : 16), hole, wide);
    }
    shift(file, wide ? 40 : 32, hole, wide);
    File large = folder.resolve(fixture + "-" + Long.toHexString(hole)).toFile();
    try (RandomAccessFile out = new RandomAccessFile(large, "rw")) {
      out.write(content, 0, headers);
      out.seek(hole);
      out.write(content);
    }
    assertThat(large.length()).isEqualTo(hole + content.length);
    return large;
  }

  private static void shift(ByteBuffer file, int at, long by, boolean wide) {
    if (wide) {
      file.putLong(at, file.getLong(at) + by);
    } else {
      file.putInt(at, file.getInt(at) + (int) by);
    }
  }

  private void sameAsWithoutTheHole(String fixture, long hole) throws Exception {
    Image small = Fixtures.read(fixture);
    File file = withHole(fixture, hole);
    try (Bytes bytes = Bytes.open(file, fixture)) {
      Image large = ElfReader.read(bytes);
      assertThat(large.notes()).isEqualTo(small.notes());
      assertThat(large.relocations()).isNotNull().isEqualTo(small.relocations());
      assertThat(large.needed()).isEqualTo(small.needed());
      assertThat(large.name()).isEqualTo(small.name());
      assertThat(large.buildId()).isEqualTo(small.buildId());
      assertThat(large.exports()).isEqualTo(small.exports());
      ElfTables tables = (ElfTables) large.tables();
      ElfTables own = (ElfTables) small.tables();
      assertThat(tables).isNotNull();
      assertThat(own).isNotNull();
      assertThat(tables.symbols().count()).isEqualTo(own.symbols().count()).isGreaterThan(1);
      for (int i = 0; i < own.symbols().count(); i++) {
        assertThat(tables.symbols().name(i)).isEqualTo(own.symbols().name(i));
      }
      assertThat(large.contents().symbols().count()).isEqualTo(small.contents().symbols().count());
    }
  }

  @Test
  void tablesBeyondTwoGibibytesAreRead() throws Exception {
    sameAsWithoutTheHole("x86_64-shared.so", BEYOND_2_GIB);
    // 32-bit offsets are unsigned.
    sameAsWithoutTheHole("i386-shared.so", BEYOND_2_GIB);
    sameAsWithoutTheHole("mips-shared.so", BEYOND_2_GIB);
  }

  @Test
  void tablesBeyondFourGibibytesAreRead() throws Exception {
    sameAsWithoutTheHole("x86_64-shared.so", BEYOND_4_GIB);
    sameAsWithoutTheHole("x86_64-relr.so", BEYOND_4_GIB);
    sameAsWithoutTheHole("aarch64_be-shared.so", BEYOND_4_GIB);
    sameAsWithoutTheHole("x86_64-versions.so", BEYOND_4_GIB);
  }

  @Test
  void readelfCountsTheSame() throws Exception {
    Assumptions.assumeTrue(new File("/usr/bin/readelf").canExecute(), "no readelf");
    Path file = withHole("x86_64-shared.so", BEYOND_4_GIB).toPath();
    Map<String, Long> printed = new TreeMap<>();
    ReadelfRelocations.ask(
        List.of(file),
        (path, sections) -> {
          for (ReadelfRelocations.Printed section : sections) {
            section.byType().forEach((type, n) -> printed.merge(type, n, Long::sum));
          }
        });
    try (Bytes bytes = Bytes.open(file.toFile(), "large")) {
      Image image = ElfReader.read(bytes);
      assertThat(image.relocations()).isNotNull();
      assertThat(new TreeMap<>(image.relocations().byType())).isEqualTo(printed).isNotEmpty();
    }
  }
}
