package dev.binspect.cli;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * What stands in a file of the command line.
 *
 * @param images one at least
 * @param size bytes
 */
record Subject(List<Image> images, long size) {
  private static final String STANDARD_INPUT = "-";

  /** {@return whether a name of the command line stands for standard input} */
  static boolean isStandardInput(String path) {
    return path.equals(STANDARD_INPUT);
  }

  /**
   * {@return the images of a file, or of standard input where that is its name}
   *
   * @throws IOException if it cannot be read; the message is fit for one line
   * @throws MalformedException if no report is possible
   */
  static Subject read(String path, BinaryFiles files, InputStream in)
      throws IOException, MalformedException {
    if (isStandardInput(path)) {
      byte[] content = in.readAllBytes();
      return new Subject(BinaryFiles.images(Bytes.of(path, content)), content.length);
    }
    List<Image> images = files.images(path);
    return new Subject(images, files.size(path));
  }
}
