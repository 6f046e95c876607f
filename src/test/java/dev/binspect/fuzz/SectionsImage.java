package dev.binspect.fuzz;

import dev.binspect.bytes.Bytes;
import dev.binspect.image.Contents;
import dev.binspect.image.Format;
import dev.binspect.image.Hardening;
import dev.binspect.image.Image;
import dev.binspect.image.Imports;
import dev.binspect.image.Kind;
import dev.binspect.image.Linking;
import dev.binspect.image.SearchPaths;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A program of which nothing is known but the bytes of some sections. */
public final class SectionsImage implements Contents {
  private final Map<String, byte[]> sections;

  private SectionsImage(Map<String, byte[]> sections) {
    this.sections = sections;
  }

  /** {@return the image; sections that are not loaded, in a little-endian file} */
  public static Image of(Map<String, byte[]> sections) {
    return new Image(
        Format.ELF,
        Kind.EXECUTABLE,
        "x86-64",
        64,
        true,
        true,
        Linking.DYNAMIC,
        null,
        null,
        SearchPaths.NONE,
        List.of(),
        List.of(),
        Imports.NONE,
        0,
        new Hardening(false, Hardening.Relro.NONE, false, Map.of()),
        null,
        null,
        0,
        null,
        new SectionsImage(sections),
        List.of());
  }

  @Override
  public List<Section> sections() {
    List<Section> all = new ArrayList<>();
    for (Map.Entry<String, byte[]> e : sections.entrySet()) {
      long size = e.getValue().length;
      all.add(new Section(e.getKey(), 0, size, 0, size, false, false, false));
    }
    return all;
  }

  @Override
  public Symbols symbols() {
    return Symbols.NONE;
  }

  @Override
  public Bytes bytes(Section section) {
    return Bytes.of("fuzz", sections.getOrDefault(section.name(), new byte[0])).order(true);
  }

  @Override
  public @Nullable Bytes at(long address, long count) {
    return null;
  }
}
