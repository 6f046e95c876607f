package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RehearsalTest {
  /** It is worth something only if it gets to its end. */
  @Test
  void theWholeWayIsGoneOnce() throws Exception {
    FileOptions options =
        FileOptions.of(OptionTableTest.read(new InspectCommand(), "--no-run", "/program"));
    assertThat(options).isNotNull();
    assertThat(new Rehearsal(options).render())
        .contains("/program", "Mach-O 64-bit aarch64 executable", "libobjc.A.dylib", "Notes");
  }
}
