package dev.binspect.load.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was compiled into an ld.so, read from its constants: distributions differ in it.
 *
 * @param version "2.36", or null where its banner was not found
 * @param systemFolders the default search path, each with a slash at the end
 */
record GlibcBuild(@Nullable String version, List<String> systemFolders) {
  private static final byte[] BANNER =
      " release version ".getBytes(StandardCharsets.ISO_8859_1); // "stable release version 2.36."

  /** The end of a folder's name, and the beginning of the next one. */
  private static final byte[] BETWEEN = {'/', 0, '/'};

  private static final int MOST_FOLDERS = 64;
  private static final int LIMIT = 4 << 20;
  private static final Map<Symbols, GlibcBuild> READ = new WeakHashMap<>();

  /** {@return what an ld.so says of itself, read once per file} */
  static GlibcBuild of(Image loader) {
    if (!(loader.tables() instanceof ElfTables tables)) {
      return new GlibcBuild(null, List.of());
    }
    synchronized (READ) {
      GlibcBuild known = READ.get(tables.symbols());
      if (known == null) {
        known = read(loader);
        READ.put(tables.symbols(), known);
      }
      return known;
    }
  }

  private static GlibcBuild read(Image loader) {
    try {
      Section constants = loader.contents().section(".rodata");
      if (constants == null || constants.size() > LIMIT) {
        return new GlibcBuild(null, List.of());
      }
      Bytes bytes = loader.contents().bytes(constants);
      return of(bytes.copy(0, bytes.length(), ".rodata"));
    } catch (MalformedException e) {
      return new GlibcBuild(null, List.of());
    }
  }

  static GlibcBuild of(byte[] constants) {
    return new GlibcBuild(version(constants), folders(constants));
  }

  private static @Nullable String version(byte[] constants) {
    int from = next(constants, BANNER, 0) + BANNER.length;
    if (from < BANNER.length) {
      return null;
    }
    int to = from;
    while (to < constants.length && (constants[to] == '.' || isDigit(constants[to]))) {
      to++;
    }
    while (to > from && constants[to - 1] == '.') {
      to--;
    }
    return new String(constants, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /**
   * {@return where the wanted bytes stand from {@code from} on, or -1} After Horspool: a look at
   * every byte would take longer than finding all libraries, as long as nothing is compiled.
   */
  private static int next(byte[] text, byte[] wanted, int from) {
    int last = wanted.length - 1;
    int[] skip = new int[256];
    Arrays.fill(skip, wanted.length);
    for (int i = 0; i < last; i++) {
      skip[wanted[i] & 0xff] = last - i;
    }
    for (int end = from + last; end < text.length; end += skip[text[end] & 0xff]) {
      int n = 0;
      while (n <= last && text[end - n] == wanted[last - n]) {
        n++;
      }
      if (n > last) {
        return end - last;
      }
    }
    return -1;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** The first run of two or more strings that begin and end with a slash is system_dirs. */
  private static List<String> folders(byte[] constants) {
    for (int at = next(constants, BETWEEN, 0); at >= 0; at = next(constants, BETWEEN, at + 1)) {
      int first = at;
      while (first > 0 && constants[first - 1] != 0) {
        first--;
      }
      List<String> run = run(constants, first);
      if (run.size() >= 2) {
        return run;
      }
    }
    return List.of();
  }

  private static List<String> run(byte[] constants, int first) {
    List<String> run = new ArrayList<>();
    int from = first;
    while (run.size() < MOST_FOLDERS && from < constants.length && constants[from] == '/') {
      int to = from;
      while (to < constants.length && constants[to] != 0) {
        to++;
      }
      if (to - from < 2 || constants[to - 1] != '/') {
        break;
      }
      run.add(new String(constants, from, to - from, StandardCharsets.UTF_8));
      from = to + 1;
    }
    return List.copyOf(run);
  }

  /** {@return what {@code $LIB} stands for} */
  String lib() {
    for (String folder : systemFolders) {
      if (folder.startsWith("/usr/lib")) {
        return folder.substring(5, folder.length() - 1);
      }
    }
    return "lib";
  }

  /** {@return whether the version is known and not above {@code 2.minor}} */
  boolean upTo(int minor) {
    String v = version;
    if (v == null || !v.startsWith("2.")) {
      return false;
    }
    int end = 2;
    int number = 0;
    while (end < v.length() && end < 6 && v.charAt(end) >= '0' && v.charAt(end) <= '9') {
      number = number * 10 + v.charAt(end++) - '0';
    }
    return end > 2 && number <= minor;
  }
}
