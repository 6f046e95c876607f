package dev.binspect.linkage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Contents;
import dev.binspect.image.Image;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.Loaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A debug build's symbols fill a hundred megabytes: who asks about no library waits for none. */
class PlainReportTest {
  private static final class Unread implements Contents {
    private final Contents contents;
    private int reads;

    Unread(Contents contents) {
      this.contents = contents;
    }

    @Override
    public List<Section> sections() throws MalformedException {
      return contents.sections();
    }

    @Override
    public Symbols symbols() throws MalformedException {
      reads++;
      return contents.symbols();
    }

    @Override
    public Bytes bytes(Section section) throws MalformedException {
      return contents.bytes(section);
    }

    @Override
    public @Nullable Bytes at(long address, long count) throws MalformedException {
      return contents.at(address, count);
    }
  }

  @Test
  void theSymbolsAreNotReadWhereNoLibraryIsExpected(@TempDir Path folder) throws Exception {
    Path fixture =
        Path.of(System.getProperty("binspect.home"), "testdata/cargo/ignored/target/release/app");
    String app = Files.copy(fixture, folder.resolve("app")).toString();
    BinaryFiles files = new BinaryFiles();
    Image i = files.images(app).getFirst();
    Unread contents = new Unread(i.contents());
    Image image =
        new Image(
            i.format(),
            i.kind(),
            i.machine(),
            i.bits(),
            i.littleEndian(),
            i.pie(),
            i.linking(),
            i.interpreter(),
            i.name(),
            i.searchPaths(),
            i.producers(),
            i.needed(),
            i.imports(),
            i.exports(),
            i.hardening(),
            i.relocations(),
            i.buildId(),
            i.preferredBase(),
            i.tables(),
            contents,
            i.notes());
    LoadOptions world = new LoadOptions(null, List.of(), Map.of(), false, true);
    Linkage linkage =
        LinkageJudge.judge(
            app,
            image,
            Loaders.plan(app, image, world, files),
            world,
            new LinkageJudge.Expectation(List.of(), List.of(), null),
            files);
    assertThat(linkage.dylibs()).isEmpty();
    assertThat(contents.reads).isZero();
  }
}
