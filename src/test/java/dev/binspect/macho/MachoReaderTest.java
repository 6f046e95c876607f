package dev.binspect.macho;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachoReaderTest {
  @Test
  void aJavaClassIsToldFromAUniversalFile() throws Exception {
    byte[] content;
    try (InputStream in = MachoReaderTest.class.getResourceAsStream("MachoReaderTest.class")) {
      content = in.readAllBytes();
    }
    assertThatThrownBy(() -> MachoReader.read(Bytes.of("A.class", content)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("is a Java class file (version 69)");
  }

  @Test
  void eachSliceOfAUniversalFileIsAnImage() throws Exception {
    List<Image> thin = MachoFixtures.read("universal/libbar.dylib");
    assertThat(thin).extracting(Image::machine).containsExactly("x86-64", "aarch64");
    List<Image> wide = MachoFixtures.read("universal/classic.fat64.dylib");
    assertThat(wide).extracting(Image::machine).containsExactlyInAnyOrder("x86-64", "i386");
    assertThat(thin.get(1).relocations())
        .isEqualTo(MachoFixtures.first("arm64-chained/libbar.dylib").relocations());
  }

  /** Forty slices over one range would be reported forty times. */
  @Test
  void aSliceThatOverlapsAnotherIsDamage() throws Exception {
    byte[] content = MachoFixtures.content("universal/libbar.dylib");
    ByteBuffer file = ByteBuffer.wrap(content);
    file.putInt(8 + 20 + 8, file.getInt(8 + 8)).putInt(8 + 20 + 12, file.getInt(8 + 12));
    List<Image> images = MachoReader.read(Bytes.of("libbar.dylib", content));
    assertThat(images).extracting(Image::machine).containsExactly("x86-64");
    assertThat(images.getFirst().notes())
        .anyMatch(
            note -> note.code().equals("damaged") && note.message().contains("overlaps slice 0"));
  }

  @Test
  void aUniversalArchiveIsRefusedInOneLine() throws Exception {
    byte[] archive = MachoFixtures.content("universal/libbar.a");
    ByteBuffer file = ByteBuffer.allocate(64 + archive.length);
    file.putInt(0xcafebabe).putInt(1).putInt(0x1000007).putInt(3).putInt(64);
    file.putInt(archive.length).putInt(2).position(64).put(archive);
    assertThatThrownBy(() -> MachoReader.read(Bytes.of("libbar.a", file.array())))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("is a static library (archive)");
  }

  @Test
  void anObjectFileIsNoFileForALoader() throws Exception {
    Image object = MachoFixtures.first("objects/bar-i386.o");
    assertThat(object.kind()).isEqualTo(Kind.OBJECT);
    assertThat(object.tables()).isNull();
    assertThat(object.relocations().total()).isZero();
    assertThat(object.exports()).isEqualTo(2);
  }

  @Test
  void symbolsAndSectionsFitTogether() throws Exception {
    Image image = MachoFixtures.first("arm64-chained/libcrate.dylib");
    Symbols symbols = image.contents().symbols();
    List<Section> sections = image.contents().sections();
    List<String> functions = new ArrayList<>();
    for (int i = 0; i < symbols.count(); i++) {
      if (symbols.type(i) == Symbols.FUNCTION && symbols.binding(i) == Symbols.GLOBAL) {
        Section section = sections.get(symbols.section(i));
        assertThat(section.name()).isEqualTo("__TEXT,__text");
        assertThat(symbols.value(i))
            .isBetween(section.address(), section.address() + section.size() - 4);
        assertThat(symbols.size(i)).isEqualTo(8);
        Bytes code = image.contents().at(symbols.value(i), symbols.size(i));
        // Both end in ret.
        assertThat(code.u32(4, "code")).isEqualTo(0xd65f03c0L);
        functions.add(symbols.name(i));
      }
    }
    assertThat(functions)
        .containsExactlyInAnyOrder(
            "__ZN5serde3ser9to_string17h0123456789abcdefE", "__RNvNtCs1234_5serde2de5parse");
  }

  @Test
  void exportsOfTheTrieAreNamed() throws Exception {
    MachoTables tables = (MachoTables) MachoFixtures.first("bytes/opcodes.dylib").tables();
    assertThat(tables.exports())
        .containsExactlyInAnyOrder(
            new MachoTables.Export("_a", false, 0, null),
            new MachoTables.Export("_bc", true, 0, null),
            new MachoTables.Export("_d", false, 2, null));
  }

  @Test
  void aTrieThatComesBackToANodeIsDamaged() throws Exception {
    byte[] content = MachoFixtures.content("bytes/opcodes.dylib");
    int at = indexOf(content, new byte[] {0, 1, '_', 0, 5, 0, 3, 'a', 0, 17});
    content[at + 9] = 5;
    Image image = MachoReader.read(Bytes.of("loop", content)).getFirst();
    assertThat(image.exports()).isEqualTo(-1);
    assertThat(image.notes()).anyMatch(note -> note.message().contains("comes back to a node"));
    assertThat(image.relocations()).isNotNull();
  }

  @Test
  void aReexportWhoseNameDoesNotEndIsDamage() throws Exception {
    byte[] content = MachoFixtures.content("bytes/opcodes.dylib");
    int at = indexOf(content, new byte[] {3, 8, 2, 0, 0});
    byte[] cut = content.clone();
    // The name runs on to the end of the trie.
    java.util.Arrays.fill(cut, at + 3, content.length, (byte) 'x');
    assertThat(MachoReader.read(Bytes.of("cut", cut)).getFirst().exports()).isEqualTo(-1);
    byte[] huge = content.clone();
    // A terminal of nearly 2^63 bytes must not wrap around.
    java.util.Arrays.fill(huge, at - 8, at, (byte) 0xff);
    huge[at] = 0x7f;
    assertThat(MachoReader.read(Bytes.of("huge", huge)).getFirst().exports()).isEqualTo(-1);
  }

  @Test
  void compressedNamesThatUnpackWithoutEndAreDamage() throws Exception {
    byte[] content = MachoFixtures.content("bytes/compressed-names.dylib");
    java.util.zip.Deflater deflater = new java.util.zip.Deflater(9);
    deflater.setInput(new byte[9_000_000]);
    deflater.finish();
    byte[] packed = new byte[60_000];
    int size = deflater.deflate(packed);
    deflater.end();
    int blob = 0x4000;
    int names = ByteBuffer.wrap(content).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(blob + 12);
    byte[] bomb = java.util.Arrays.copyOf(content, blob + names + size);
    System.arraycopy(packed, 0, bomb, blob + names, size);
    int command = indexOf(bomb, new byte[] {0x34, 0, 0, (byte) 0x80});
    ByteBuffer.wrap(bomb)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putInt(command + 12, names + size);
    Image image = MachoReader.read(Bytes.of("bomb", bomb)).getFirst();
    assertThat(image.relocations()).isNull();
    assertThat(image.notes()).anyMatch(note -> note.message().contains("unpack to more than"));
  }

  @Test
  void theFlagsOfTheCodeDirectoryAreRead() throws Exception {
    byte[] content = MachoFixtures.content("arm64-chained/app");
    Image signed = MachoReader.read(Bytes.of("app", content)).getFirst();
    assertThat(signed.hardening().more())
        .containsEntry("codeSignature", true)
        .containsEntry("adHocSigned", true)
        .containsEntry("hardenedRuntime", false);
    int directory = indexOf(content, new byte[] {(byte) 0xfa, (byte) 0xde, 0x0c, 0x02});
    ByteBuffer.wrap(content).putInt(directory + 12, 0x10000);
    Image hardened = MachoReader.read(Bytes.of("app", content)).getFirst();
    assertThat(hardened.hardening().more())
        .containsEntry("adHocSigned", false)
        .containsEntry("hardenedRuntime", true);
  }

  @Test
  void arm64CountsPagesOfSixteenKibibytes() throws Exception {
    Image arm = MachoFixtures.first("arm64-chained/libfoo.dylib");
    Image intel = MachoFixtures.first("x86_64-classic/libfoo.dylib");
    // __DATA_CONST and __DATA: one page each, however large pages are.
    assertThat(arm.relocations().pages()).isEqualTo(2);
    assertThat(intel.relocations().pages()).isEqualTo(2);
    assertThat(arm.relocations().byPlace()).containsKeys("got", "data", "relro");
  }

  @Test
  void fixupsAreCountedBySegmentAndSection() throws Exception {
    Image image = MachoFixtures.first("x86_64-classic/libfoo.dylib");
    MachoTables.Fixups fixups = ((MachoTables) image.tables()).fixups();
    assertThat(fixups.pageSize()).isEqualTo(4096);
    long total = image.relocations().total();
    assertThat(fixups.bySegment().values().stream().mapToLong(n -> n).sum()).isEqualTo(total);
    assertThat(fixups.bySection().values().stream().mapToLong(n -> n).sum()).isEqualTo(total);
    assertThat(fixups.bySection()).containsKeys("__DATA_CONST,__got", "__DATA,__la_symbol_ptr");
    assertThat(fixups.bySegment()).containsOnlyKeys("__DATA_CONST", "__DATA");
  }

  @Test
  void aKernelCollectionNamesItsImages() throws Exception {
    ByteBuffer file = ByteBuffer.allocate(0x4000).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    file.putInt(0xfeedfacf).putInt(0x100000c).putInt(2).putInt(12);
    file.putInt(2).putInt(2 * 56).putInt(0).putInt(0);
    for (String name : List.of("com.apple.kernel", "com.apple.driver.AppleA")) {
      int at = file.position();
      file.putInt(0x80000035).putInt(56).putLong(0xfffffe0007004000L).putLong(0x4000);
      file.putInt(32).putInt(0).put(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      file.position(at + 56);
    }
    Image image = MachoReader.read(Bytes.of("kernelcache", file.array())).getFirst();
    assertThat(image.kind()).isEqualTo(Kind.OTHER);
    assertThat(((MachoTables) image.tables()).fileType()).isEqualTo("fileset");
    assertThat(image.notes())
        .anyMatch(note -> note.message().contains("2 images, first com.apple.kernel;"));
  }

  @Test
  void whatStandsForCodeAndIsNoMachoFileIsNamed() throws Exception {
    assertThat(what("dyld_v1  arm64e\0")).contains("dyld shared cache (arm64e)");
    assertThat(what("dyld_v1  x86_64h\0")).contains("dyld shared cache (x86_64h)");
    assertThat(what("complzss")).contains("LZSS");
    assertThat(what("bvx2")).contains("LZFSE");
    assertThat(what("0\u0084\0\u0001\0\0\u0016\u0004IM4P\u0016\u0004krnl")).contains("IMG4");
    assertThat(what("BC\u00c0\u00de")).contains("bitcode");
    assertThat(what("--- !tapi-tbd\ntbd-version: 4\n")).contains("text stub");
    assertThat(what("hello")).isNull();
    assertThat(what("")).isNull();
    assertThat(what("dyld_v1")).contains("dyld shared cache:");
  }

  private static String what(String content) throws Exception {
    return MachoLookalikes.describe(
        Bytes.of("file", content.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
  }

  private static int indexOf(byte[] where, byte[] what) {
    for (int i = 0; i + what.length <= where.length; i++) {
      if (java.util.Arrays.equals(where, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }
}
