package dev.binspect.load.elf;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.image.Outline;
import dev.binspect.load.LoadOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the libraries of a program on a second processor while the first one still reads the
 * program, so that the loader's simulation finds them behind its door already.
 *
 * <p>It only warms what the door keeps: names are looked up in the loader's cache alone, and what
 * is found elsewhere, is damaged or is not there is left to the simulation, which asks for
 * everything itself. The last names come first, because the simulation begins with the first ones.
 */
public final class Ahead implements Runnable {
  /** What the second processor does once it has read the libraries, while the first binds them. */
  public interface Rest {
    /** Goes the rest of the way over nothing; at once where the file is none of this loader's. */
    void rehearse();

    /** Finds out what will be asked about a library that the program itself needs. */
    void prepare(Image library);
  }

  private static final int CACHE_LIMIT = 64 << 20;
  private static final String CACHE = "/etc/ld.so.cache";

  private final String path;
  private final Door door;
  private final Rest rest;
  private final Set<String> seen = new HashSet<>();
  private final List<String> waiting = new ArrayList<>();

  /** By the name that was needed. */
  private final Map<String, Image> read = new HashMap<>();

  private volatile boolean stopped;

  private Ahead(String path, Door door, Rest rest) {
    this.path = path;
    this.door = door;
    this.rest = rest;
  }

  /**
   * Begins to read, if there is a second processor and the names can be guessed: no other root, no
   * library path.
   *
   * @param door keeps what it read, and may be asked by several threads
   * @return null where nothing was begun
   */
  public static @Nullable Ahead start(String path, LoadOptions options, Door door, Rest rest) {
    if (options.sysroot() != null
        || !options.libraryPath().isEmpty()
        || options.environment().containsKey("LD_LIBRARY_PATH")
        || Runtime.getRuntime().availableProcessors() < 2) {
      return null;
    }
    Ahead ahead = new Ahead(path, door, rest);
    Thread thread = new Thread(ahead, "ahead");
    thread.setDaemon(true);
    thread.start();
    return ahead;
  }

  /** Begins nothing more: the simulation has asked for all it needs. */
  public void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    try {
      Outline program = door.outline(path);
      if (program == null) {
        rest.rehearse();
        return;
      }
      byte[] content = door.content(CACHE, CACHE_LIMIT);
      SharedCache cache =
          content == null ? null : SharedCache.read(content, program.littleEndian());
      if (cache == null) {
        return;
      }
      for (String name : program.needed()) {
        later(name);
      }
      int flags = Hwcaps.cacheFlags(program.machine(), program.bits());
      read(program.interpreter());
      while (!stopped && !waiting.isEmpty()) {
        String name = waiting.removeLast();
        Image library = read(cache.find(name, flags, List.of(), 0));
        if (library != null) {
          read.put(name, library);
        }
      }
      if (!stopped) {
        rest.rehearse();
      }
      for (String name : program.needed()) {
        Image library = read.get(name);
        if (library != null && !stopped) {
          rest.prepare(library);
        }
      }
    } catch (RuntimeException | VirtualMachineError e) {
      // Whatever it is, the simulation meets it too, and says so.
      stopped = true;
    }
  }

  private void later(String name) {
    if (name.indexOf('/') < 0 && seen.size() < GlibcClosure.OBJECTS && seen.add(name)) {
      waiting.add(name);
    }
  }

  private @Nullable Image read(@Nullable String library) {
    if (library == null) {
      return null;
    }
    try {
      List<Image> images = door.images(library);
      for (Image image : images) {
        if (image.searchPaths().runpath().isEmpty() && image.searchPaths().rpath().isEmpty()) {
          for (Needed needed : image.needed()) {
            later(needed.name());
          }
        }
      }
      return images.getFirst();
    } catch (IOException | MalformedException e) {
      return null;
    }
  }
}
