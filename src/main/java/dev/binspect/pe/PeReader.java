package dev.binspect.pe;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;

/** Reads a PE file. */
public final class PeReader {
  private PeReader() {}

  /**
   * @param file the whole file
   * @throws MalformedException only if no report is possible; other damage becomes notes
   */
  public static Image read(Bytes file) throws MalformedException {
    throw file.malformed(0, "PE header", "is not read yet");
  }
}
