package dev.binspect.load.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.image.ElfTables;
import dev.binspect.load.Binding;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.Loaders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ld.so itself is the witness: counters, objects, their order and every binding must be equal.
 * {@code scripts/witness-loader} asks it about every program of the machine.
 */
class LoaderWitnessTest {
  private static final int SAMPLE = 36;

  /** What the sample must hold where the machine has it: C++, threads, TLS, interpreters, git. */
  private static final List<String> WANTED =
      List.of(
          "/usr/bin/git",
          "/usr/bin/perl",
          "/usr/bin/python3",
          "/usr/bin/gdb",
          "/usr/bin/x86_64-linux-gnu-g++",
          "/usr/bin/ls",
          "/usr/bin/openssl",
          "/usr/bin/ssh",
          "/usr/bin/curl",
          "/usr/bin/cmake",
          "/usr/bin/apt-get",
          "/usr/bin/bash");

  @TempDir Path folder;

  private int copies;

  @Test
  void aSampleOfThisMachinesProgramsIsLoadedAsSimulatedLazily() throws Exception {
    compare(sample(), false);
  }

  @Test
  void aSampleOfThisMachinesProgramsIsLoadedAsSimulatedWithBindNow() throws Exception {
    compare(sample(), true);
  }

  /** Two programs for each test that is not about the witness' own cost, unless all are wanted. */
  private static List<Path> sample() throws IOException {
    String folders = System.getProperty("witness.folders", "");
    if (!folders.isEmpty()) {
      List<Path> all = new ArrayList<>();
      for (String folder : folders.split(":")) {
        all.addAll(programs(Path.of(folder)));
      }
      return all;
    }
    List<Path> chosen = new ArrayList<>();
    for (String wanted : WANTED) {
      if (Files.isRegularFile(Path.of(wanted))) {
        chosen.add(Path.of(wanted));
      }
    }
    List<Path> all = programs(Path.of("/usr/bin"));
    int step = Math.max(1, all.size() / Math.max(1, SAMPLE - chosen.size()));
    for (int i = 0; i < all.size() && chosen.size() < SAMPLE; i += step) {
      if (Files.size(all.get(i)) < 8 << 20) {
        chosen.add(all.get(i));
      }
    }
    return chosen;
  }

  private static List<Path> programs(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(LoaderWitnessTest::isElf).sorted().toList();
    }
  }

  private static boolean isElf(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] first = in.readNBytes(4);
      return first.length == 4 && first[0] == 0x7f && first[1] == 'E';
    } catch (IOException e) {
      return false;
    }
  }

  private void compare(List<Path> programs, boolean now) throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/lib64/ld-linux-x86-64.so.2")),
        "needs x86-64 glibc as the witness");
    BinaryFiles door = new BinaryFiles();
    Set<Path> seen = new HashSet<>();
    List<String> wrong = new ArrayList<>();
    int equal = 0;
    long lookups = 0;
    long bindings = 0;
    for (Path program : programs) {
      Path real = program.toRealPath();
      if (!seen.add(real)) {
        continue;
      }
      // $ORIGIN is the copy's folder: what lies beside the program must lie beside the copy.
      Path home = Files.createDirectory(folder.resolve("p" + copies++));
      Path copy = LoaderTruth.stub(real, home.resolve(real.getFileName()));
      if (copy == null) {
        continue;
      }
      Map<String, String> environment = now ? Map.of("LD_BIND_NOW", "1") : Map.of();
      LoaderTruth truth = LoaderTruth.ask(List.of(copy.toString()), environment);
      List<Binding> made = new ArrayList<>();
      LoadPlan plan = plan(copy, environment, door, made::add);
      // Without a list of bindings, what libraries ask and answer is taken from earlier programs.
      if (!Objects.equals(plan(copy, environment, door, null), plan)) {
        wrong.add(real + ": another plan where the libraries' look-ups are known");
      }
      if (plan != null && truth.lookups < 0 && !plan.missing().isEmpty()) {
        // Both say that it cannot start.
        String error = String.valueOf(truth.error);
        if (error.contains(plan.missing().getFirst().name())) {
          continue;
        }
      }
      List<String> differences =
          plan == null ? List.of("cannot be read") : truth.differences(plan, made);
      if (differences.isEmpty()) {
        equal++;
        lookups += truth.lookups;
        for (int count : truth.bindings.values()) {
          bindings += count;
        }
      } else {
        wrong.add(real + ": " + differences + " " + truth.error);
      }
    }
    String summary = equal + " programs, " + lookups + " look-ups, " + bindings + " bindings";
    System.out.println(
        (now ? "LD_BIND_NOW: " : "lazy: ") + summary + ", " + wrong.size() + " differ");
    assertThat(wrong).as(summary).isEmpty();
    assertThat(equal).isPositive();
    // The two plans of each program were made in two ways only if libraries' look-ups were kept.
    ElfTables libc = (ElfTables) door.images("/lib/x86_64-linux-gnu/libc.so.6").getFirst().tables();
    assertThat(libc).isNotNull();
    assertThat(libc.symbols().attachments().attachment(LibraryRequests.class)).isNotNull();
  }

  private static @Nullable LoadPlan plan(
      Path file, Map<String, String> environment, BinaryFiles door, Binding.@Nullable Sink made)
      throws IOException {
    try {
      return Loaders.plan(
          file.toString(),
          door.images(file.toString()).getFirst(),
          new LoadOptions(null, List.of(), environment, false, true),
          door,
          made);
    } catch (MalformedException e) {
      return null;
    }
  }
}
