package dev.binspect.rust;

import dev.binspect.fuzz.SectionsImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;

/** The section .dep-v0: as it comes, and with JSON that is packed first, so that both are found. */
public final class AuditableTarget {
  private AuditableTarget() {}

  /** Called by the fuzzer: an even first byte says that the rest is to be packed. */
  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    if (data.length == 0) {
      return;
    }
    byte[] content = Arrays.copyOfRange(data, 1, data.length);
    if ((data[0] & 1) == 0) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (DeflaterOutputStream deflate = new DeflaterOutputStream(out)) {
        deflate.write(content);
      }
      content = out.toByteArray();
    }
    AuditablePackages packages = AuditablePackages.of(SectionsImage.of(Map.of(".dep-v0", content)));
    if (packages != null) {
      packages.version("serde");
    }
  }
}
