package dev.binspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.start.Calibration;
import dev.binspect.start.StartModel;
import dev.binspect.start.StartModel.Scale;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineModelTest {
  private static final Scale SCALE = new Scale(0.5, 1.25, 2, 3, 0.75);

  @TempDir private Path folder;

  @Test
  void whatIsKeptIsReadAgain() throws Exception {
    File file = folder.resolve("new/start-model").toFile();
    MachineModel.write(file, new Calibration.Result(SCALE, 9, 24));
    assertThat(MachineModel.read(file))
        .isEqualTo(
            StartModel.DEFAULT.scaled(
                SCALE,
                9,
                "24 programs of this machine ("
                    + MachineCache.processor()
                    + "), each by a fit to programs of another size"));
    assertThat(folder.resolve("new").toFile().list()).containsExactly("start-model");
  }

  @Test
  void whatIsNotOneIsNone() throws Exception {
    File file = folder.resolve("start-model").toFile();
    assertThat(MachineModel.read(file)).isNull();
    MachineModel.write(file, new Calibration.Result(SCALE, 9, 24));
    String good = Files.readString(file.toPath());
    for (String bad :
        new String[] {
          "",
          "\n",
          good.substring(0, good.length() / 2),
          good.replace("0.5", "-0.5"),
          good.replace("0.5", "NaN"),
          good.replace("0.5", "x"),
          good.replace(Version.NUMBER, "another"),
          good.replace(System.getProperty("os.version"), "another kernel"),
          good.replace(MachineCache.processor(), "another processor")
        }) {
      Files.writeString(file.toPath(), bad);
      assertThat(MachineModel.read(file)).as(bad).isNull();
    }
  }
}
