package dev.binspect.load.elf;

import dev.binspect.image.Attachments;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Symbols;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Requests} of a library, kept with its symbols for all programs that load it. They are
 * worked out when many programs do: for one, and its second simulation with Cargo's library path,
 * the plain way is shorter.
 */
final class LibraryRequests {
  private static final int MANY = 3;

  private final boolean lazily;
  private final AtomicInteger met = new AtomicInteger();
  private volatile @Nullable Requests atStart;
  private volatile @Nullable Requests later;

  private LibraryRequests(boolean lazily) {
    this.lazily = lazily;
  }

  /**
   * {@return a library's requests; null while it is met for the first times, or was met in another
   * way}
   *
   * @param lazily whether calls are left for later
   */
  static @Nullable LibraryRequests of(ScopeMember member, boolean lazily) {
    Attachments kept = member.symbols.attachments();
    LibraryRequests known = kept.attachment(LibraryRequests.class);
    if (known == null) {
      known = new LibraryRequests(lazily);
      kept.attach(known);
    }
    return known.lazily == lazily && known.met.incrementAndGet() >= MANY ? known : null;
  }

  Requests atStart(Symbols symbols, ElfTables tables) {
    Requests made = atStart;
    if (made == null) {
      made = Requests.atStart(symbols, tables, lazily);
      atStart = made;
    }
    return made;
  }

  Requests later(Symbols symbols, ElfTables tables) {
    Requests made = later;
    if (made == null) {
      made = Requests.later(symbols, tables);
      later = made;
    }
    return made;
  }
}
