package dev.binspect.check;

import java.io.File;

/** A binspect.toml. */
public final class PolicyTarget {
  private PolicyTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      PolicyFile.read(new File("/w/binspect.toml"), data).of(new File("/w/target/release/app"));
    } catch (PolicyException e) {
      if (e.getMessage().indexOf('\n') >= 0) {
        throw new AssertionError("more than one line: " + e.getMessage(), e);
      }
    }
  }
}
