package dev.binspect.rust;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a program and a file are one build, though the one was copied, renamed or stripped: by
 * their build ids, or, where a linker makes none (rustc's own lld), by all that a start may only
 * read of them: code, constants, what the loader is told. Stripping leaves that as it is.
 */
public final class SameBuild {
  private static final int STEP = 1 << 16;

  /** Sections of a damaged file may overlap: what is more than this is not compared. */
  private static final long MOST_BYTES = 1L << 31;

  private SameBuild() {}

  /** {@return whether the file at the path is there and is the same build as the program} */
  static boolean of(Image program, String path, Door door) {
    return at(program, path, door) != null;
  }

  /** {@return what the file at the path holds of the same build as the program, or null} */
  public static @Nullable Image at(Image program, String path, Door door) {
    if (!door.isFile(path)) {
      return null;
    }
    try {
      for (Image other : door.images(path)) {
        String own = program.buildId();
        String id = other.buildId();
        if (own != null || id != null ? own != null && own.equals(id) : sameCode(program, other)) {
          return other;
        }
      }
      return null;
    } catch (IOException | MalformedException e) {
      // What cannot be read is nobody's build.
      return null;
    }
  }

  private static boolean sameCode(Image one, Image other) throws MalformedException {
    List<Section> own = readOnly(one);
    List<Section> others = readOnly(other);
    boolean code = false;
    long bytes = 0;
    if (own.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < own.size(); i++) {
      Section a = own.get(i);
      Section b = others.get(i);
      if (!a.name().equals(b.name())
          || a.address() != b.address()
          || a.fileSize() != b.fileSize()) {
        return false;
      }
      code |= a.executable();
      bytes += a.fileSize();
    }
    if (!code || bytes > MOST_BYTES) {
      return false;
    }
    for (int i = 0; i < own.size(); i++) {
      if (!sameBytes(one.contents().bytes(own.get(i)), other.contents().bytes(others.get(i)))) {
        return false;
      }
    }
    return true;
  }

  private static List<Section> readOnly(Image image) throws MalformedException {
    List<Section> found = new ArrayList<>();
    for (Section section : image.contents().sections()) {
      if (section.loaded() && !section.writable() && section.fileSize() > 0) {
        found.add(section);
      }
    }
    return found;
  }

  private static boolean sameBytes(Bytes one, Bytes other) throws MalformedException {
    if (one.length() != other.length()) {
      return false;
    }
    byte[] a = new byte[STEP];
    byte[] b = new byte[STEP];
    for (long at = 0; at < one.length(); at += STEP) {
      int here = one.copyInto(at, a, "a section");
      int there = other.copyInto(at, b, "a section");
      if (here != there || !Arrays.equals(a, 0, here, b, 0, here)) {
        return false;
      }
    }
    return true;
  }
}
