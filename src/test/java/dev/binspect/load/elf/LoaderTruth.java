package dev.binspect.load.elf;

import dev.binspect.load.Binding;
import dev.binspect.load.Counters;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the real ld.so says it did up to the end of its relocations (LD_DEBUG). Nothing of the
 * program's main runs: it is a copy whose entry point ends the process.
 */
final class LoaderTruth {
  /** xor edi,edi; mov eax,231; syscall: exit_group(0) on x86-64. */
  private static final byte[] EXIT = {
    0x31, (byte) 0xff, (byte) 0xb8, (byte) 231, 0, 0, 0, 0x0f, 0x05
  };

  /** mov eax,252; xor ebx,ebx; int 0x80: exit_group(0) on i386. */
  private static final byte[] EXIT_32 = {
    (byte) 0xb8, (byte) 252, 0, 0, 0, 0x31, (byte) 0xdb, (byte) 0xcd, (byte) 0x80
  };

  long lookups = -1;
  long cached = -1;
  long relative = -1;

  /** Names as asked for in the order of loading, without the program and the loader. */
  /** The global scope in its order, the program first. */
  private final List<String> scope = new ArrayList<>();

  final List<String> libraries = new ArrayList<>();

  /** How often each line "from to symbol version" was said. */
  final Map<String, Integer> bindings = new HashMap<>();

  /** Objects in the order of relocation. */
  final List<String> relocated = new ArrayList<>();

  @Nullable String error;

  /** {@return a copy of the program that ends at its entry point, or null where it is none} */
  static @Nullable Path stub(Path program, Path copy) throws IOException {
    byte[] b = Files.readAllBytes(program);
    if (b.length < 64 || b[0] != 0x7f || b[1] != 'E' || b[5] != 1) {
      return null;
    }
    java.nio.ByteBuffer in = java.nio.ByteBuffer.wrap(b).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    boolean wide = b[4] == 2;
    int machine = in.getShort(18);
    if (machine != 62 && machine != 3) {
      return null;
    }
    long entry = wide ? in.getLong(24) : in.getInt(24) & 0xffffffffL;
    int table = wide ? (int) in.getLong(32) : in.getInt(28);
    int size = in.getShort(wide ? 54 : 42);
    int count = in.getShort(wide ? 56 : 44);
    boolean interpreter = false;
    int at = -1;
    for (int i = 0; i < count; i++) {
      int p = table + i * size;
      int type = in.getInt(p);
      long offset = wide ? in.getLong(p + 8) : in.getInt(p + 4);
      long address = wide ? in.getLong(p + 16) : in.getInt(p + 8) & 0xffffffffL;
      long length = wide ? in.getLong(p + 32) : in.getInt(p + 16);
      interpreter |= type == 3;
      if (type == 1 && entry >= address && entry < address + length) {
        at = (int) (offset + entry - address);
      }
    }
    if (!interpreter || at < 0) {
      return null;
    }
    byte[] exit = machine == 62 ? EXIT : EXIT_32;
    System.arraycopy(exit, 0, b, at, exit.length);
    Files.write(copy, b);
    copy.toFile().setExecutable(true, false);
    return copy;
  }

