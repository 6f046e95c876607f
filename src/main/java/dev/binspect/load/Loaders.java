package dev.binspect.load;

import dev.binspect.image.Image;
import java.util.List;

/** Chooses the loader whose rules a file falls under. */
public final class Loaders {
  private Loaders() {}

  /**
   * What the loader will do with a program or library and everything it needs. Executes and loads
   * nothing.
   *
   * @param path of the file; {@code $ORIGIN} and {@code @executable_path} are its folder
   */
  public static LoadPlan plan(String path, Image image, LoadOptions options, Door door) {
    return plan(path, image, options, door, binding -> {});
  }

  /** The same, and hands every binding to {@code sink} as it is made. */
  public static LoadPlan plan(
      String path, Image image, LoadOptions options, Door door, Binding.Sink sink) {
    return new LoadPlan(
        LoadPlan.Loader.NONE,
        List.of(),
        List.of(),
        List.of(),
        new Counters(-1, -1, -1, -1, -1, -1, -1, -1),
        List.of(),
        List.of(),
        List.of());
  }
}
