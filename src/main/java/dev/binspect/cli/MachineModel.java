package dev.binspect.cli;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import dev.binspect.start.Calibration;
import dev.binspect.start.Start;
import dev.binspect.start.StartModel;
import dev.binspect.start.StartModel.Scale;
import dev.binspect.start.StartProbe.Budget;
import dev.binspect.start.linux.LinuxProbe;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The model of this machine: the built-in one, scaled by what programs of the system cost here.
 * Kept in {@code $XDG_CACHE_HOME/binspect/start-model}; made by {@code start} when it has to
 * estimate though it may run programs, and by {@code start --calibrate}. What executes nothing only
 * reads it.
 */
final class MachineModel {
  private static final String HEAD = "binspect-start-model/1 ";

  /** Programs of so many libraries are taken once or twice, not again and again. */
  private static final int MOST_OF_A_KIND = 2;

  private static final int PROGRAMS = 24;
  private static final long LONGEST_NANOS = 3_000_000_000L;
  private static final long LARGEST = 16 << 20;
  private static final String[] FOLDERS = {"/usr/bin", "/usr/sbin"};

  private MachineModel() {}

  /** {@return what was found on this machine, or the built-in model} */
  static StartModel current() {
    File file = file();
    StartModel model = file == null ? null : read(file);
    return model == null ? StartModel.DEFAULT : model;
  }

  /** {@return whether the machine was calibrated} */
  static boolean known() {
    File file = file();
    return file != null && read(file) != null;
  }

  private static @Nullable File file() {
    String cache = System.getenv("XDG_CACHE_HOME");
    String home = System.getenv("HOME");
    if (cache != null && cache.startsWith("/")) {
      return new File(cache, "binspect/start-model");
    }
    return home == null || home.isEmpty() ? null : new File(home, ".cache/binspect/start-model");
  }

  /** A calibration holds for one version of the model, one kernel and one kind of processor. */
  private static String head() {
    return HEAD
        + Version.NUMBER
        + " "
        + System.getProperty("os.version")
        + " "
        + System.getProperty("os.arch");
  }

  static @Nullable StartModel read(File file) {
    byte[] content = new byte[512];
    int n;
    try (FileInputStream in = new FileInputStream(file)) {
      n = in.read(content);
    } catch (IOException e) {
      return null;
    }
    String text = n < 0 ? "" : new String(content, 0, n, StandardCharsets.UTF_8);
    int line = text.indexOf('\n');
    if (line < 0 || !text.substring(0, line).equals(head())) {
      return null;
    }
    double[] values = new double[6];
    int from = line + 1;
    for (int i = 0; i < values.length; i++) {
      int to = text.indexOf('\n', from);
      try {
        values[i] = to < 0 ? 0 : Double.parseDouble(text.substring(from, to));
      } catch (NumberFormatException e) {
        return null;
      }
      if (!(values[i] > 0 && values[i] < 1000)) {
        return null;
      }
      from = to + 1;
    }
    return StartModel.DEFAULT.scaled(
        new Scale(values[0], values[1], values[2], values[3], values[4]), Math.round(values[5]));
  }

  static void write(File file, Calibration.Result result) throws IOException {
    Scale scale = result.scale();
    String text =
        head()
            + "\n"
            + scale.kernel()
            + "\n"
            + scale.bootstrap()
            + "\n"
            + scale.map()
            + "\n"
            + scale.relocate()
            + "\n"
            + scale.constructors()
            + "\n"
            + Math.max(1, result.errorPercent())
            + "\n";
    Path folder = file.toPath().toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path written = Files.createTempFile(folder, "start-model", ".new");
    Files.writeString(written, text);
    Files.move(written, file.toPath(), StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Measures programs of the system for some seconds at most, and keeps what they say.
   *
   * @return what was found; null where nothing can be measured here
   */
  static Calibration.@Nullable Result calibrate(BinaryFiles files) {
    List<Calibration.Program> programs = new ArrayList<>();
    LinuxProbe probe = new LinuxProbe(files, System.getenv(), StartModel.DEFAULT);
    Budget budget = new Budget(10, Duration.ofMillis(200), false);
    LoadOptions options = new LoadOptions(null, List.of(), Map.of(), false, true);
    long end = System.nanoTime() + LONGEST_NANOS;
    int[] ofAKind = new int[256];
    int failures = 0;
    for (String path : candidates()) {
      if (programs.size() >= PROGRAMS || System.nanoTime() > end || failures > 3) {
        break;
      }
      LoadPlan plan = plan(path, options, files);
      int libraries = plan == null ? 0 : Math.min(255, plan.objects().size());
      if (plan == null || ofAKind[libraries]++ >= MOST_OF_A_KIND) {
        continue;
      }
      Start start = probe.measure(new File(path), plan, budget);
      if (start.how() == Start.How.MEASURED && start.phases().size() == 5) {
        programs.add(new Calibration.Program(plan, start));
      } else {
        failures++;
      }
    }
    Calibration.Result result = Calibration.of(StartModel.DEFAULT, programs);
    File file = file();
    if (result != null && file != null) {
      try {
        write(file, result);
      } catch (IOException e) {
        return result; // it is only a cache: next time it is made again
      }
    }
    return result;
  }

  /** Programs in an order that is the same every time and has nothing to do with their names. */
  private static List<String> candidates() {
    List<String> all = new ArrayList<>();
    for (String folder : FOLDERS) {
      File[] listed = new File(folder).listFiles();
      if (listed != null) {
        for (File file : listed) {
          all.add(file.getPath());
        }
      }
    }
    String[] order = all.toArray(new String[0]);
    Arrays.sort(
        order,
        (a, b) -> {
          int byHash = Integer.compare(a.hashCode() * 0x9e3779b9, b.hashCode() * 0x9e3779b9);
          return byHash != 0 ? byHash : a.compareTo(b);
        });
    return List.of(order);
  }

  private static @Nullable LoadPlan plan(String path, LoadOptions options, BinaryFiles files) {
    File file = new File(path);
    if (!file.isFile() || file.length() > LARGEST || Files.isSymbolicLink(file.toPath())) {
      return null;
    }
    try {
      List<Image> images = files.images(path);
      Image image = images.getFirst();
      if (images.size() != 1
          || image.kind() != Kind.EXECUTABLE
          || image.interpreter() == null
          || image.tables() == null) {
        return null;
      }
      LoadPlan plan = Loaders.plan(path, image, options, files);
      return plan.missing().isEmpty() && plan.objects().size() > 1 ? plan : null;
    } catch (IOException | dev.binspect.bytes.MalformedException e) {
      return null; // a script, or not a program
    }
  }
}
