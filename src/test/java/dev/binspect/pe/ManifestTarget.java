package dev.binspect.pe;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** The XML of a manifest. */
public final class ManifestTarget {
  private ManifestTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    PeManifest.scan(new String(data, StandardCharsets.UTF_8), new ArrayList<>());
  }
}
