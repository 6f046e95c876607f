package dev.binspect.pe;

import dev.binspect.image.AssemblyManifest;
import java.util.ArrayList;

/** The XML of a manifest. */
public final class ManifestTarget {
  private ManifestTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    AssemblyManifest.dependencies(data, new ArrayList<>());
  }
}
