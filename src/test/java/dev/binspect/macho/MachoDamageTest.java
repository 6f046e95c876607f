package dev.binspect.macho;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Note;
import dev.binspect.image.Relocations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every field of the header, the load commands and __LINKEDIT in turn takes values that hurt. */
class MachoDamageTest {
  private static final int[] VALUES = {0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x4000, 12};

  @Test
  void everyFieldOfTheLoadCommandsMayHoldAnything() throws IOException {
    int reports = 0;
    for (Path file : MachoFixtures.files()) {
      byte[] content = MachoFixtures.content(MachoFixtures.name(file));
      if (content.length > 40_000) {
        continue;
      }
      ByteBuffer fields = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
      int end = Math.min(content.length - 4, 0x400);
      for (int at = 4; at <= end; at += 4) {
        int before = fields.getInt(at);
        fields.putInt(at, VALUES[(at / 4) % VALUES.length]);
        reports += read(content) ? 1 : 0;
        fields.putInt(at, before);
      }
    }
    assertThat(reports).isGreaterThan(1000);
  }

  @Test
  void everyByteOfLinkEditMayHoldAnything() throws IOException {
    int reports = 0;
    for (String name :
        List.of(
            "bytes/opcodes.dylib",
            "bytes/threaded.dylib",
            "bytes/format01.dylib",
            "bytes/imports3.dylib",
            "bytes/compressed-names.dylib",
            "bytes/several-starts.dylib",
            "bytes/classic-ppc.dylib",
            "x86_64-classic/libcxx.dylib")) {
      byte[] content = MachoFixtures.content(name);
      int from = Math.max(0, content.length - 700);
      for (int at = from; at < content.length; at++) {
        byte before = content[at];
        for (int value : new int[] {0, 0x7f, 0x80, 0xff, before ^ 1}) {
          content[at] = (byte) value;
          reports += read(content) ? 1 : 0;
        }
        content[at] = before;
      }
    }
    assertThat(reports).isGreaterThan(1000);
  }

  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void segmentsMayOverlap() throws IOException {
    int reports = 0;
    for (Path file : MachoFixtures.files()) {
      byte[] content = MachoFixtures.content(MachoFixtures.name(file));
      ByteBuffer fields = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
      int magic = content.length < 64 ? 0 : fields.getInt(0);
      if (content.length > 40_000 || (magic != 0xfeedface && magic != 0xfeedfacf)) {
        continue;
      }
      int at = magic == 0xfeedfacf ? 32 : 28;
      for (int i = 0; i < fields.getInt(16) && at >= 0 && at + 56 < content.length; i++) {
        int command = fields.getInt(at);
        if (command == 1 || command == 0x19) {
          int before = fields.getInt(at + 24);
          for (int address = 0x1a; address < 0xa000; address += 0x91a) {
            fields.putInt(at + 24, address);
            reports += read(content) ? 1 : 0;
          }
          fields.putInt(at + 24, before);
        }
        at += Math.max(8, fields.getInt(at + 4));
      }
    }
    assertThat(reports).isGreaterThan(100);
  }

  @Test
  void aFileMayEndAnywhere() throws IOException {
    byte[] content = MachoFixtures.content("bytes/opcodes.dylib");
    int reports = 0;
    for (int length = 4; length < content.length; length += length < 0x600 ? 1 : 97) {
      reports += read(java.util.Arrays.copyOf(content, length)) ? 1 : 0;
    }
    assertThat(reports).isGreaterThan(100);
  }

  /** What a cut takes away is told: a number that stays without a word is the whole file's. */
  @Test
  void aFileThatEndsEarlySaysSoOrCountsTheSame() throws Exception {
    int silent = 0;
    int told = 0;
    for (Path file : MachoFixtures.files()) {
      byte[] content = MachoFixtures.content(MachoFixtures.name(file));
      List<Image> whole;
      try {
        whole = MachoReader.read(Bytes.of("whole", content));
      } catch (MalformedException e) {
        continue;
      }
      for (int length = 64; length < content.length; length += 1 + content.length / 60) {
        List<Image> cut;
        try {
          byte[] part = java.util.Arrays.copyOf(content, length);
          cut = MachoReader.read(Bytes.of("cut", part));
        } catch (MalformedException e) {
          told++;
          continue;
        }
        if (cut.stream()
            .flatMap(image -> image.notes().stream())
            .anyMatch(note -> note.level() == Note.Level.WARNING)) {
          told++;
        } else {
          silent++;
          assertThat(counts(cut)).as(file + " cut to " + length).isEqualTo(counts(whole));
        }
      }
    }
    assertThat(told).isGreaterThan(1000);
    assertThat(silent).isLessThan(told / 4);
  }

  private static List<Object> counts(List<Image> images) {
    List<Object> counts = new java.util.ArrayList<>();
    for (Image image : images) {
      counts.add(String.valueOf(image.relocations()));
      counts.add(String.valueOf(image.imports()));
      counts.add(image.exports());
      counts.add(image.needed());
    }
    return counts;
  }

  /** Any word of the file may be another, pointers of chains among them. */
  @Test
  void chainsMayHoldAnything() throws IOException {
    java.util.Random random = new java.util.Random(6);
    int reports = 0;
    for (Path file : MachoFixtures.files()) {
      byte[] content = MachoFixtures.content(MachoFixtures.name(file));
      ByteBuffer words = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < 60; i++) {
        int at = random.nextInt(content.length - 8);
        long before = words.getLong(at);
        words.putLong(
            at, random.nextBoolean() ? random.nextLong() : before ^ 1L << random.nextInt(64));
        reports += read(content) ? 1 : 0;
        words.putLong(at, before);
      }
    }
    assertThat(reports).isGreaterThan(1000);
  }

  /** {@return whether there was a report; anything but that or one line fails} */
  private static boolean read(byte[] content) {
    List<Image> images;
    try {
      images = MachoReader.read(Bytes.of("damaged", content));
    } catch (MalformedException e) {
      assertThat(e.getMessage()).doesNotContain("\n");
      return false;
    }
    for (Image image : images) {
      Relocations relocations = image.relocations();
      if (relocations == null || image.imports() == null || image.exports() < 0) {
        assertThat(image.notes()).isNotEmpty();
      }
      if (relocations != null) {
        long sum = 0;
        for (long part : relocations.byPlace().values()) {
          sum += part;
        }
        assertThat(sum).isEqualTo(relocations.total());
        assertThat(relocations.total()).isLessThanOrEqualTo(content.length + 1024L);
      }
      if (image.tables() instanceof MachoTables tables && tables.exports().size() > 0) {
        assertThat(tables.exports().iterator().next().name()).isNotNull();
      }
      try {
        image.contents().symbols();
      } catch (MalformedException e) {
        assertThat(e.getMessage()).doesNotContain("\n");
      }
    }
    return true;
  }
}
