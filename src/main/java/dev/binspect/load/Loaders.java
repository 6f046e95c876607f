package dev.binspect.load;

import dev.binspect.image.Door;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Linking;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import dev.binspect.image.Relocations;
import dev.binspect.load.dyld.DyldLoader;
import dev.binspect.load.elf.GlibcLoader;
import dev.binspect.load.elf.MuslLoader;
import dev.binspect.load.windows.WindowsLoader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses the loader whose rules a file falls under. */
public final class Loaders {
  private Loaders() {}

  /**
   * What the loader will do with a program or library and everything it needs. Executes and loads
   * nothing.
   *
   * @param path of the file; {@code $ORIGIN} and {@code @executable_path} are its folder
   */
  public static LoadPlan plan(String path, Image image, LoadOptions options, Door door) {
    return patient(path, image, options, door, null);
  }

  /** The same, and hands every binding to {@code sink} as it is made. */
  public static LoadPlan plan(
      String path, Image image, LoadOptions options, Door door, Binding.Sink sink) {
    return patient(path, image, options, door, sink);
  }

  private static LoadPlan patient(
      String path, Image image, LoadOptions options, Door door, Binding.@Nullable Sink sink) {
    PatientDoor patient = new PatientDoor(door);
    LoadPlan plan = told(choose(path, image, options, patient, sink));
    return patient.exhausted()
        ? plan.with(
            Note.warning(
                "search-cut",
                "The search for libraries was cut after "
                    + PatientDoor.PLACES
                    + " places, or paths of "
                    + PatientDoor.CHARACTERS
                    + " characters in all: what was not found till then counts as missing."))
        : plan;
  }

  /** {@return a plan that says how many symbols are left to libraries that are missing} */
  private static LoadPlan told(LoadPlan plan) {
    int left = plan.missing().isEmpty() ? 0 : plan.undefined(LeftTo.MISSING).size();
    return left == 0
        ? plan
        : plan.with(
            Note.info(
                "left-to-missing",
                (left == 1
                        ? "1 symbol that no library found defines is"
                        : left + " symbols that no library found defines are")
                    + " left to "
                    + (plan.missing().size() == 1
                        ? "the one that is missing."
                        : "those that are missing.")));
  }

  private static LoadPlan choose(
      String path, Image image, LoadOptions options, Door door, Binding.@Nullable Sink sink) {
    if (image.format() == Format.ELF && image.tables() instanceof ElfTables) {
      return elf(path, image, options, door, sink);
    }
    if (image.format() == Format.PE && image.tables() instanceof PeTables tables) {
      return pe(path, image, tables, options, door, sink);
    }
    if (image.tables() instanceof MachoTables && image.kind() != Kind.OTHER) {
      return DyldLoader.plan(path, image, options, door, sink);
    }
    return none(path, image, Counters.UNKNOWN, List.of());
  }

  private static LoadPlan pe(
      String path,
      Image image,
      PeTables tables,
      LoadOptions options,
      Door door,
      Binding.@Nullable Sink sink) {
    if (image.kind() != Kind.EXECUTABLE && image.kind() != Kind.SHARED_LIBRARY) {
      return none(path, image, Counters.UNKNOWN, List.of());
    }
    if (tables.details().subsystem().startsWith("efi-")) {
      return none(
          path,
          image,
          0,
          List.of(Note.info("firmware", "EFI's firmware loads it, without libraries.")));
    }
    return WindowsLoader.plan(path, image, tables, options, door, sink);
  }

  private static LoadPlan elf(
      String path, Image image, LoadOptions options, Door door, Binding.@Nullable Sink sink) {
    if (image.kind() != Kind.EXECUTABLE && image.kind() != Kind.SHARED_LIBRARY) {
      return none(path, image, Counters.UNKNOWN, List.of());
    }
    String interpreter = image.interpreter();
    if (interpreter == null) {
      if (image.linking() != Linking.DYNAMIC) {
        return none(path, image, 0, List.of());
      }
      // A library says by the C library it needs whose rules it was made for.
      return needsMusl(image)
          ? MuslLoader.plan(path, image, options, door, sink)
          : GlibcLoader.plan(path, image, options, door, sink);
    }
    String name = interpreter.substring(interpreter.lastIndexOf('/') + 1);
    if (name.startsWith("ld-musl-")) {
      return MuslLoader.plan(path, image, options, door, sink);
    }
    if (name.startsWith("ld-linux")
        || name.startsWith("ld.so")
        || name.startsWith("ld64.so")
        || name.startsWith("ld-2.")) {
      return GlibcLoader.plan(path, image, options, door, sink);
    }
    String loader = new Root(options.sysroot(), door).host(interpreter);
    return none(
        path,
        image,
        Counters.UNKNOWN,
        List.of(
            Note.warning(
                LoadPlan.LOADER_UNKNOWN,
                "The rules of the loader "
                    + interpreter
                    + " are not known here"
                    + (door.identity(loader) == null
                        ? ", and it is not there: nothing starts with it."
                        : "."))));
  }

  private static boolean needsMusl(Image image) {
    for (Needed needed : image.needed()) {
      if (needed.name().equals("libc.so") || needed.name().startsWith("libc.musl-")) {
        return true;
      }
    }
    return false;
  }

  /**
   * No loader runs, or none whose rules are known: the file alone.
   *
   * @param asked look-ups that are made: 0 where the file relocates itself, by addresses alone
   */
  private static LoadPlan none(String path, Image image, long asked, List<Note> notes) {
    Relocations own = image.relocations();
    long total = own == null ? Counters.UNKNOWN : own.total();
    long pages = own == null ? Counters.UNKNOWN : own.pages();
    long lookups = own == null ? Counters.UNKNOWN : asked;
    LoadedObject program =
        new LoadedObject(
            path.substring(path.lastIndexOf('/') + 1),
            path,
            null,
            FoundBy.PROGRAM,
            0,
            image,
            lookups,
            lookups,
            lookups,
            lookups,
            pages);
    return new LoadPlan(
        LoadPlan.Loader.NONE,
        List.of(program),
        List.of(),
        List.of(),
        new Counters(
            Counters.UNKNOWN, lookups, lookups, Counters.UNKNOWN, lookups, lookups, total, pages),
        List.of(),
        List.of(),
        notes);
  }
}
