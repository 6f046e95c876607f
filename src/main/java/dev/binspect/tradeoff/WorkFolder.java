package dev.binspect.tradeoff;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The folder that holds copies, builds and the journal; one comparison at a time works in it. */
final class WorkFolder implements AutoCloseable {
  private static final String MARKER = "binspect-tradeoff";
  private static final List<String> MADE =
      List.of("static", "dylib", "target", "programs", "linkers", "front-end");

  private final Path folder;
  private final FileChannel channel;

  private WorkFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Opens or makes it.
   *
   * @throws TradeoffException if it holds what is not ours, or another comparison is at work there
   */
  static WorkFolder open(Path given) throws IOException, TradeoffException {
    if (Files.exists(given) && !Files.exists(given.resolve(MARKER))) {
      try (var entries = Files.list(given)) {
        if (entries.findAny().isPresent()) {
          throw new TradeoffException(
              given + ": is not empty and not of an earlier run: choose another with --work-dir");
        }
      }
    }
    Files.createDirectories(given);
    // Cargo tells real paths, and the copy's are held against them
    Path folder = given.toRealPath();
    Path marker = folder.resolve(MARKER);
    if (!Files.exists(marker)) {
      Files.writeString(marker, "Working folder of binspect tradeoff; it may be deleted.\n");
      // backup programs and Cargo-aware tools pass over folders with this tag
      Files.writeString(
          folder.resolve("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n");
    }
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new TradeoffException(folder + ": another comparison is at work there");
    }
    return new WorkFolder(folder, channel);
  }

  /** {@return it, links followed} */
  Path path() {
    return folder;
  }

  /** {@return the file where the journal is kept} */
  Path journal() {
    return folder.resolve("results.jsonl");
  }

  /** Deletes what an earlier run left. */
  void forget() throws IOException {
    deleteMade();
    Files.deleteIfExists(journal());
  }

  /** Deletes copies and builds; the figures stay, under a name that no --resume builds on. */
  void finish() throws IOException {
    deleteMade();
    Files.move(
        journal(), folder.resolve("last-results.jsonl"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void deleteMade() throws IOException {
    for (String name : MADE) {
      WorkspaceCopy.delete(folder.resolve(name));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
