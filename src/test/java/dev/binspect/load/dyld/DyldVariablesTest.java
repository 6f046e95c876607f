package dev.binspect.load.dyld;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Loaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What turns dyld's search elsewhere: suffixes, versions, Catalyst. */
class DyldVariablesTest {
  private static final Path FIXTURES =
      Path.of(System.getProperty("binspect.home"), "testdata", "macho", "arm64-chained");
  private static final int LC_LOAD_DYLIB = 0xc;
  private static final int LC_ID_DYLIB = 0xd;
  private static final int LC_BUILD_VERSION = 0x32;

  /** As long as the fixtures' "@rpath/libfoo.dylib". */
  private static final String ABSOLUTE = "/opt/a/libfoo.dylib";

  @TempDir private Path world;
  private Path root;

  @BeforeEach
  void realWorld() throws IOException {
    root = world.toRealPath();
  }

  private Path put(String fixture, String to) throws IOException {
    Path target = root.resolve(to);
    Files.createDirectories(target.getParent());
    String content = Files.readString(FIXTURES.resolve(fixture), ISO_8859_1);
    return Files.writeString(target, content.replace("@rpath/libfoo.dylib", ABSOLUTE), ISO_8859_1);
  }

  private static void put(Path file, int command, int at, int value) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(find(bytes, command) + at, value);
    Files.write(file, bytes.array());
  }

  /** Where the first load command of a kind stands, but for the system's library. */
  private static int find(ByteBuffer bytes, int command) {
    int at = 32;
    while (bytes.getInt(at) != command) {
      at += bytes.getInt(at + 4);
      assertThat(at).isLessThan(32 + bytes.getInt(20));
    }
    return at;
  }

  private LoadPlan plan(Map<String, String> environment) throws Exception {
    String path = root + "/bin/app";
    BinaryFiles door = new BinaryFiles();
    LoadOptions options = new LoadOptions(root.toString(), List.of(), environment, false, true);
    return Loaders.plan(path, door.images(path).getFirst(), options, door);
  }

  private @Nullable String path(Map<String, String> environment, String name) throws Exception {
    for (LoadedObject object : plan(environment).objects()) {
      if (object.name().equals(name)) {
        assertThat(object.foundBy()).isNotEqualTo(FoundBy.PROGRAM);
        return root.relativize(Path.of(object.path())).toString();
      }
    }
    return null;
  }

  @Test
  void aSuffixComesFirstAndIsNotNeeded() throws Exception {
    put("app", "bin/app");
    put("libfoo.dylib", "opt/a/libfoo.dylib");
    Map<String, String> debug = Map.of("DYLD_IMAGE_SUFFIX", "_debug:_profile");
    assertThat(path(debug, ABSOLUTE)).isEqualTo("opt/a/libfoo.dylib");
    put("libfoo.dylib", "opt/a/libfoo_profile.dylib");
    assertThat(path(debug, ABSOLUTE)).isEqualTo("opt/a/libfoo_profile.dylib");
    put("libfoo.dylib", "opt/a/libfoo_debug.dylib");
    assertThat(path(debug, ABSOLUTE)).isEqualTo("opt/a/libfoo_debug.dylib");
    assertThat(path(Map.of(), ABSOLUTE)).isEqualTo("opt/a/libfoo.dylib");
  }

  @Test
  void theNewerLibraryOfAVersionedFolderIsTaken() throws Exception {
    put("app", "bin/app");
    Path there = put("libfoo.dylib", "opt/a/libfoo.dylib");
    Path other = put("libfoo.dylib", "other/renamed.dylib");
    Map<String, String> versioned = Map.of("DYLD_VERSIONED_LIBRARY_PATH", "/other");
    put(there, LC_ID_DYLIB, 16, 0x20000);
    put(other, LC_ID_DYLIB, 16, 0x20000);
    assertThat(path(versioned, ABSOLUTE)).isEqualTo("opt/a/libfoo.dylib");
    put(other, LC_ID_DYLIB, 16, 0x20100);
    assertThat(path(versioned, ABSOLUTE)).isEqualTo("other/renamed.dylib");
    put(there, LC_ID_DYLIB, 16, 0xffff0000); // compared without a sign
    assertThat(path(versioned, ABSOLUTE)).isEqualTo("opt/a/libfoo.dylib");
    Files.delete(there);
    assertThat(path(versioned, ABSOLUTE)).isEqualTo("other/renamed.dylib");
  }

  @Test
  void aCatalystProgramLooksBelowIosSupportFirst() throws Exception {
    Path app = put("app", "bin/app");
    put("libfoo.dylib", "opt/a/libfoo.dylib");
    put("libfoo.dylib", "System/iOSSupport/opt/a/libfoo.dylib");
    assertThat(path(Map.of(), ABSOLUTE)).isEqualTo("opt/a/libfoo.dylib");
    put(app, LC_BUILD_VERSION, 8, 6);
    assertThat(path(Map.of(), ABSOLUTE)).isEqualTo("System/iOSSupport/opt/a/libfoo.dylib");
    Files.delete(root.resolve("System/iOSSupport/opt/a/libfoo.dylib"));
    assertThat(path(Map.of(), ABSOLUTE)).isEqualTo("opt/a/libfoo.dylib");
  }

  @Test
  void aWeakLibraryMayBeInitialisedLateAsWell() throws Exception {
    Path app = put("app", "bin/app");
    for (int use : new int[] {8, 9}) {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(app)).order(ByteOrder.LITTLE_ENDIAN);
      int at = find(bytes, LC_LOAD_DYLIB);
      byte[] name = new byte[20];
      bytes.get(at + bytes.getInt(at + 8), name);
      assertThat(new String(name, ISO_8859_1)).startsWith(ABSOLUTE);
      bytes.putInt(at + 8, 28).putInt(at + 12, 0x1a741800).putInt(at + 24, use);
      bytes.put(at + 28, name);
      Files.write(app, bytes.array());
      Image image = new BinaryFiles().images(app.toString()).getFirst();
      assertThat(image.needed().getFirst())
          .isEqualTo(new Needed(ABSOLUTE, use == 8 ? Needed.How.DELAY : Needed.How.WEAK, true));
    }
  }
}
