package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;

/** Reads an ELF file. */
public final class ElfReader {
  private ElfReader() {}

  /**
   * @param file the whole file
   * @throws MalformedException only if no report is possible; other damage becomes notes
   */
  public static Image read(Bytes file) throws MalformedException {
    throw file.malformed(0, "ELF header", "is not read yet");
  }
}
