package dev.binspect.load.elf;

import org.jspecify.annotations.Nullable;

/** Replaces {@code $ORIGIN}, {@code $LIB} and {@code $PLATFORM} (ld.so(8)). */
final class StringTokens {
  private final GlibcBuild build;
  private final Hwcaps hwcaps;
  private final boolean secure;

  StringTokens(GlibcBuild build, Hwcaps hwcaps, boolean secure) {
    this.build = build;
    this.hwcaps = hwcaps;
    this.secure = secure;
  }

  /** {@return the text with its tokens replaced, or null where ld.so leaves the whole path out} */
  @Nullable String expand(String text, LinkMap object) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    boolean origin = false;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c != '$') {
        out.append(c);
        i++;
        continue;
      }
      String value;
      int length;
      if ((length = token(text, i, "ORIGIN")) > 0) {
        // A privileged program trusts $ORIGIN only as the beginning of a path of its own.
        boolean whole = i == 0 && (length == text.length() || text.charAt(length) == '/');
        value = secure && !whole ? null : object.origin;
        origin = true;
      } else if ((length = token(text, i, "LIB")) > 0) {
        value = build.lib();
      } else if ((length = token(text, i, "PLATFORM")) > 0) {
        value = hwcaps.platform();
      } else {
        value = "$";
        length = 1;
      }
      if (value == null) {
        return null;
      }
      out.append(value);
      i += length;
    }
    String expanded = out.toString();
    return secure && origin && !trusted(expanded) ? null : expanded;
  }

  private static int token(String text, int at, String name) {
    if (text.startsWith(name, at + 1)) {
      return 1 + name.length();
    }
    return text.startsWith("{" + name + "}", at + 1) ? 3 + name.length() : 0;
  }

  private boolean trusted(String path) {
    if (path.contains("/../") || path.endsWith("/..") || path.contains("//")) {
      return false;
    }
    String folder = path.endsWith("/") ? path : path + "/";
    for (String system : build.systemFolders()) {
      if (folder.startsWith(system)) {
        return true;
      }
    }
    return false;
  }
}
