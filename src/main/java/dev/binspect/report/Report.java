package dev.binspect.report;

import dev.binspect.check.Check;
import dev.binspect.image.Image;
import dev.binspect.image.Note;
import dev.binspect.linkage.Linkage;
import dev.binspect.load.LoadPlan;
import dev.binspect.start.Start;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one file: what every output format shows.
 *
 * @param path as the user gave it
 * @param size bytes
 * @param images one per architecture
 * @param load for the image this machine would run, else the first; null where no loader takes it
 * @param notes those that are neither an image's nor the load's own
 * @param crates bytes of the Rust crates whose code and data stand in the file, by their symbols'
 *     sizes; -1 where sizes are unknown; null where nobody asked, or the symbols are gone
 */
public record Report(
    String path,
    long size,
    List<Image> images,
    @Nullable LoadPlan load,
    @Nullable Linkage linkage,
    @Nullable Start start,
    List<Check> checks,
    List<Note> notes,
    @Nullable Map<String, Long> crates) {
  /** A report that does not tell crates. */
  public Report(
      String path,
      long size,
      List<Image> images,
      @Nullable LoadPlan load,
      @Nullable Linkage linkage,
      @Nullable Start start,
      List<Check> checks,
      List<Note> notes) {
    this(path, size, images, load, linkage, start, checks, notes, null);
  }

  /** {@return the same with checks} */
  public Report withChecks(List<Check> judged) {
    return new Report(path, size, images, load, linkage, start, judged, notes, crates);
  }

  /** {@return the same with another start} */
  public Report withStart(Start other) {
    return new Report(path, size, images, load, linkage, other, checks, notes, crates);
  }

  /** {@return the same with the crates it is made of} */
  public Report withCrates(@Nullable Map<String, Long> counted) {
    return new Report(path, size, images, load, linkage, start, checks, notes, counted);
  }

  /** {@return the notes of the report, of its images and of the load, each once} */
  public List<Note> allNotes() {
    Set<Note> all = new LinkedHashSet<>(notes);
    for (Image image : images) {
      all.addAll(image.notes());
    }
    if (load != null) {
      all.addAll(load.notes());
    }
    return List.copyOf(all);
  }
}
