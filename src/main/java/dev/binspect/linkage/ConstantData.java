package dev.binspect.linkage;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.image.Section;
import java.util.ArrayList;
import java.util.List;

/** The sections of an image that hold texts and constant tables. */
final class ConstantData {
  private static final long MAX_SECTION = 1 << 28;

  private ConstantData() {}

  /**
   * {@return their contents}
   *
   * <p>Sections of an honest file do not overlap: together they are no longer than the file. What a
   * damaged one says beyond that is left out.
   *
   * @param variables whether initialised variables belong to them: old C forgets to call its tables
   *     constant
   */
  static List<byte[]> of(Image image, boolean variables) throws MalformedException {
    List<Section> sections = image.contents().sections();
    long left = 0;
    for (Section section : sections) {
      left = Math.max(left, section.offset() + section.fileSize());
    }
    List<byte[]> contents = new ArrayList<>();
    for (Section section : sections) {
      long size = section.fileSize();
      if (size > 0
          && size <= Math.min(left, MAX_SECTION)
          && (holds(section.name()) || variables && section.name().equals(".data"))) {
        left -= size;
        Bytes bytes = image.contents().bytes(section);
        contents.add(bytes.copy(0, bytes.length(), section.name()));
      }
    }
    return contents;
  }

  private static boolean holds(String name) {
    return name.startsWith(".rodata")
        || name.equals(".rdata")
        || name.equals("__TEXT,__const")
        || name.equals("__TEXT,__cstring");
  }
}
