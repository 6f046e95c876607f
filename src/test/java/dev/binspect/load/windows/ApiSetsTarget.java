package dev.binspect.load.windows;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;

/** The map of API sets in apisetschema.dll. */
public final class ApiSetsTarget {
  private ApiSetsTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      WindowsApiSets.read(Bytes.of("fuzz", data).order(true))
          .host("api-ms-win-core-file-l1-1-0.dll", "app.exe");
    } catch (MalformedException e) {
      if (e.getMessage().indexOf('\n') >= 0) {
        throw new AssertionError("more than one line", e);
      }
    }
  }
}
