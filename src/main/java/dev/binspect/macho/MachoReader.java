package dev.binspect.macho;

import static dev.binspect.macho.MachoConstants.FAT_MAGIC;
import static dev.binspect.macho.MachoConstants.FAT_MAGIC_64;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.image.Note;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a Mach-O file, thin or universal. */
public final class MachoReader {
  private MachoReader() {}

  /**
   * @param file the whole file
   * @return one image a slice
   * @throws MalformedException only if no report is possible; other damage becomes notes
   */
  public static List<Image> read(Bytes file) throws MalformedException {
    int magic = file.order(false).i32(0, "Mach-O header");
    if (magic != FAT_MAGIC && magic != FAT_MAGIC_64) {
      return List.of(SliceReader.read(file));
    }
    UniversalFile universal = UniversalFile.read(file);
    List<Image> images = new ArrayList<>();
    List<Note> failures = new ArrayList<>();
    @Nullable MalformedException first = null;
    for (int i = 0; i < universal.count(); i++) {
      try {
        images.add(SliceReader.read(universal.slice(i)));
      } catch (MalformedException e) {
        if (first == null) {
          first = e;
        }
        failures.add(
            new Note(
                Note.Level.WARNING,
                "damaged",
                "slice " + (i + 1) + " of " + universal.count() + " " + e.getMessage(),
                e.offset()));
      }
    }
    if (images.isEmpty() && first != null) {
      throw first;
    }
    if (!failures.isEmpty()) {
      images.set(0, withNotes(images.get(0), failures));
    }
    return List.copyOf(images);
  }

  /** A slice that cannot be read has no image to carry its note: the first one does. */
  private static Image withNotes(Image image, List<Note> more) {
    List<Note> notes = new ArrayList<>(image.notes());
    notes.addAll(more);
    return new Image(
        image.format(),
        image.kind(),
        image.machine(),
        image.bits(),
        image.littleEndian(),
        image.pie(),
        image.linking(),
        image.interpreter(),
        image.name(),
        image.searchPaths(),
        image.producers(),
        image.needed(),
        image.imports(),
        image.exports(),
        image.hardening(),
        image.relocations(),
        image.buildId(),
        image.preferredBase(),
        image.tables(),
        image.contents(),
        List.copyOf(notes));
  }
}
