package dev.binspect.elf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** What {@code readelf -rW} says of many files, one process for many of them. */
final class ReadelfRelocations {
  /** One printed section: its file offset and its entries by type. */
  record Printed(String section, long offset, Map<String, Long> byType) {}

  private static final int AT_ONCE = 100;

  private ReadelfRelocations() {}

  /** Hands each file and the sections printed for it to the consumer. */
  static void ask(List<Path> files, BiConsumer<Path, List<Printed>> consumer) throws IOException {
    for (int from = 0; from < files.size(); from += AT_ONCE) {
      askSome(files.subList(from, Math.min(files.size(), from + AT_ONCE)), consumer);
    }
  }

  private static void askSome(List<Path> files, BiConsumer<Path, List<Printed>> consumer)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("readelf", "-rW"));
    Map<String, Path> byName = new HashMap<>();
    for (Path file : files) {
      command.add(file.toString());
      byName.put(file.toString(), file);
    }
    // A second name, so that "File:" lines are printed for a single file too.
    if (files.size() == 1) {
      command.add(command.get(2));
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    process.getOutputStream().close();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1),
            1 << 16)) {
      Path file = null;
      List<Printed> printed = new ArrayList<>();
      Map<String, Long> types = new TreeMap<>();
      String line;
      while ((line = lines.readLine()) != null) {
        if (line.startsWith("File: ")) {
          if (file != null) {
            consumer.accept(file, printed);
          }
          file =
              byName.remove(
                  new String(
                      line.substring(6).getBytes(StandardCharsets.ISO_8859_1),
                      StandardCharsets.UTF_8));
          printed = new ArrayList<>();
        } else if (line.startsWith("Relocation section '")) {
          int end = line.indexOf('\'', 20);
          int at = line.indexOf("at offset 0x", end) + 12;
          types = new TreeMap<>();
          printed.add(
              new Printed(
                  line.substring(20, end),
                  Long.parseLong(line.substring(at, line.indexOf(' ', at)), 16),
                  types));
        } else if (line.endsWith(" offsets") || line.endsWith(" offset")) {
          types.put("RELR", Long.parseLong(line.strip().split(" ")[0]));
        } else {
          type(line, types);
        }
      }
      if (file != null) {
        consumer.accept(file, printed);
      }
    }
  }

  /** {@code offset info type …}: the first two are hexadecimal. */
  private static void type(String line, Map<String, Long> types) {
    int a = hex(line, 0);
    if (a < 8 || a >= line.length() || line.charAt(a) != ' ') {
      return;
    }
    int b = a;
    while (b < line.length() && line.charAt(b) == ' ') {
      b++;
    }
    int c = hex(line, b);
    if (c - b < 8 || c >= line.length() || line.charAt(c) != ' ') {
      return;
    }
    while (c < line.length() && line.charAt(c) == ' ') {
      c++;
    }
    int d = line.indexOf(' ', c);
    String type = line.substring(c, d < 0 ? line.length() : d);
    types.merge(type, 1L, Long::sum);
  }

  private static int hex(String line, int from) {
    int i = from;
    while (i < line.length() && Character.digit(line.charAt(i), 16) >= 0) {
      i++;
    }
    return i;
  }

  /** {@return the regular files below a folder that begin as ELF does, sorted} */
  static List<Path> elfFiles(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    Files.walkFileTree(
        folder,
        new java.nio.file.SimpleFileVisitor<>() {
          @Override
          public java.nio.file.FileVisitResult visitFile(
              Path file, java.nio.file.attribute.BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && attributes.size() > 52 && isElf(file)) {
              found.add(file);
            }
            return java.nio.file.FileVisitResult.CONTINUE;
          }

          @Override
          public java.nio.file.FileVisitResult visitFileFailed(Path file, IOException e) {
            return java.nio.file.FileVisitResult.CONTINUE;
          }
        });
    found.sort(null);
    return found;
  }

  private static boolean isElf(Path file) {
    try (java.io.InputStream in = Files.newInputStream(file)) {
      return java.util.Arrays.equals(in.readNBytes(4), new byte[] {0x7f, 'E', 'L', 'F'});
    } catch (IOException e) {
      return false;
    }
  }
}
