package dev.binspect.image;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a file that only some questions need (linkage evidence, above all): read when asked,
 * and never on the way of a loader's simulation.
 */
public interface Contents {
  /** {@return the sections; empty where the file has no section headers} */
  List<Section> sections() throws MalformedException;

  /**
   * {@return the full symbol table with local symbols, or {@link Symbols#NONE} where the file was
   * stripped}
   */
  Symbols symbols() throws MalformedException;

  /**
   * {@return the names of {@link #symbols}, each ended by a NUL, others' perhaps among them, and
   * PE's names of up to eight characters not; null where no range of the file holds them}
   *
   * <p>Much cheaper than the symbols where only the names are looked at.
   */
  default @Nullable Bytes symbolNames() throws MalformedException {
    return null;
  }

  /** {@return the section's bytes, unpacked where the file holds them compressed} */
  Bytes bytes(Section section) throws MalformedException;

  /**
   * {@return the file's bytes that are loaded at an address (of the kind {@link Section#address}
   * is), as far as they are in the file, or null where nothing is}
   */
  @Nullable Bytes at(long address, long count) throws MalformedException;

  /** {@return the first section of that name, or null} */
  default @Nullable Section section(String name) throws MalformedException {
    for (Section section : sections()) {
      if (section.name().equals(name)) {
        return section;
      }
    }
    return null;
  }
}
