package dev.binspect.cli;

import dev.binspect.image.Image;
import dev.binspect.load.LoadPlan;
import dev.binspect.start.Start;
import java.io.File;

/** Measures a start where that is allowed, and estimates it elsewhere. */
final class Starts {
  private Starts() {}

  static Start of(File file, Image image, LoadPlan plan, FileOptions options, boolean measure) {
    return Start.notRun(measure ? "not measured yet" : "--no-run");
  }
}
