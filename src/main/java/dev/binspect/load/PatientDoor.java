package dev.binspect.load;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.Image;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The door of one plan, with an end to its patience: a file that names thousands of libraries and
 * thousands of folders makes a loader look at their product, and us not.
 */
final class PatientDoor implements Door {
  /** Places looked at; the largest program of a distribution asks for some ten thousand. */
  static final int PLACES = 200_000;

  private final Door door;
  private int left = PLACES;

  PatientDoor(Door door) {
    this.door = door;
  }

  private boolean look() {
    if (left > 0) {
      left--;
      return true;
    }
    return false;
  }

  @Override
  public boolean exhausted() {
    return left == 0;
  }

  @Override
  public boolean isFile(String path) {
    return look() && door.isFile(path);
  }

  @Override
  public boolean isFolder(String path) {
    return look() && door.isFolder(path);
  }

  @Override
  public List<String> list(String path) {
    return look() ? door.list(path) : List.of();
  }

  @Override
  public <T> @Nullable T kept(String folder, Class<T> made) {
    return look() ? door.kept(folder, made) : null;
  }

  @Override
  public void keep(String folder, Object made) {
    if (!exhausted()) {
      door.keep(folder, made);
    }
  }

  @Override
  public @Nullable Object identity(String path) {
    return door.identity(path);
  }

  @Override
  public String realPath(String path) {
    return door.realPath(path);
  }

  @Override
  public List<Image> images(String path) throws IOException, MalformedException {
    return door.images(path);
  }

  @Override
  public byte @Nullable [] content(String path, int limit) {
    return look() ? door.content(path, limit) : null;
  }

  @Override
  public @Nullable Bytes open(String path) {
    return look() ? door.open(path) : null;
  }

  @Override
  public long modified(String path) {
    return door.modified(path);
  }

  @Override
  public @Nullable String link(String path) {
    return door.link(path);
  }

  @Override
  public boolean privileged(String path) {
    return door.privileged(path);
  }
}
