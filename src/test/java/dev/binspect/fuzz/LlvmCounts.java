package dev.binspect.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What LLVM's readers count in a file, where they read it without an error or a warning. */
final class LlvmCounts {
  private static final String READOBJ = "llvm-readobj-19";
  private static final String OBJDUMP = "llvm-objdump-19";
  private static final Pattern TABLE =
      Pattern.compile("'(.*)' relocation section at offset 0x([0-9a-f]+) contains (\\d+) bytes:");
  private static final Pattern ENTRY = Pattern.compile("[0-9a-f]{8,16} .*");

  private LlvmCounts() {}

  static boolean available() {
    try {
      return new ProcessBuilder(READOBJ, "--version").redirectErrorStream(true).start().waitFor()
              == 0
          && new ProcessBuilder(OBJDUMP, "--version").redirectErrorStream(true).start().waitFor()
              == 0;
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }

  /** {@return counts by name, or null where the witness stumbles too} */
  static @Nullable Map<String, Long> elf(Path file) throws IOException, InterruptedException {
    List<String> lines =
        run(READOBJ, "--needed-libs", "--dyn-relocations", "--elf-output-style=GNU", file);
    if (lines == null) {
      return null;
    }
    long needed = 0;
    long relocations = 0;
    boolean inNeeded = false;
    List<long[]> tables = new ArrayList<>();
    long @Nullable [] table = null;
    for (String line : lines) {
      Matcher header = TABLE.matcher(line);
      if (line.startsWith("NeededLibraries [")) {
        inNeeded = true;
      } else if (inNeeded) {
        inNeeded = !line.equals("]");
        needed += inNeeded ? 1 : 0;
      } else if (header.matches()) {
        boolean plt = header.group(1).equals("PLT");
        table =
            new long[] {
              plt ? 1 : header.group(1).equals("RELR") ? 2 : 0,
              Long.parseUnsignedLong(header.group(2), 16),
              Long.parseUnsignedLong(header.group(3)),
              0
            };
        tables.add(table);
      } else if (table != null && ENTRY.matcher(line).matches()) {
        relocations++;
        table[3]++;
      }
    }
    return Map.of("needed", needed, "relocations", relocations - twice(tables));
  }

  /** A PLT table that lies within DT_RELA or DT_REL is printed with both. */
  private static long twice(List<long[]> tables) {
    long twice = 0;
    for (long[] plt : tables) {
      for (long[] other : tables) {
        if (plt[0] == 1 && other[0] == 0 && plt[3] > 0) {
          long entry = plt[2] / plt[3];
          long both = Math.min(plt[1] + plt[2], other[1] + other[2]) - Math.max(plt[1], other[1]);
          twice += both > 0 ? both / entry : 0;
        }
      }
    }
    return twice;
  }

  /** As {@link #elf}. */
  static @Nullable Map<String, Long> pe(Path file) throws IOException, InterruptedException {
    List<String> lines = run(READOBJ, "--coff-basereloc", "--coff-imports", "--coff-exports", file);
    if (lines == null) {
      return null;
    }
    long base = 0;
    long imports = 0;
    long exports = 0;
    for (String line : lines) {
      String text = line.strip();
      if (line.startsWith("    Type: ")) {
        base += text.equals("Type: ABSOLUTE") ? 0 : 1;
      } else if (text.startsWith("Symbol: ")) {
        imports++;
      } else if (line.equals("Export {")) {
        exports++;
      } else if (line.equals("  RVA: 0x0")) {
        exports--;
      }
    }
    return Map.of("base", base, "imports", imports, "exports", exports);
  }

  /** As {@link #elf}, for a file of one architecture. */
  static @Nullable Map<String, Long> macho(Path file) throws IOException, InterruptedException {
    Map<String, Long> counts = new TreeMap<>();
    String[][] tables = {
      {"--rebase", "rebase"},
      {"--bind", "bind"},
      {"--weak-bind", "weakBind"},
      {"--lazy-bind", "lazyBind"},
      {"--exports-trie", "exports"},
      {"--dylibs-used", "needed"}
    };
    for (String[] table : tables) {
      List<String> lines = run(OBJDUMP, "--macho", table[0], file);
      if (lines == null) {
        return null;
      }
      long count = 0;
      for (String line : lines) {
        count +=
            switch (table[1]) {
              case "exports" -> line.startsWith("0x") || line.startsWith("[re-export]") ? 1 : 0;
              case "needed" -> line.startsWith("\t") && line.contains(" (compatibility") ? 1 : 0;
              default ->
                  line.isBlank()
                          || line.startsWith("segment")
                          || line.startsWith("/")
                          || line.endsWith(":")
                          || line.startsWith(" ".repeat(20))
                      ? 0
                      : 1;
            };
      }
      counts.put(table[1], count);
    }
    return counts;
  }

  private static @Nullable List<String> run(Object... command)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    for (Object word : command) {
      words.add(word.toString());
    }
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    List<String> lines = new ArrayList<>();
    boolean clean = true;
    try (var reader = process.inputReader(StandardCharsets.ISO_8859_1)) {
      String line;
      while ((line = reader.readLine()) != null) {
        clean &= !line.contains("warning: ") && !line.contains("error: ");
        lines.add(line);
      }
    }
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return null;
    }
    return process.exitValue() == 0 && clean ? lines : null;
  }
}
