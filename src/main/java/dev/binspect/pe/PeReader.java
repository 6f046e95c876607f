package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_BASERELOC;
import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR;
import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_TLS;
import static dev.binspect.pe.PeConstants.IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE;
import static dev.binspect.pe.PeConstants.IMAGE_FILE_DLL;
import static dev.binspect.pe.PeConstants.IMAGE_FILE_RELOCS_STRIPPED;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Linking;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import dev.binspect.image.Relocations;
import dev.binspect.image.SearchPaths;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a PE file. */
public final class PeReader {
  private PeReader() {}

  /**
   * @param file the whole file
   * @throws MalformedException only if no report is possible; other damage becomes notes
   */
  public static Image read(Bytes file) throws MalformedException {
    Bytes bytes = file.order(true);
    List<Note> notes = new ArrayList<>();
    PeMemory mapped = PeMemory.map(bytes, PeHeader.read(bytes, notes));
    PeNotes.sections(mapped, notes);
    PeMemory placed = PeMovedImage.of(mapped, notes);
    boolean moved = placed != mapped;

    PeTally tally = new PeTally(placed);
    boolean counted = baseRelocations(placed, tally, notes);
    PeMemory memory = moved ? PeMovedImage.withItsOwnHeader(placed) : placed;
    PeHeader header = memory.header;
    PeImports imports = PeImports.read(memory, tally, notes);
    @Nullable PeExports exports = exports(memory, notes);
    PeDebug debug = PeDebug.read(memory, notes);
    PeLoadConfig config = PeLoadConfig.read(memory, notes);
    int callbacks = PeTls.callbacks(memory, notes);
    PeNotes.gnu(memory, notes);
    PeNotes.padding(memory, notes);
    if (exports != null) {
      PeNotes.exports(exports, notes);
    }

    boolean driver = driver(header, imports);
    Kind kind = kind(header, memory);
    // What was taken out for debugging apart from the program leaves directories without content.
    boolean whole = kind != Kind.DEBUG_COMPANION;
    if (!whole) {
      notes.add(
          Note.info(
              "debug-companion",
              "holds debug information only: tables for the loader were taken out of it"));
    }
    @Nullable Relocations relocations =
        whole && counted && imports.complete() ? tally.relocations() : null;
    boolean pie =
        header.hasDll(IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE)
            && !header.has(IMAGE_FILE_RELOCS_STRIPPED);
    @Nullable List<String> manifest = PeManifest.dependencies(memory, notes);
    PeTables tables =
        new PeTables(
            imports.entries(),
            exports == null ? List.of() : exports,
            manifest == null ? List.of() : manifest,
            new PeTables.Details(
                header.machine(),
                PeConstants.subsystem(header.subsystem()),
                debug.pdb(),
                header.sizeOfImage(),
                config.dependentLoadFlags(),
                callbacks,
                PeImports.bound(memory, notes),
                tally.importPages(),
                driver,
                moved,
                manifest != null,
                PeUndeclaredDelays.read(memory, imports, notes),
                exports == null ? 0 : exports.named(),
                exports == null ? 0 : exports.forwarders()));
    return new Image(
        Format.PE,
        kind,
        machine(header, config),
        header.plus() ? 64 : 32,
        true,
        pie,
        linking(header, imports, pie),
        null,
        exports == null ? null : exports.library(),
        SearchPaths.NONE,
        PeProducers.read(memory, notes),
        imports.needed(),
        whole && imports.complete() ? imports.imports() : null,
        exports == null || !whole ? -1 : exports.live(),
        PeHardening.of(header, memory, tally, debug, config),
        relocations,
        debug.buildId(),
        header.imageBase(),
        whole ? tables : null,
        new PeContents(memory),
        List.copyOf(notes));
  }

  private static boolean baseRelocations(PeMemory memory, PeTally tally, List<Note> notes) {
    try {
      PeBaseRelocations.read(memory, tally, notes);
      return true;
    } catch (MalformedException e) {
      if (neverRead(memory) && tally.base() == 0) {
        notes.add(
            Note.info(
                "relocations-ignored",
                "base relocations that are none are not counted, for the image is never moved: "
                    + e.getMessage()));
        return true;
      }
      notes.add(Note.damaged(e));
      return false;
    }
  }

  /**
   * {@return whether what the headers call base relocations is none: the image is marked as having
   * none, or is a program that stays where it asks to be, and not all of them lie in its sections,
   * as they do in a file that was cut off}
   */
  private static boolean neverRead(PeMemory memory) {
    PeHeader header = memory.header;
    if (header.has(IMAGE_FILE_RELOCS_STRIPPED)) {
      return true;
    }
    return !header.has(IMAGE_FILE_DLL)
        && !header.hasDll(IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE)
        && !memory.mapped(
            header.address(IMAGE_DIRECTORY_ENTRY_BASERELOC),
            header.size(IMAGE_DIRECTORY_ENTRY_BASERELOC));
  }

  private static @Nullable PeExports exports(PeMemory memory, List<Note> notes) {
    try {
      return PeExports.read(memory, notes);
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      return null;
    }
  }

  private static String machine(PeHeader header, PeLoadConfig config) {
    int machine = header.machine();
    if (config.hybrid() && machine == PeConstants.IMAGE_FILE_MACHINE_AMD64) {
      machine = PeConstants.IMAGE_FILE_MACHINE_ARM64EC;
    } else if (config.hybrid() && machine == PeConstants.IMAGE_FILE_MACHINE_ARM64) {
      machine = PeConstants.IMAGE_FILE_MACHINE_ARM64X;
    }
    return PeConstants.machine(machine);
  }

  private static Kind kind(PeHeader header, PeMemory memory) {
    if (PeNotes.onlyDebugInformation(memory)) {
      return Kind.DEBUG_COMPANION;
    }
    return header.has(IMAGE_FILE_DLL) ? Kind.SHARED_LIBRARY : Kind.EXECUTABLE;
  }

  private static Linking linking(PeHeader header, PeImports imports, boolean pie) {
    if (header.has(IMAGE_FILE_DLL)
        || !imports.entries().isEmpty()
        || !imports.needed().isEmpty()
        || header.address(IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR) != 0) {
      return Linking.DYNAMIC;
    }
    return pie ? Linking.STATIC_PIE : Linking.STATIC;
  }

  /**
   * A native image that asks the kernel for functions, or is marked so, is loaded by the kernel.
   */
  private static boolean driver(PeHeader header, PeImports imports) {
    if (header.subsystem() != PeConstants.IMAGE_SUBSYSTEM_NATIVE) {
      return false;
    }
    if (header.hasDll(PeConstants.IMAGE_DLLCHARACTERISTICS_WDM_DRIVER)) {
      return true;
    }
    for (var needed : imports.needed()) {
      String name = needed.name();
      if (name.equalsIgnoreCase("ntoskrnl.exe")
          || name.equalsIgnoreCase("hal.dll")
          || name.equalsIgnoreCase("wdfldr.sys")
          || name.regionMatches(true, name.length() - 4, ".sys", 0, 4)) {
        return true;
      }
    }
    return header.address(IMAGE_DIRECTORY_ENTRY_TLS) == 0 && imports.needed().isEmpty();
  }
}
