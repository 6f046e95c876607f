package dev.binspect.load.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
    for (int i = 0; i < constants.length - BANNER.length; i++) {
      int n = 0;
      while (n < BANNER.length && constants[i + n] == BANNER[n]) {
        n++;
      }
      if (n == BANNER.length) {
        int from = i + n;
        int to = from;
        while (to < constants.length && (constants[to] == '.' || isDigit(constants[to]))) {
          to++;
        }
        while (to > from && constants[to - 1] == '.') {
          to--;
        }
        return new String(constants, from, to - from, StandardCharsets.ISO_8859_1);
      }
    }
    return null;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** The first run of two or more strings that begin and end with a slash is system_dirs. */
  private static List<String> folders(byte[] constants) {
    for (int i = 0; i < constants.length; i++) {
      if (constants[i] == '/' && (i == 0 || constants[i - 1] == 0)) {
        List<String> run = new ArrayList<>();
        int from = i;
        while (from < constants.length && constants[from] == '/') {
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
        if (run.size() >= 2) {
          return List.copyOf(run);
        }
      }
    }
    return List.of();
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
