package dev.binspect.load;

import dev.binspect.bytes.Bytes;
import dev.binspect.image.Door;
import dev.binspect.image.ForwardingDoor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The door of one plan, with an end to its patience: a file that names thousands of libraries and
 * thousands of folders makes a loader look at their product, and us not.
 */
final class PatientDoor extends ForwardingDoor {
  /** Places looked at; the largest program of a distribution asks for some ten thousand. */
  static final int PLACES = 200_000;

  /** Names and folders can be as long as a file, and each place that was looked at is told. */
  static final int CHARACTERS = 16_000_000;

  private int left = PLACES;
  private long characters = CHARACTERS;

  PatientDoor(Door door) {
    super(door);
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
    return look(path) && super.isFile(path);
  }

  @Override
  public boolean isFolder(String path) {
    return look(path) && super.isFolder(path);
  }

  @Override
  public List<String> list(String path) {
    return look(path) ? super.list(path) : List.of();
  }

  @Override
  public <T> @Nullable T kept(String folder, Class<T> made) {
    return look(folder) ? super.kept(folder, made) : null;
  }

  @Override
  public void keep(String folder, Object made) {
    if (!exhausted()) {
      super.keep(folder, made);
    }
  }

  @Override
  public byte @Nullable [] content(String path, int limit) {
    return look(path) ? super.content(path, limit) : null;
  }

  @Override
  public @Nullable Bytes open(String path) {
    return look(path) ? super.open(path) : null;
  }
}
