package dev.binspect.cli;

import dev.binspect.start.ReferenceSpeed;
import dev.binspect.start.Start;
import dev.binspect.start.Start.AtReference;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The speed of this machine that starts are compared at, and those it was seen at since: kept in
 * {@code $XDG_CACHE_HOME/binspect/start-speed} by {@code start}; other commands only read it. The
 * reference is the first measurement's and stays, so that what was measured on two days can be
 * compared; {@code start --calibrate} sets it anew.
 */
final class MachineSpeed {
  /** The reference and the last ones after it. */
  private static final int KEPT = 32;

  private MachineSpeed() {}

  /** {@return what is known, or null} */
  static @Nullable ReferenceSpeed current() {
    File file = MachineCache.file("start-speed");
    return file == null ? null : read(file);
  }

  static @Nullable ReferenceSpeed read(File file) {
    List<String> lines = MachineCache.read(file);
    if (lines.size() < 2) {
      return null;
    }
    List<Long> gauges = gauges(lines);
    long fastest = Long.MAX_VALUE;
    long slowest = 0;
    for (long gauge : gauges) {
      fastest = Math.min(fastest, gauge);
      slowest = Math.max(slowest, gauge);
    }
    return gauges.isEmpty()
        ? null
        : new ReferenceSpeed(lines.getFirst(), gauges.getFirst(), fastest, slowest);
  }

  /** {@return the numbers after the loader's path; empty if one is none} */
  private static List<Long> gauges(List<String> lines) {
    List<Long> gauges = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      try {
        gauges.add(Long.parseLong(line));
      } catch (NumberFormatException e) {
        return List.of();
      }
      if (gauges.getLast() <= 0) {
        return List.of();
      }
    }
    return gauges;
  }

  /** Keeps the speed that the machine had while this was measured. */
  static void saw(Start start, @Nullable String loader) {
    File file = MachineCache.file("start-speed");
    AtReference speed = start.atReference();
    if (file == null || speed == null || loader == null) {
      return;
    }
    try {
      add(file, loader, speed.gaugeNanos());
    } catch (IOException e) {
      return; // it is only a cache: the next measurement is the first again
    }
  }

  static void add(File file, String loader, long gaugeNanos) throws IOException {
    List<String> lines = new ArrayList<>(read(file) == null ? List.of() : MachineCache.read(file));
    if (lines.isEmpty()) {
      lines.add(loader);
    } else if (!lines.getFirst().equals(loader)) {
      return; // a rare loader: its starts are not compared across days
    }
    lines.add(Long.toString(gaugeNanos));
    if (lines.size() > 1 + KEPT) {
      lines.remove(2);
    }
    MachineCache.write(file, lines);
  }

  /** Lets the next measurement be the reference. */
  static void forget() {
    File file = MachineCache.file("start-speed");
    if (file != null) {
      try {
        Files.deleteIfExists(file.toPath());
      } catch (IOException e) {
        return; // not ours to delete: the old reference stays
      }
    }
  }

  /** Makes this the reference from now on. */
  static void set(File file, String loader, long gaugeNanos) throws IOException {
    MachineCache.write(file, List.of(loader, Long.toString(gaugeNanos)));
  }
}
