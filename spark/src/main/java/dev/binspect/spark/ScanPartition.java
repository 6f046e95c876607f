package dev.binspect.spark;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.MapPartitionsFunction;

/**
 * The files of a partition through one process of {@code binspect scan --format ndjson --files-from
 * -}: paths to its standard input, records from its standard output.
 *
 * <p>A process of its own, because Spark runs on an older Java than binspect is made for, and
 * because a file made to hurt its reader then ends one process and no executor. Files of other file
 * systems than the executor's own are copied to it one partition at a time; libraries are looked
 * for on the executor.
 */
final class ScanPartition implements MapPartitionsFunction<String, String> {
  private static final long serialVersionUID = 1;
  private static final String DIAGNOSTIC = "binspect: ";

  private final String binspect;

  ScanPartition(String binspect) {
    this.binspect = binspect;
  }

  /** {@return the path of a file that lies on this machine, or null} */
  static String local(URI uri) {
    return uri.getScheme() == null || uri.getScheme().equals("file") ? uri.getPath() : null;
  }

  @Override
  public Iterator<String> call(Iterator<String> files) throws IOException {
    return files.hasNext() ? new Records(binspect, files) : new ArrayList<String>().iterator();
  }

  /** Records as they come. */
  private static final class Records implements Iterator<String> {
    private final Process process;
    private final BufferedReader out;
    private final ConcurrentLinkedQueue<String> diagnostics = new ConcurrentLinkedQueue<>();
    private final Map<String, String> copies = new HashMap<>();
    private final Thread feeder;
    private final Thread listener;
    private Path folder;
    private volatile IOException failure;
    private boolean ended;
    private String next;

    Records(String binspect, Iterator<String> files) throws IOException {
      process =
          new ProcessBuilder(
                  binspect, "scan", "--format", "ndjson", "-q", "--jobs", "1", "--files-from", "-")
              .start();
      out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      // Spark's iterator belongs to this thread's task: it is read to its end before another thread
      // feeds the process.
      List<String> paths = new ArrayList<>();
      while (files.hasNext()) {
        paths.add(here(files.next()));
      }
      feeder = new Thread(() -> feed(paths), "binspect-paths");
      listener = new Thread(this::listen, "binspect-diagnostics");
      feeder.setDaemon(true);
      listener.setDaemon(true);
      feeder.start();
      listener.start();
      next = read();
    }

    /** The file itself where it lies here, else a copy. */
    private String here(String file) throws IOException {
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file);
      if (file.startsWith("/")) {
        return file;
      }
      String local = local(path.toUri());
      if (local != null) {
        return local;
      }
      if (folder == null) {
        folder = Files.createTempDirectory("binspect-spark");
      }
      File copy = new File(folder.toFile(), copies.size() + "-" + path.getName());
      path.getFileSystem(new Configuration())
          .copyToLocalFile(false, path, new org.apache.hadoop.fs.Path(copy.toURI()), true);
      copies.put(copy.getPath(), file);
      return copy.getPath();
    }

    private void feed(List<String> paths) {
      try (BufferedWriter in =
          new BufferedWriter(
              new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8))) {
        for (String path : paths) {
          if (path.indexOf('\n') < 0) {
            in.write(path);
            in.write('\n');
          } else {
            diagnostics.add(path.replace('\n', '?') + ": a line feed in its name");
          }
        }
      } catch (IOException e) {
        // It ended before it had read everything: its exit code says why.
        failure = e;
      }
    }

    private void listen() {
      try (BufferedReader err =
          new BufferedReader(
              new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
        for (String line = err.readLine(); line != null; line = err.readLine()) {
          diagnostics.add(line.startsWith(DIAGNOSTIC) ? line.substring(DIAGNOSTIC.length()) : line);
        }
      } catch (IOException e) {
        failure = e;
      }
    }

    /** A record as long as there are any, then the diagnostics, then null. */
    private String read() {
      try {
        if (!ended) {
          String line = out.readLine();
          if (line != null) {
            return original(line);
          }
          end();
          ended = true;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      // What names no file (the launcher builds itself at its first use, and says so) is no row.
      String diagnostic = diagnostics.poll();
      while (diagnostic != null && !diagnostic.contains(": ")) {
        diagnostic = diagnostics.poll();
      }
      return diagnostic == null ? null : error(diagnostic);
    }

    /** Of a copy the place it came from is told. */
    private String original(String line) {
      for (Map.Entry<String, String> copy : copies.entrySet()) {
        String quoted = "\"path\":\"" + copy.getKey() + "\"";
        if (line.contains(quoted)) {
          return line.replace(quoted, "\"path\":\"" + escape(copy.getValue()) + "\"");
        }
      }
      return line;
    }

    private static String error(String diagnostic) {
      int colon = diagnostic.indexOf(": ");
      return "{\"error\":\""
          + escape(diagnostic.substring(colon + 2))
          + "\",\"file\":{\"path\":\""
          + escape(diagnostic.substring(0, colon))
          + "\"}}";
    }

    private static String escape(String text) {
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '"' || c == '\\') {
          out.append('\\').append(c);
        } else if (c < ' ') {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
      return out.toString();
    }

    /** 0: all was read; 2: some files could not be, and diagnostics say which. */
    private void end() throws IOException {
      try {
        feeder.join();
        listener.join();
        int code = process.waitFor();
        if (code != 0 && code != 2) {
          throw new IOException("binspect ended with " + code + ": " + diagnostics, failure);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } finally {
        process.destroy();
        removeCopies();
      }
    }

    private void removeCopies() throws IOException {
      if (folder != null && Files.exists(folder)) {
        for (String copy : copies.keySet()) {
          Files.deleteIfExists(Path.of(copy));
        }
        File[] left = folder.toFile().listFiles();
        for (File file : left == null ? new File[0] : left) {
          Files.delete(file.toPath());
        }
        Files.delete(folder);
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public String next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      String record = next;
      next = read();
      return record;
    }
  }
}
