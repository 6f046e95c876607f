package dev.binspect.cli;

import dev.binspect.files.BinaryFiles;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import dev.binspect.start.Calibration;
import dev.binspect.start.ReferenceSpeed;
import dev.binspect.start.Start;
import dev.binspect.start.StartModel;
import dev.binspect.start.StartModel.Scale;
import dev.binspect.start.StartProbe.Budget;
import dev.binspect.start.Statistics;
import dev.binspect.start.linux.LinuxProbe;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
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
  private static final String NAME = "start-model";

  /** Five factors, the error, the number of programs. */
  private static final int VALUES = 7;

  /** Programs of so many libraries are taken once or twice, not again and again. */
  private static final int MOST_OF_A_KIND = 2;

  private static final int PROGRAMS = 24;
  private static final long LONGEST_NANOS = 3_000_000_000L;
  private static final long LARGEST = 16 << 20;
  private static final String[] FOLDERS = {"/usr/bin", "/usr/sbin"};

  private MachineModel() {}

  /** {@return what was found on this machine, or the built-in model} */
  static StartModel current() {
    File file = MachineCache.file(NAME);
    StartModel model = file == null ? null : read(file);
    return model == null ? StartModel.DEFAULT : model;
  }

  /** {@return whether the machine was calibrated} */
  static boolean known() {
    File file = MachineCache.file(NAME);
    return file != null && read(file) != null;
  }

  static @Nullable StartModel read(File file) {
    List<String> lines = MachineCache.read(file);
    double[] values = new double[VALUES];
    if (lines.size() != VALUES) {
      return null;
    }
    for (int i = 0; i < VALUES; i++) {
      try {
        values[i] = Double.parseDouble(lines.get(i));
      } catch (NumberFormatException e) {
        return null;
      }
      if (!(values[i] > 0 && values[i] < 1000)) {
        return null;
      }
    }
    return StartModel.DEFAULT.scaled(
        new Scale(values[0], values[1], values[2], values[3], values[4]),
        Math.round(values[5]),
        basis((int) values[6]));
  }

  private static String basis(int programs) {
    return programs
        + " programs of this machine ("
        + MachineCache.processor()
        + "), each by a fit to programs of another size";
  }

  static void write(File file, Calibration.Result result) throws IOException {
    Scale scale = result.scale();
    MachineCache.write(
        file,
        List.of(
            Double.toString(scale.kernel()),
            Double.toString(scale.bootstrap()),
            Double.toString(scale.map()),
            Double.toString(scale.relocate()),
            Double.toString(scale.constructors()),
            Long.toString(Math.max(1, result.errorPercent())),
            Integer.toString(result.programs())));
  }

  /**
   * Measures programs of the system for some seconds at most, and keeps what they say.
   *
   * @return what was found; null where nothing can be measured here
   */
  static Calibration.@Nullable Result calibrate(BinaryFiles files) {
    List<Calibration.Program> programs = new ArrayList<>();
    LinuxProbe probe =
        new LinuxProbe(files, CallerEnvironment.variables(), StartModel.DEFAULT, null);
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
      if (start.how() == Start.How.MEASURED
          && start.phases().size() == 5
          && start.atReference() != null) {
        programs.add(new Calibration.Program(plan, start));
      } else {
        failures++;
      }
    }
    long reference = speed(programs);
    Calibration.Result result = Calibration.of(StartModel.DEFAULT, programs, reference);
    File file = MachineCache.file(NAME);
    File speed = MachineCache.file("start-speed");
    if (result != null && file != null && speed != null) {
      try {
        write(file, result);
        Image first = programs.getFirst().plan().objects().getFirst().image();
        if (first != null && first.interpreter() != null && MachineSpeed.read(speed) == null) {
          MachineSpeed.set(speed, first.interpreter(), reference);
        }
      } catch (IOException e) {
        return result; // it is only a cache: next time it is made again
      }
    }
    return result;
  }

  /** {@return the reference's gauge where there is one, else the middle of these programs'} */
  private static long speed(List<Calibration.Program> programs) {
    ReferenceSpeed known = MachineSpeed.current();
    if (known != null) {
      return known.gaugeNanos();
    }
    long[] gauges = new long[programs.size()];
    int n = 0;
    for (Calibration.Program program : programs) {
      Start.AtReference speed = program.measured().atReference();
      if (speed != null) {
        gauges[n++] = speed.gaugeNanos();
      }
    }
    return n == 0 ? 1 : Statistics.median(Arrays.copyOf(gauges, n));
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
