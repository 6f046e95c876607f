package dev.binspect.load.elf;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.ElfTables;
import dev.binspect.image.ForwardingDoor;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.image.Outline;
import dev.binspect.load.LoadOptions;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the libraries of a program on a second processor while the first one still reads the
 * program, so that the loader's simulation finds them behind its door already; and finds out what
 * the judge will ask of those that the program itself needs, while the first binds them.
 *
 * <p>It only warms what the door keeps: names are looked up in the loader's cache alone, and what
 * is found elsewhere, is damaged or is not there is left to the simulation, which asks for
 * everything itself. The last names come first, because the simulation begins with the first ones.
 */
public final class Ahead implements Runnable {
  /** What the second processor does once it has read the libraries. */
  public interface Rest {
    /** Goes the rest of the way over nothing; at once where the file is none of this loader's. */
    void rehearse();

    /** Finds out what will be asked about a library that the program itself needs. */
    void prepare(Image library);
  }

  /** The door of the first processor: what passes through it is prepared by the second. */
  private final class WatchedDoor extends ForwardingDoor {
    WatchedDoor() {
      super(door);
    }

    @Override
    public List<Image> images(String path) throws IOException, MalformedException {
      List<Image> images = super.images(path);
      if (!images.isEmpty()) {
        passed(path, images.getFirst());
      }
      return images;
    }
  }

  private record Passed(String path, Image image) {}

  /**
   * Symbols of a library that is worth preparing: what is to be found out of a smaller one the
   * first processor finds out in less time than both lose to each other.
   */
  static final int LARGE = 1000;

  private static final int CACHE_LIMIT = 64 << 20;
  private static final String CACHE = "/etc/ld.so.cache";

  private final String path;
  private final Door door;
  private final Rest rest;
  private final Set<String> seen = new HashSet<>();
  private final List<String> waiting = new ArrayList<>();

  /** What the first processor was given; the lock of what is changed by both. */
  private final ArrayDeque<Passed> passed = new ArrayDeque<>();

  /** Whether names can be guessed: no other root, no library path. */
  private final boolean guesses;

  private final boolean watches;
  private volatile boolean stopped;

  private Ahead(String path, LoadOptions options, Door door, Rest rest, boolean watches) {
    this.path = path;
    this.door = door;
    this.rest = rest;
    this.watches = watches;
    this.guesses =
        options.sysroot() == null
            && options.libraryPath().isEmpty()
            && !options.environment().containsKey("LD_LIBRARY_PATH");
  }

  /**
   * Begins to read, if there is a second processor.
   *
   * @param door keeps what it read, and may be asked by several threads
   * @param watches whether what passes through {@link #watched} is prepared, until {@link #stop}
   * @return null where nothing was begun
   */
  public static @Nullable Ahead start(
      String path, LoadOptions options, Door door, Rest rest, boolean watches) {
    if (Runtime.getRuntime().availableProcessors() < 2) {
      return null;
    }
    Ahead ahead = new Ahead(path, options, door, rest, watches);
    Thread thread = new Thread(ahead, "ahead");
    thread.setDaemon(true);
    thread.start();
    return ahead;
  }

  /** {@return the same door, watched} */
  public Door watched() {
    return new WatchedDoor();
  }

  /** Begins nothing more: all is asked for. */
  public void stop() {
    synchronized (passed) {
      stopped = true;
      passed.notifyAll();
    }
  }

  private void passed(String library, Image image) {
    synchronized (passed) {
      passed.add(new Passed(library, image));
      passed.notifyAll();
    }
  }

  @Override
  public void run() {
    try {
      Outline program = door.outline(path);
      if (program == null) {
        rest.rehearse();
        return;
      }
      if (guesses) {
        read(program);
      }
      if (!stopped) {
        rest.rehearse();
      }
      prepare(new HashSet<>(program.needed()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | VirtualMachineError e) {
      // Whatever it is, the simulation meets it too, and says so.
      stopped = true;
    }
  }

  private void read(Outline program) {
    byte[] content = door.content(CACHE, CACHE_LIMIT);
    SharedCache cache = content == null ? null : SharedCache.read(content, program.littleEndian());
    if (cache == null) {
      return;
    }
    for (String name : program.needed()) {
      later(name);
    }
    int flags = Hwcaps.cacheFlags(program.machine(), program.bits());
    read(program.interpreter());
    while (!stopped && !waiting.isEmpty()) {
      read(cache.find(waiting.removeLast(), flags, List.of(), 0));
    }
  }

  /** Prepares the large ones of the libraries that the program itself needs, as they come by. */
  private void prepare(Set<String> needed) throws InterruptedException {
    while (true) {
      Passed next = next();
      if (next == null) {
        return;
      }
      String library = next.path;
      boolean large =
          next.image.tables() instanceof ElfTables elf && elf.symbols().count() >= LARGE;
      if (large
          && (needed.contains(library)
              || needed.contains(library.substring(library.lastIndexOf('/') + 1)))) {
        rest.prepare(next.image);
      }
    }
  }

  /** {@return the next that came by, null where none will} */
  private @Nullable Passed next() throws InterruptedException {
    synchronized (passed) {
      while (watches && !stopped && passed.isEmpty()) {
        passed.wait();
      }
      return stopped ? null : passed.pollFirst();
    }
  }

  private void later(String name) {
    if (name.indexOf('/') < 0 && seen.size() < GlibcClosure.OBJECTS && seen.add(name)) {
      waiting.add(name);
    }
  }

  private void read(@Nullable String library) {
    if (library == null) {
      return;
    }
    try {
      for (Image image : door.images(library)) {
        if (image.searchPaths().runpath().isEmpty() && image.searchPaths().rpath().isEmpty()) {
          for (Needed needed : image.needed()) {
            later(needed.name());
          }
        }
      }
    } catch (IOException | MalformedException e) {
      // The simulation meets it too.
    }
  }
}
