package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.start.ReferenceSpeed;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineSpeedTest {
  private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";

  @TempDir private Path folder;

  @Test
  void theFirstMeasurementIsTheReferenceAndStaysIt() throws Exception {
    File file = folder.resolve("new/start-speed").toFile();
    assertThat(MachineSpeed.read(file)).isNull();
    MachineSpeed.add(file, LOADER, 200_000);
    assertThat(MachineSpeed.read(file))
        .isEqualTo(new ReferenceSpeed(LOADER, 200_000, 200_000, 200_000));
    MachineSpeed.add(file, LOADER, 300_000);
    MachineSpeed.add(file, LOADER, 190_000);
    MachineSpeed.add(file, "/lib/ld-musl-x86_64.so.1", 10_000);
    assertThat(MachineSpeed.read(file))
        .isEqualTo(new ReferenceSpeed(LOADER, 200_000, 190_000, 300_000));
    for (int i = 0; i < 40; i++) {
      MachineSpeed.add(file, LOADER, 210_000);
    }
    assertThat(MachineSpeed.read(file))
        .isEqualTo(new ReferenceSpeed(LOADER, 200_000, 200_000, 210_000));
    assertThat(folder.resolve("new").toFile().list()).containsExactly("start-speed");
  }

  @Test
  void whatIsNotOneIsNone() throws Exception {
    File file = folder.resolve("start-speed").toFile();
    MachineSpeed.add(file, LOADER, 200_000);
    String good = Files.readString(file.toPath());
    for (String bad :
        new String[] {
          "",
          good.substring(0, good.indexOf("200000")),
          good.replace("200000", "-1"),
          good.replace("200000", "fast"),
          good.replace(System.getProperty("os.version"), "another kernel")
        }) {
      Files.writeString(file.toPath(), bad);
      assertThat(MachineSpeed.read(file)).as(bad).isNull();
    }
  }
}