  /**
   * Runs a program under LD_DEBUG.
   *
   * @param environment on top of a PATH and nothing else
   */
  static LoaderTruth ask(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("LD_DEBUG", "statistics,files,scopes,bindings,reloc");
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    LoaderTruth truth = new LoaderTruth();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        truth.take(line);
      }
    }
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return truth;
  }

  private void take(String line) {
    int from = line.indexOf("binding file ");
    if (from >= 0) {
      if (lookups < 0) {
        binding(line, from + 13);
      }
      return;
    }
    if (scope.isEmpty() && (from = line.indexOf("scope 0: ")) >= 0) {
      scope.addAll(List.of(line.substring(from + 9).trim().split(" ")));
    } else if ((from = line.indexOf("file=")) >= 0 && line.endsWith("generating link map")) {
      if (lookups < 0) {
        libraries.add(line.substring(from + 5, line.indexOf(" [", from)));
      }
    } else if ((from = line.indexOf("relocation processing: ")) >= 0) {
      relocated.add(line.substring(from + 23).replace(" (lazy)", "").trim());
    } else if (lookups < 0 && (from = line.indexOf("  number of relocations: ")) >= 0) {
      lookups = number(line);
    } else if (cached < 0 && line.contains("  number of relocations from cache: ")) {
      cached = number(line);
    } else if (relative < 0 && line.contains("  number of relative relocations: ")) {
      relative = number(line);
    } else if (line.contains("error while loading") || line.contains("symbol lookup error")) {
      error = line;
    }
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
  }

  private void binding(String line, int at) {
    int to = line.indexOf(" [0] to ", at);
    int end = line.indexOf(" [0]: ", to + 8);
    int open = line.indexOf('`', end);
    int close = line.indexOf('\'', open);
    int version = line.indexOf('[', close);
    bindings.merge(
        line(
            line.substring(at, to),
            line.substring(to + 8, end),
            line.substring(open + 1, close),
            version < 0 ? "" : line.substring(version + 1, line.lastIndexOf(']'))),
        1,
        Integer::sum);
  }

  static String line(String from, String to, String symbol, String version) {
    return from + " " + to + " " + symbol + " " + version;
  }

  /**
   * {@return how a plan differs from the truth, in words; empty where it does not}
   *
   * @param made the plan's bindings as its sink got them
   */
  List<String> differences(LoadPlan plan, List<Binding> made) {
    List<String> wrong = new ArrayList<>();
    Counters counters = plan.counters();
    same(wrong, "look-ups", lookups, counters.lookups() + counters.own());
    same(wrong, "cached", cached, counters.cachedLookups());
    same(wrong, "relative", relative, counters.relative());
    List<String> objects = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    paths.add(plan.objects().getFirst().path());
    for (LoadedObject object : plan.objects().subList(1, plan.objects().size())) {
      if (object.foundBy() != FoundBy.LOADER) {
        objects.add(object.name());
        asked.add(object.path());
      } else {
        scope.remove(object.path());
      }
      paths.add(object.path());
    }
    // The order of loading is another one where an object has filtees.
    if (!objects.stream().sorted().toList().equals(libraries.stream().sorted().toList())) {
      wrong.add("objects: ld.so " + libraries + ", here " + objects);
    }
    if (!asked.equals(scope.subList(Math.min(1, scope.size()), scope.size()))) {
      wrong.add("order: ld.so " + scope + ", here " + asked);
    }
    if (!paths.equals(new HashSet<>(relocated))) {
      wrong.add("paths: ld.so " + relocated + ", here " + paths);
    }
    Map<String, Integer> ours = new HashMap<>();
    Set<String> asking = new LinkedHashSet<>();
    for (Binding binding : made) {
      String to = binding.to();
      if (!OwnLookups.VDSO.contains(binding.from())) {
        asking.add(binding.from());
      }
      if (to != null && !binding.cached()) {
        ours.merge(line(binding.from(), to, binding.symbol(), binding.version()), 1, Integer::sum);
      }
    }
    Map<String, Integer> rest = new LinkedHashMap<>(bindings);
    ours.forEach((line, count) -> rest.merge(line, -count, Integer::sum));
    int shown = 0;
    int all = 0;
    for (Map.Entry<String, Integer> entry : rest.entrySet()) {
      if (entry.getValue() != 0) {
        all++;
        if (shown++ < 5) {
          wrong.add(
              "binding "
                  + (entry.getValue() > 0 ? "only ld.so: " : "only here: ")
                  + entry.getKey());
        }
      }
    }
    if (all > 5) {
      wrong.add(all + " bindings differ");
    }
    List<String> order = new ArrayList<>(new LinkedHashSet<>(relocated));
    order.retainAll(asking);
    asking.removeIf(path -> !relocated.contains(path));
    if (!order.equals(new ArrayList<>(asking))) {
      wrong.add("order of relocation: ld.so " + order + ", here " + asking);
    }
    return wrong;
  }

  private static void same(List<String> wrong, String what, long truth, long here) {
    if (truth != here) {
      wrong.add(what + ": ld.so " + truth + ", here " + here);
    }
  }
}
