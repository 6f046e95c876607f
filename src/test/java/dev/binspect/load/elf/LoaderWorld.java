package dev.binspect.load.elf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.binspect.files.BinaryFiles;
import dev.binspect.load.Binding;
import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.load.Loaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A folder with a program and libraries of a few lines of C, and the real loader beside it. */
final class LoaderWorld {
  final Path folder;
  private final String compiler;

  /** Every binding of the last plan. */
  final List<Binding> made = new ArrayList<>();

  LoaderWorld(Path folder, String compiler) {
    this.folder = folder;
    this.compiler = compiler;
  }

  static boolean has(String tool) {
    for (String place : List.of("/usr/bin/", "/usr/local/bin/", "/bin/")) {
      if (Files.isExecutable(Path.of(place + tool))) {
        return true;
      }
    }
    return false;
  }

  /** Builds a library without the C library; its name becomes no SONAME unless flags say so. */
  Path library(String name, String source, String... flags) throws Exception {
    List<String> all = new ArrayList<>(List.of("-shared", "-fPIC", "-nostdlib"));
    all.addAll(Arrays.asList(flags));
    return build(name, source, all);
  }

  /** Builds a program with the C library. */
  Path program(String name, String source, String... flags) throws Exception {
    return build(name, source, new ArrayList<>(Arrays.asList(flags)));
  }

  Path build(String name, String source, List<String> flags) throws Exception {
    Path out = folder.resolve(name);
    Files.createDirectories(out.getParent());
    Path text = folder.resolve(name.replace('/', '_') + (name.endsWith("++") ? ".cc" : ".c"));
    Files.writeString(text, source + "\n");
    List<String> command = new ArrayList<>(List.of(compiler, "-O0", "-w", "-o", out.toString()));
    command.add(text.toString());
    for (String flag : flags) {
      command.add(flag.replace("@", folder.toString()));
    }
    run(command, Map.of());
    return out;
  }

  /** {@return what a command prints, both streams} */
  String run(List<String> command, Map<String, String> environment) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes());
    int code = process.waitFor();
    if (command.getFirst().equals(compiler)) {
      assertThat(code).as("%s%n%s", command, said).isZero();
    }
    return said;
  }

  LoadPlan plan(Path program, LoadOptions options) throws Exception {
    made.clear();
    BinaryFiles door = new BinaryFiles();
    return Loaders.plan(
        program.toString(), door.images(program.toString()).getFirst(), options, door, made::add);
  }

  LoadPlan plan(Path program, String... variables) throws Exception {
    return plan(program, new LoadOptions(null, List.of(), environment(variables), false, true));
  }

  private Map<String, String> environment(String... variables) {
    Map<String, String> environment = new TreeMap<>();
    for (String variable : variables) {
      int at = variable.indexOf('=');
      environment.put(
          variable.substring(0, at), variable.substring(at + 1).replace("@", folder.toString()));
    }
    return environment;
  }

  /** {@return the plan of a program that starts, and is loaded exactly as simulated} */
  LoadPlan same(Path program, String... variables) throws Exception {
    LoadPlan plan = plan(program, variables);
    LoaderTruth truth = LoaderTruth.ask(List.of(program.toString()), environment(variables));
    assertThat(truth.error).isNull();
    assertThat(truth.lookups).as("ld.so printed its counters").isPositive();
    assertThat(truth.differences(plan, made)).isEmpty();
    assertThat(plan.missing()).isEmpty();
    assertThat(plan.undefined()).isEmpty();
    return plan;
  }

  /** {@return the plan of a program that does not start because a library is not found} */
  LoadPlan missing(String name, Path program, String... variables) throws Exception {
    LoadPlan plan = plan(program, variables);
    LoaderTruth truth = LoaderTruth.ask(List.of(program.toString()), environment(variables));
    assertThat(truth.error).contains("error while loading shared libraries").contains(name);
    assertThat(plan.missing()).extracting(LoadPlan.Missing::name).contains(name);
    return plan;
  }

  LoadedObject object(LoadPlan plan, String name) {
    return plan.objects().stream().filter(o -> o.name().equals(name)).findFirst().orElseThrow();
  }

  String where(LoadPlan plan, String name) {
    LoadedObject object = object(plan, name);
    return object.foundBy().key() + " " + folder.relativize(Path.of(object.path()));
  }

  /** Turns one dynamic entry into another (a linker would not write the two together). */
  static void patchDynamic(Path file, long tag, long newTag, long value) throws IOException {
    byte[] b = Files.readAllBytes(file);
    java.nio.ByteBuffer in = java.nio.ByteBuffer.wrap(b).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    int table = (int) in.getLong(32);
    for (int i = 0; i < in.getShort(56); i++) {
      int p = table + i * 56;
      if (in.getInt(p) == 2) {
        int at = (int) in.getLong(p + 8);
        for (; in.getLong(at) != 0; at += 16) {
          if (in.getLong(at) == tag) {
            in.putLong(at, newTag);
            if (value >= 0) {
              in.putLong(at + 8, value);
            }
            Files.write(file, b);
            return;
          }
        }
      }
    }
    throw new IOException("no dynamic entry " + tag);
  }

  static long dynamic(Path file, long tag) throws IOException {
    java.nio.ByteBuffer in =
        java.nio.ByteBuffer.wrap(Files.readAllBytes(file)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    int table = (int) in.getLong(32);
    for (int i = 0; i < in.getShort(56); i++) {
      if (in.getInt(table + i * 56) == 2) {
        for (int at = (int) in.getLong(table + i * 56 + 8); in.getLong(at) != 0; at += 16) {
          if (in.getLong(at) == tag) {
            return in.getLong(at + 8);
          }
        }
      }
    }
    throw new IOException("no dynamic entry " + tag);
  }
}
