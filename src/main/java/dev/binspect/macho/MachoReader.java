package dev.binspect.macho;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import java.util.List;

/** Reads a Mach-O file, thin or universal. */
public final class MachoReader {
  private MachoReader() {}

  /**
   * @param file the whole file
   * @return one image a slice
   * @throws MalformedException only if no report is possible; other damage becomes notes
   */
  public static List<Image> read(Bytes file) throws MalformedException {
    throw file.malformed(0, "Mach-O header", "is not read yet");
  }
}
