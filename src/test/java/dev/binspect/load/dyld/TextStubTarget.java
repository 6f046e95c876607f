package dev.binspect.load.dyld;

/** A text stub (.tbd), YAML or JSON. */
public final class TextStubTarget {
  private TextStubTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    TextStubReader.read(data, "aarch64", "macos");
    TextStubReader.read(data, "x86-64", null);
  }
}
