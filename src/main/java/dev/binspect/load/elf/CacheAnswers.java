package dev.binspect.load.elf;

import dev.binspect.image.Door;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The loader's cache and what it answered before: programs ask for the same names. Safe for many
 * threads.
 *
 * @param entries null where there is no cache
 * @param little the byte order it was read in
 * @param answers by name and flags; an empty text where there is no entry
 */
record CacheAnswers(@Nullable SharedCache entries, boolean little, Map<String, String> answers) {
  private static final int LIMIT = 64 << 20;

  /** Names; a distribution has some ten thousand. */
  private static final int MOST = 1 << 15;

  /** {@return the cache in a file, which may be none} */
  static CacheAnswers of(String path, boolean little, Door door) {
    CacheAnswers kept = door.kept(path, CacheAnswers.class);
    if (kept != null && kept.little == little) {
      return kept;
    }
    byte[] content = door.content(path, LIMIT);
    CacheAnswers read =
        new CacheAnswers(
            content == null ? null : SharedCache.read(content, little),
            little,
            new ConcurrentHashMap<>());
    if (!door.exhausted()) {
      door.keep(path, read);
    }
    return read;
  }

  /**
   * {@return the path kept for a name, or null}
   *
   * @param flags see {@link SharedCache#find}
   * @param hwcaps of this machine's processor, the same for all who ask with these flags
   */
  @Nullable String find(SharedCache from, String name, int flags, Hwcaps hwcaps) {
    String question = name + '\0' + flags;
    String known = answers.get(question);
    if (known == null) {
      List<String> levels = from.namesHwcaps() ? hwcaps.subfolders() : List.of();
      String path = from.find(name, flags, levels, 0);
      known = path == null ? "" : path;
      if (answers.size() < MOST) {
        answers.put(question, known);
      }
    }
    return known.isEmpty() ? null : known;
  }
}
