package dev.binspect.image;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file system without a file. */
public final class EmptyDoor implements Door {
  @Override
  public boolean isFile(String path) {
    return false;
  }

  @Override
  public boolean isFolder(String path) {
    return false;
  }

  @Override
  public List<String> list(String path) {
    return List.of();
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
    throw new IOException("no such file");
  }

  @Override
  public byte @Nullable [] content(String path, int limit) {
    return null;
  }
}
