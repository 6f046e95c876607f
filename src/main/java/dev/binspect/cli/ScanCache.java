package dev.binspect.cli;

import dev.binspect.load.LoadOptions;
import dev.binspect.load.LoadedObject;
import dev.binspect.report.Report;
import dev.binspect.report.ScanTotals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reports of an earlier scan, good as long as nothing they were made from changed: the file itself,
 * every library of its closure, the loader's cache (size, time of change and inode of each), the
 * options and the version.
 *
 * <p>The file holds three lines per report: what was looked at, one identity after the other; the
 * figures that the summary needs; the report.
 */
final class ScanCache {
  private static final String HEAD = "binspect-scan-cache/2 ";
  private static final String LOADER_CACHE = "/etc/ld.so.cache";

  private record Entry(List<String> paths, String identities, String figures, String line) {
    /** {@return a checksum: a line is printed as it stands here, so it must be the one written} */
    String sum() {
      CRC32 sum = new CRC32();
      for (String each : List.of(String.join("\0", paths), identities, figures, line)) {
        sum.update(each.getBytes(StandardCharsets.UTF_8));
        sum.update('\n');
      }
      return Long.toHexString(sum.getValue());
    }
  }

  private final @Nullable Path file;
  private final String head;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Map<String, String> identities = new ConcurrentHashMap<>();

  private ScanCache(@Nullable Path file, String head) {
    this.file = file;
    this.head = head;
  }

  /**
   * Opens a cache; without a name it keeps nothing. A file made by other options or another version
   * is begun anew.
   */
  static ScanCache open(@Nullable String name, FileOptions options, Console console) {
    if (name == null) {
      return new ScanCache(null, "");
    }
    LoadOptions load = options.loadOptions();
    String head =
        HEAD
            + Version.NUMBER
            + " "
            + load.sysroot()
            + " "
            + load.libraryPath()
            + " "
            + load.environment()
            + (load.bindNow() ? " now " : " ")
            + options.expect()
            + " "
            + options.cargoDir();
    ScanCache cache = new ScanCache(Path.of(name), head.replace('\n', ' '));
    cache.read(console, name);
    return cache;
  }

  private void read(Console console, String name) {
    Path from = file;
    if (from == null) {
      return;
    }
    try (BufferedReader in = Files.newBufferedReader(from)) {
      if (!head.equals(in.readLine())) {
        return;
      }
      while (true) {
        String paths = in.readLine();
        String ids = in.readLine();
        String figures = in.readLine();
        String line = in.readLine();
        String sum = in.readLine();
        if (paths == null) {
          return;
        }
        if (ids == null || figures == null || line == null || sum == null) {
          console.diagnose(name, "ends early: what it no longer holds is looked at anew");
          return;
        }
        List<String> list = List.of(paths.split("\0", -1));
        Entry entry = new Entry(list, ids, figures, line + "\n");
        if (!sum.equals(entry.sum())) {
          console.diagnose(name, "is damaged: what it holds from there on is looked at anew");
          return;
        }
        entries.put(list.get(0), entry);
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      console.diagnose(name, "cannot be read, and is begun anew");
      entries.clear();
    }
  }

  /** {@return the report's line as it was, added to the totals, or null if anything changed} */
  @Nullable String line(String path, ScanTotals totals) {
    Entry entry = entries.get(path);
    if (entry == null
        || !entry.identities.equals(identities(entry.paths))
        || !totals.addFigures(entry.figures)) {
      return null;
    }
    return entry.line;
  }

  /**
   * Keeps a report, unless something it needs was not found: what is missing today can be there
   * tomorrow.
   */
  void put(String path, Report report, byte[] line) {
    if (file == null
        || path.indexOf('\n') >= 0
        || (report.load() != null && !report.load().missing().isEmpty())) {
      return;
    }
    List<String> paths = new ArrayList<>();
    paths.add(path);
    paths.add(LOADER_CACHE);
    if (report.load() != null) {
      for (LoadedObject object : report.load().objects()) {
        if (object.depth() > 0) {
          paths.add(object.path());
        }
      }
    }
    for (String each : paths) {
      if (each.indexOf('\n') >= 0 || each.indexOf('\0') >= 0) {
        return;
      }
    }
    entries.put(
        path,
        new Entry(
            paths,
            identities(paths),
            ScanTotals.figures(report),
            new String(line, StandardCharsets.UTF_8)));
  }

  private String identities(List<String> paths) {
    StringBuilder all = new StringBuilder();
    for (String path : paths) {
      all.append(identities.computeIfAbsent(path, ScanCache::identity)).append(' ');
    }
    return all.toString();
  }

  private static String identity(String path) {
    try {
      BasicFileAttributes a = Files.readAttributes(Path.of(path), BasicFileAttributes.class);
      return a.size() + "," + a.lastModifiedTime().toInstant() + "," + a.fileKey();
    } catch (IOException | RuntimeException e) {
      return "-";
    }
  }

  /** Writes the cache; an interrupted scan leaves the old one. */
  void save(Console console) {
    Path to = file;
    if (to == null) {
      return;
    }
    try (Output fresh = Output.to(to.toString())) {
      Writer out = fresh.writer();
      out.write(head);
      out.write('\n');
      for (Entry entry : new HashMap<>(entries).values()) {
        out.write(String.join("\0", entry.paths));
        out.write('\n');
        out.write(entry.identities);
        out.write('\n');
        out.write(entry.figures);
        out.write('\n');
        out.write(entry.line);
        out.write(entry.sum());
        out.write('\n');
      }
      fresh.complete();
    } catch (IOException e) {
      console.diagnose(to.toString(), "the cache cannot be written: " + e.getMessage());
    }
  }
}
