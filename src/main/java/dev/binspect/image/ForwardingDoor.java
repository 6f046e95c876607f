package dev.binspect.image;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another door, asked for everything: what is to be different is overridden. */
public abstract class ForwardingDoor implements Door {
  private final Door door;

  protected ForwardingDoor(Door door) {
    this.door = door;
  }

  @Override
  public boolean isFile(String path) {
    return door.isFile(path);
  }

  @Override
  public boolean isFolder(String path) {
    return door.isFolder(path);
  }

  @Override
  public List<String> list(String path) {
    return door.list(path);
  }

  @Override
  public <T> @Nullable T kept(String path, Class<T> made) {
    return door.kept(path, made);
  }

  @Override
  public void keep(String path, Object made) {
    door.keep(path, made);
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
  public @Nullable Outline outline(String path) {
    return door.outline(path);
  }

  @Override
  public byte @Nullable [] content(String path, int limit) {
    return door.content(path, limit);
  }

  @Override
  public @Nullable Bytes open(String path) {
    return door.open(path);
  }

  @Override
  public long modified(String path) {
    return door.modified(path);
  }

  @Override
  public boolean exhausted() {
    return door.exhausted();
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
