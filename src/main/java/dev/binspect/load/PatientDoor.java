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

  /** Names and folders can be as long as a file, and each place that was looked at is told. */
  static final int CHARACTERS = 16_000_000;

  private int left = PLACES;
  private long characters = CHARACTERS;

  PatientDoor(Door door) {
    this.door = door;
  }

  private boolean look(String path) {
    characters -= path.length();
    if (left > 0 && characters >= 0) {
      left--;
      return true;
    }
    return false;
  }

  @Override
  public boolean exhausted() {
    return left == 0 || characters < 0;
  }

  @Override
  public boolean isFile(String path) {
    return look(path) && door.isFile(path);
  }

  @Override
  public boolean isFolder(String path) {
    return look(path) && door.isFolder(path);
  }

  @Override
  public List<String> list(String path) {
    return look(path) ? door.list(path) : List.of();
  }

  @Override
  public <T> @Nullable T kept(String folder, Class<T> made) {
    return look(folder) ? door.kept(folder, made) : null;
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
    return look(path) ? door.content(path, limit) : null;
  }

  @Override
  public @Nullable Bytes open(String path) {
    return look(path) ? door.open(path) : null;
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
