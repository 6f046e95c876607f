package dev.binspect.fuzz;

import dev.binspect.image.Door;
import dev.binspect.image.Image;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file system where every path is a folder with the same names, and a file of the same bytes. */
public final class OneFileDoor implements Door {
  private final byte[] content;
  private final List<String> names;

  /**
   * @param names what each folder holds
   */
  public OneFileDoor(byte[] content, List<String> names) {
    this.content = content;
    this.names = names;
  }

  @Override
  public boolean isFile(String path) {
    return true;
  }

  @Override
  public boolean isFolder(String path) {
    return true;
  }

  @Override
  public List<String> list(String path) {
    return path.length() > 200 ? List.of() : names;
  }

  @Override
  public @Nullable Object identity(String path) {
    return null;
  }

  @Override
  public String realPath(String path) {
    return path;
  }

  @Override
  public List<Image> images(String path) throws IOException {
    throw new IOException("no binary");
  }

  @Override
  public byte @Nullable [] content(String path, int limit) {
    if (limit < 1024) {
      return java.util.Arrays.copyOf(content, Math.min(content.length, 16));
    }
    return content.length > limit ? null : content;
  }
}
