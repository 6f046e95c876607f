package dev.binspect.files;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of a file system while many programs are looked at: they ask for the same places
 * again and again, and a file system that changes meanwhile has no one answer anyway. Safe for many
 * threads; ends to remember when it has much.
 */
final class Seen {
  /** Answers of one kind; a machine's libraries and their folders are some ten thousand. */
  private static final int MOST = 1 << 16;

  /** Names in all the listings together. */
  private static final long MOST_NAMES = 1 << 19;

  /** What is made of something else than a folder's names. */
  private static final int OTHERS = 64;

  /** Bytes of all the small files together. */
  private static final long MOST_CONTENT = 32L << 20;

  /** Stands for null, which a map cannot hold. */
  static final Object NOTHING = new Object();

  /**
   * What one look at a path tells.
   *
   * @param identity of the file, behind symbolic links
   * @param link whether the path itself is one
   * @param size bytes of the file
   */
  record Status(Object identity, boolean link, long size) {
    /** Of a path that leads to nothing, or that cannot be looked at. */
    static final Status ABSENT = new Status(NOTHING, true, 0);
  }

  private final ConcurrentHashMap<String, Boolean> files = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Boolean> folders = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Status> statuses = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, String> realFolders = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, List<String>> listings = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Object> contents = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Object> kept = new ConcurrentHashMap<>();
  private final AtomicLong contentBytes = new AtomicLong();
  private final AtomicLong listedNames = new AtomicLong();
  private final AtomicLong others = new AtomicLong();

  private static <T> void remember(ConcurrentHashMap<String, T> map, String path, T answer) {
    if (map.size() < MOST) {
      map.put(path, answer);
    }
  }

  @Nullable Boolean file(String path) {
    return files.get(path);
  }

  void file(String path, boolean is) {
    remember(files, path, is);
  }

  @Nullable Boolean folder(String path) {
    return folders.get(path);
  }

  void folder(String path, boolean is) {
    remember(folders, path, is);
  }

  @Nullable Status status(String path) {
    return statuses.get(path);
  }

  void status(String path, Status status) {
    remember(statuses, path, status);
  }

  @Nullable String realFolder(String path) {
    return realFolders.get(path);
  }

  void realFolder(String path, String real) {
    remember(realFolders, path, real);
  }

  @Nullable List<String> listing(String path) {
    return listings.get(path);
  }

  void listing(String path, List<String> names) {
    if (listedNames.addAndGet(names.size()) < MOST_NAMES) {
      remember(listings, path, names);
    }
  }

  /** {@return the bytes, {@link #NOTHING} where there is no file; null where unknown} */
  @Nullable Object content(String path) {
    return contents.get(path);
  }

  void content(String path, byte @Nullable [] content) {
    if (content == null) {
      remember(contents, path, NOTHING);
    } else if (contentBytes.addAndGet(content.length) < MOST_CONTENT) {
      remember(contents, path, content);
    }
  }

  /** {@return what was made of a folder, or null} */
  <T> @Nullable T kept(String folder, Class<T> made) {
    Object known = kept.get(made.getName() + folder);
    return known == null ? null : made.cast(known);
  }

  /** Keeps what is as large as a listing only beside the listing. */
  void keep(String folder, Object made) {
    if (!listings.containsKey(folder) && others.incrementAndGet() > OTHERS) {
      return;
    }
    remember(kept, made.getClass().getName() + folder, made);
  }
}
