package dev.binspect.files;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.PeTables;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was parsed, by the file's identity: a library is read once for all its users, and the least
 * recently used ones are let go when all of them together grow too heavy. Two threads that want the
 * same file parse it once: the second waits.
 */
final class ParsedFiles {
  /** Reads a file that is not known yet. */
  interface Parser {
    List<Image> parse() throws IOException, MalformedException;
  }

  private record Entry(List<Image> images, long weight) {}

  private final long limit;
  private final boolean librariesOnly;
  private final Map<Object, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
  private final Set<Object> underWay = new HashSet<>();
  private long weight;

  /**
   * @param limit bytes that may be kept, roughly
   * @param librariesOnly programs and what no loader takes are not kept: nobody will ask for them
   *     again
   */
  ParsedFiles(long limit, boolean librariesOnly) {
    this.librariesOnly = librariesOnly;
    this.limit = limit;
  }

  List<Image> get(Object identity, Parser parser) throws IOException, MalformedException {
    synchronized (this) {
      while (true) {
        Entry known = entries.get(identity);
        if (known != null) {
          return known.images;
        }
        if (underWay.add(identity)) {
          break;
        }
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
    }
    // A failure is not kept: it is rare, and the next who asks gets the same exception with its own
    // trace.
    try {
      List<Image> images = parser.parse();
      keep(identity, images);
      return images;
    } finally {
      synchronized (this) {
        underWay.remove(identity);
        notifyAll();
      }
    }
  }

  private synchronized void keep(Object identity, List<Image> images) {
    Image first = images.getFirst();
    if (librariesOnly && (first.kind() != Kind.SHARED_LIBRARY || first.tables() == null)) {
      return;
    }
    long heavy = 4096;
    for (Image image : images) {
      heavy += weigh(image);
    }
    entries.put(identity, new Entry(images, heavy));
    weight += heavy;
    Iterator<Entry> oldest = entries.values().iterator();
    while (weight > limit && entries.size() > 1 && oldest.hasNext()) {
      Entry entry = oldest.next();
      if (entry.images != images) {
        weight -= entry.weight;
        oldest.remove();
      }
    }
  }

  private static long weigh(Image image) {
    if (image.tables() instanceof ElfTables elf) {
      // 26 bytes of columns a symbol, as much for what loaders derive, as much for what judges
      // attach, 16 a relocation, and the names.
      return 78L * elf.symbols().count()
          + elf.symbols().strings().length
          + 16L * elf.entries().count();
    }
    // A name, twice as an object: for the loader and for judges.
    return image.tables() instanceof PeTables pe ? 65536 + 300L * pe.exports().size() : 65536;
  }
}
