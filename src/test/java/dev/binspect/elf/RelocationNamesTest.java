package dev.binspect.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every type of every machine that readelf knows has readelf's name. */
class RelocationNamesTest {
  private record Target(int machine, boolean little) {}

  private static final List<Target> TARGETS =
      List.of(
          new Target(Machine.X86_64, true),
          new Target(Machine.I386, true),
          new Target(Machine.AARCH64, true),
          new Target(Machine.ARM, true),
          new Target(Machine.RISCV, true),
          new Target(Machine.PPC, false),
          new Target(Machine.PPC64, false),
          new Target(Machine.S390, false),
          new Target(Machine.MIPS, false),
          new Target(Machine.LOONGARCH, true),
          new Target(Machine.SPARC, false),
          new Target(Machine.M68K, false),
          new Target(Machine.PARISC, false),
          new Target(Machine.SH, true),
          new Target(Machine.ALPHA, true),
          new Target(93, true),
          new Target(195, true),
          new Target(50, true),
          new Target(252, true),
          new Target(189, true),
          new Target(113, true),
          new Target(92, false));

  @TestFactory
  Stream<DynamicTest> namesAreThoseOfReadelf() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/readelf")), "readelf is not installed");
    return TARGETS.stream()
        .map(target -> dynamicTest(Machine.name(target.machine(), false), () -> compare(target)));
  }

  @Test
  void unknownTypesKeepTheirNumber() {
    assertThat(RelocationNames.name(Machine.X86_64, 249)).isEqualTo("249");
    assertThat(RelocationNames.name(Machine.X86_64, -1)).isEqualTo("4294967295");
    assertThat(RelocationNames.name(0x1234, 8)).isEqualTo("8");
  }

  private static void compare(Target target) throws Exception {
    Path file = Files.createTempFile("binspect-names", ".o");
    try {
      Files.write(file, object(target));
      Process readelf =
          new ProcessBuilder("readelf", "-rW", file.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String out = new String(readelf.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      int compared = 0;
      for (String line : out.split("\n")) {
        String[] parts = line.trim().split("\\s+");
        if (parts.length >= 3 && parts[0].length() == 8 && parts[2].startsWith("R_")) {
          int type = Integer.parseInt(parts[1], 16);
          assertThat(RelocationNames.name(target.machine(), type)).isEqualTo(parts[2]);
          compared++;
        }
      }
      assertThat(compared).isGreaterThan(20);
    } finally {
      Files.delete(file);
    }
  }

  /** A 32-bit object whose one relocation section has each of the 256 types once. */
  private static byte[] object(Target target) {
    byte[] names = "\0.rela.text\0.text\0.symtab\0.strtab\0".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer out =
        ByteBuffer.allocate(52 + 256 * 12 + 16 + 36 + 5 * 40)
            .order(target.little() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int rela = 52;
    int symbols = rela + 256 * 12;
    int strings = symbols + 16;
    int sections = strings + 36;
    out.put(new byte[] {0x7f, 'E', 'L', 'F', 1, (byte) (target.little() ? 1 : 2), 1});
    out.position(16);
    out.putShort((short) 1).putShort((short) target.machine()).putInt(1);
    out.putInt(0).putInt(0).putInt(sections).putInt(0);
    out.putShort((short) 52).putShort((short) 0).putShort((short) 0);
    out.putShort((short) 40).putShort((short) 5).putShort((short) 4);
    for (int type = 0; type < 256; type++) {
      out.putInt(0).putInt(type).putInt(0);
    }
    out.position(strings);
    out.put(names);
    out.position(sections + 40);
    section(out, 12, 1, 6, rela, 0, 0, 0, 0);
    section(out, 1, 4, 0, rela, 256 * 12, 3, 1, 12);
    section(out, 18, 2, 0, symbols, 16, 4, 1, 16);
    section(out, 26, 3, 0, strings, names.length, 0, 0, 0);
    return out.array();
  }

  private static void section(
      ByteBuffer out,
      int name,
      int type,
      int flags,
      int offset,
      int size,
      int link,
      int info,
      int entry) {
    out.putInt(name).putInt(type).putInt(flags).putInt(0).putInt(offset).putInt(size);
    out.putInt(link).putInt(info).putInt(4).putInt(entry);
  }
}
