package dev.binspect.cli;

import dev.binspect.bytes.Bytes;
import dev.binspect.image.Contents;
import dev.binspect.image.Door;
import dev.binspect.image.EmptyDoor;
import dev.binspect.image.Format;
import dev.binspect.image.Hardening;
import dev.binspect.image.Image;
import dev.binspect.image.Imports;
import dev.binspect.image.Kind;
import dev.binspect.image.Linking;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.Relocations;
import dev.binspect.image.SearchPaths;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import dev.binspect.image.WrittenPages;
import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.LinkageJudge;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import dev.binspect.load.elf.Ahead;
import dev.binspect.report.Report;
import dev.binspect.report.TextReport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Goes the way from an image to text once over a program of nothing, while another processor still
 * reads the real one: what the Java machine loads and links for that is there when the real one
 * comes. It opens no file but the machine's model, and nothing of it is shown.
 */
final class Rehearsal implements Ahead.Rest {
  private static final String PROGRAM = "/program";

  private final FileOptions options;

  Rehearsal(FileOptions options) {
    this.options = options;
  }

  @Override
  public void rehearse() {
    render();
  }

  @Override
  public void prepare(Image library) {
    LinkageJudge.prepare(library);
  }

  /** {@return the report of nothing} */
  String render() {
    Image image = image();
    LoadOptions world = new LoadOptions(null, List.of(), Map.of(), false, true);
    Door door = new EmptyDoor();
    LoadPlan plan = Loaders.plan(PROGRAM, image, world, door);
    Linkage linkage =
        LinkageJudge.judge(
            PROGRAM,
            image,
            plan,
            world,
            new LinkageJudge.Expectation(List.of(), List.of(), null),
            door);
    return TextReport.render(
        new Report(
            PROGRAM,
            0,
            List.of(image),
            plan,
            linkage,
            MachineModel.current().estimate(plan, "a rehearsal"),
            List.of(),
            List.of()),
        Terminal.view(options));
  }

  private static Image image() {
    Map<String, Long> one = Map.of("chainedBind", 1L);
    return new Image(
        Format.MACHO,
        Kind.EXECUTABLE,
        "aarch64",
        64,
        true,
        true,
        Linking.DYNAMIC,
        null,
        null,
        SearchPaths.NONE,
        List.of("nothing"),
        List.of(new Needed("/usr/lib/libobjc.A.dylib", Needed.How.LOAD)),
        new Imports(1, Map.of("/usr/lib/libobjc.A.dylib", 1L)),
        0,
        new Hardening(true, Hardening.Relro.FULL, false, Map.of()),
        new Relocations(1, one, one, one, one, one, new WrittenPages(14, new long[1])),
        "00",
        0,
        new MachoTables(
            "execute",
            List.of(new MachoTables.Bind("_main", 1, false, false, false, 1)),
            MachoTables.Exports.NONE,
            true,
            "macos",
            "12.0",
            0,
            0,
            List.of(),
            0,
            new MachoTables.Fixups(1 << 14, one, one)),
        new NoContents(),
        List.of(Note.info("nothing", "a rehearsal")));
  }

  /** A file of no bytes. */
  private static final class NoContents implements Contents {
    @Override
    public List<Section> sections() {
      return List.of();
    }

    @Override
    public Symbols symbols() {
      return Symbols.NONE;
    }

    @Override
    public Bytes bytes(Section section) {
      return Bytes.of(PROGRAM, new byte[0]);
    }

    @Override
    public @Nullable Bytes at(long address, long count) {
      return null;
    }
  }
}
