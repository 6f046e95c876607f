package dev.binspect.check;

import java.io.ByteArrayInputStream;
import java.io.File;

/** A baseline: reports as JSON, one after another. */
public final class BaselineTarget {
  private BaselineTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Baseline.read(new File("baseline.ndjson"), new ByteArrayInputStream(data))
          .of("target/release/app");
    } catch (PolicyException e) {
      if (e.getMessage().indexOf('\n') >= 0) {
        throw new AssertionError("more than one line: " + e.getMessage(), e);
      }
    }
  }
}
